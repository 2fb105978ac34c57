"""The sample page: every event of a sample in order; hidden while it waits for one's own blind review."""

from core.dataset.selection import Selection
from core.ledger import propose, withdraw

SAMPLE = "Blip/sample039"


def propose_it(ledger, label, author="Ben"):
    return propose(
        ledger,
        Selection((SAMPLE,), "click"),
        {SAMPLE: "Blip"},
        label,
        author=author,
        reason="<b>why</b>",
        app_version="0.1",
    )


def open_sample(open_app, prepared, **session):
    app = open_app("pages/sample.py", workspace=prepared.workspace.name, sample_wanted=SAMPLE, **session)
    assert app.title[0].value == "Sample"
    return app


def test_events_stand_in_order(prepared, ledger, open_app):
    batch = propose_it(ledger, "Whistle")
    withdraw(ledger, batch.batch_id, author="Ben")
    propose_it(ledger, "Tomte")
    events = open_sample(open_app, prepared).dataframe[0].value
    assert events["author"].tolist() == ["Ben"] * 3
    assert events["created_at"].is_monotonic_increasing
    assert "Whistle" in events["what"].iloc[0] and "Tomte" in events["what"].iloc[2]
    assert events["reason"].iloc[0] == "<b>why</b>"


def test_what_waits_for_my_review_is_not_shown_at_once(prepared, ledger, open_app):
    propose_it(ledger, "Whistle")
    app = open_sample(open_app, prepared, reviewer="Ada")
    assert any("waits for your own review" in item.label for item in app.expander)
    assert not any("in review" in item.value for item in app.markdown)
    # Who proposed it may see it.
    assert not any("waits for" in item.label for item in open_sample(open_app, prepared, reviewer="Ben").expander)


def test_a_viewer_who_may_not_review_is_not_told_to(prepared, ledger, open_app):
    propose_it(ledger, "Whistle")
    (prepared.workspace.root / "roles.toml").write_text('default = "viewer"')
    app = open_sample(open_app, prepared, reviewer="Vic")
    assert not any("waits for" in item.label for item in app.expander)
    assert app.dataframe[0].value["author"].tolist() == ["Ben"]


def test_from_the_sample_to_the_map(prepared, ledger, open_app):
    app = open_sample(open_app, prepared)
    app.button(key="sample_to_map").click().run()
    assert app.title[0].value == "Map"
    assert any(heading.value.startswith("1 sample selected") for heading in app.subheader)


def test_without_an_id_one_is_asked_for(prepared, open_app):
    app = open_app("pages/sample.py", workspace=prepared.workspace.name)
    assert "Type the id" in app.info[0].value
    app.text_input(key="sample_wanted").set_value(SAMPLE).run()
    assert any(SAMPLE in item.value for item in app.markdown)
