"""The page Evaluation without a browser, and what a classifier found in the queue of suspects."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.classify.evaluation.evaluate import cell_samples, load_evaluation
from core.classify.training.runs import save_run
from core.ledger import judgements, proposals
from core.pipeline.settings import save_settings
from core.pipeline.snapshot import read_snapshot
from core.pipeline.stages import prepare
from pages.parts.selection.chosen import SheetState
from pages.parts.suspects.session import QueueState
from pages.parts.widgets.suspect_queue import CardEvent
from tests.parts.fake_audit import fake_audit
from tests.parts.fake_run import fake_run
from tests.parts.remembered import remember, remembered

SECTIONS = (
    *("Overall", "Confusion matrix", "Labels", "Calibration", "What confuses it most", "Before and after"),
    "All training runs",
)


@pytest.fixture
def dataset(prepared):
    return read_snapshot(prepared.workspace)


@pytest.fixture
def open_evaluation(prepared, open_app):
    def start(**session):
        return open_app("pages/evaluation.py", workspace=prepared.workspace.name, **session)

    return start


def texts(app):
    kinds = (app.markdown, app.caption, app.info, app.success, app.warning, app.subheader)
    return " ".join(item.value for kind in kinds for item in kind)


def test_before_any_training_the_page_says_to_train_first(open_evaluation):
    app = open_evaluation()
    assert "train one first" in texts(app)
    assert app.get("page_link")[0].proto.page == "training"


def test_what_is_not_evaluated_yet_can_be(open_evaluation, prepared, dataset):
    run = fake_run(prepared.workspace, dataset, evaluated=False)
    app = open_evaluation()
    assert "have not been evaluated yet" in texts(app)
    app.button(key="evaluation_start").click().run()
    assert not app.exception
    assert load_evaluation(run) is not None
    assert "of the 10 samples of the test split" in texts(app)


def test_without_scikit_learn_the_page_says_what_is_missing(open_evaluation, prepared, dataset, monkeypatch):
    fake_run(prepared.workspace, dataset, evaluated=False)
    monkeypatch.setattr("pages.parts.evaluation.runs.can_evaluate", lambda: False)
    app = open_evaluation()
    assert "needs the package scikit-learn" in texts(app)
    assert not [button for button in app.button if button.key == "evaluation_start"]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_drawn(open_evaluation, prepared, dataset, section):
    fake_run(prepared.workspace, dataset)
    app = open_evaluation(evaluation_section=section)
    assert not app.error and not app.warning


def test_the_newest_evaluated_run_is_shown_first(open_evaluation, prepared, dataset):
    fake_run(prepared.workspace, dataset, name="old", seed=1, started="2026-01-01T00:00:00+00:00")
    fake_run(prepared.workspace, dataset, name="new", seed=2, started="2026-02-01T00:00:00+00:00")
    fake_run(prepared.workspace, dataset, name="raw", seed=3, started="2026-03-01T00:00:00+00:00", evaluated=False)
    app = open_evaluation()
    assert "run `fake0002`" in texts(app)
    assert app.selectbox(key="evaluation_run").options == ["raw · 2026-03-01", "new · 2026-02-01", "old · 2026-01-01"]


def test_a_data_set_that_has_changed_is_said_with_its_numbers(open_evaluation, prepared, dataset):
    changed = SimpleNamespace(
        samples=dataset.samples.iloc[:30].assign(label="Blip"),
        labels=dataset.labels,
        views=dataset.views,
        fingerprint="former",
    )
    changed.samples.index = [f"gone{n}" if n < 8 else name for n, name in enumerate(changed.samples.index)]
    fake_run(prepared.workspace, changed)
    # Every fourth was tested: of these the first two are gone, and the 25th and the 29th are whistles.
    assert "of the 8 samples it was tested with, 2 are gone and 2 carry another label" in texts(open_evaluation())


@pytest.fixture
def shown_selections(monkeypatch):
    """The selections that the contact sheet was asked to show."""
    shown = []
    monkeypatch.setattr(
        "pages.parts.evaluation.cell.sheet_panel", lambda here, sheet, selection: shown.append(selection)
    )
    return shown


def test_a_cell_chosen_by_its_names_opens_exactly_its_samples(open_evaluation, prepared, dataset, shown_selections):
    run = fake_run(prepared.workspace, dataset, wrong=0.9)
    evaluation = load_evaluation(run)
    app = open_evaluation(evaluation_section="Confusion matrix")
    assert "Click a cell of the matrix" in texts(app) and not shown_selections
    app.selectbox(key="evaluation_true").set_value("Blip").run()
    app.selectbox(key="evaluation_named").set_value("Whistle").run()
    wanted = cell_samples(evaluation, "Blip", "Whistle")
    assert len(wanted) == evaluation.confusion.loc["Blip", "Whistle"] > 1
    assert set(shown_selections[-1].sample_ids) == set(wanted)
    assert f"{len(wanted)} samples: Blip named Whistle" in texts(app)
    app.button(key="evaluation_take").click().run()
    assert app.session_state["propose_label"] == "Whistle"
    reason = "The classifier small-scratch-1 (run fake0000) names it Whistle"
    assert app.text_area(key="propose_reason").value == reason


def test_another_cell_begins_whole(open_evaluation, prepared, dataset, shown_selections):
    fake_run(prepared.workspace, dataset, wrong=0.5)
    app = open_evaluation(evaluation_section="Confusion matrix", evaluation_true="Blip", evaluation_named="Blip")
    remember(app, SheetState(name="one", excluded=frozenset({"Blip/sample000"})))
    app.selectbox(key="evaluation_named").set_value("Whistle").run()
    assert not remembered(app, SheetState).excluded


def test_three_others_are_three_others(open_evaluation, prepared, dataset):
    fake_run(prepared.workspace, dataset)
    app = open_evaluation()
    first = texts(app)
    assert first.count("Label: **") == 3
    assert ":green[" in first or ":red[" in first
    app.button(key="evaluation_others").click().run()
    assert texts(app).count("Label: **") == 3
    assert texts(app) != first


def test_all_runs_stand_beside_the_published_ones(open_evaluation, prepared, dataset):
    fake_run(prepared.workspace, dataset, name="good", seed=1, wrong=0.0)
    fake_run(prepared.workspace, dataset, name="bad", seed=2, wrong=0.9)
    app = open_evaluation(evaluation_section="All training runs")
    table = app.dataframe[0].value.set_index("name")
    assert list(table["comparable"]) == [True, True, False, False]
    assert table.loc["best of several CNNs, as published", "accuracy"] == "96.31"
    assert table.loc["best of several CNNs, as published", "standing"] == "published, split by picture, not comparable"
    assert "So **good** is better" in texts(app)


def test_a_run_with_a_leak_is_no_fair_match(open_evaluation, prepared, dataset):
    save_run(replace(fake_run(prepared.workspace, dataset, name="leaky", seed=1), leak="Split by picture: inflated."))
    fake_run(prepared.workspace, dataset, name="fair", seed=2)
    app = open_evaluation(evaluation_section="All training runs")
    assert "leaky was split by picture" in texts(app)


@pytest.fixture
def open_queue(prepared, dataset, open_app, monkeypatch):
    monkeypatch.setattr("pages.parts.data.open_results.audit_or_stop", lambda here, prepared: fake_audit(prepared))

    def start(**session):
        return open_app("pages/suspects.py", workspace=prepared.workspace.name, reviewer="Ada", **session)

    return start


def test_without_an_evaluated_run_nobody_is_asked_who_found_the_suspects(open_queue, prepared, dataset):
    fake_run(prepared.workspace, dataset, evaluated=False)
    assert not [box for box in open_queue().selectbox if box.key == "suspect_source"]


def test_the_neighbours_come_first(open_queue, prepared, dataset):
    fake_run(prepared.workspace, dataset)
    app = open_queue()
    assert app.selectbox(key="suspect_source").options == ["neighbours", "classifier small-scratch-1 · 2026-11-20"]
    assert "**1 of 40 samples are flagged**" in texts(app)


def send(app, event):
    """Let the card have sent this."""
    remember(app, replace(remembered(app, QueueState), event=event))


def test_what_a_classifier_found_is_judged_with_its_fingerprint(open_queue, prepared, dataset, ledger):
    run = fake_run(prepared.workspace, dataset, wrong=0.5)
    app = open_queue()
    app.selectbox(key="suspect_source").set_value(str(run.folder)).run()
    assert "held-out samples are named otherwise** by the classifier small\\-scratch\\-1 (run `fake0000`" in texts(app)
    shown, judgement_id = remembered(app, QueueState).card
    send(app, CardEvent("accept", shown, judgement_id))
    app.run()
    row = judgements(ledger).iloc[0]
    assert (row["sample_id"], row["suspects_fingerprint"]) == (shown, "classifier fake0000")
    assert row["reason"].startswith("Suspect queue: the classifier small-scratch-1 (run fake0000) names it otherwise")
    assert proposals(ledger)["reason"].tolist() == [row["reason"]]
    send(app, CardEvent("undo", "", ""))
    app.run()
    assert judgements(ledger).empty and proposals(ledger).empty


def test_a_run_that_is_gone_gives_the_neighbours_back(open_queue, prepared, dataset):
    fake_run(prepared.workspace, dataset)
    app = open_queue(suspect_source="/nowhere/run")
    assert "**1 of 40 samples are flagged**" in texts(app)


def test_where_pictures_count_as_samples_a_cell_shows_them(prepared, open_app, shown_selections):
    workspace, settings = prepared.workspace, prepared.settings
    save_settings(workspace, replace(settings, embed=replace(settings.embed, unit="picture")))
    names = Path(settings.vectors).with_suffix(".txt")
    names.write_text("\n".join(f"{name}/picture" for name in prepared.samples.index))
    prepare(workspace, report=lambda progress: None)
    run = fake_run(workspace, read_snapshot(workspace))
    app = open_app(
        "pages/evaluation.py",
        workspace=workspace.name,
        evaluation_section="Confusion matrix",
        evaluation_true="Blip",
        evaluation_named="Blip",
    )
    wanted = cell_samples(load_evaluation(run), "Blip", "Blip")
    assert set(shown_selections[-1].sample_ids) == {f"{name}/picture" for name in wanted}
    assert not app.warning


def test_an_address_opens_the_queue_of_a_run(open_queue, prepared, dataset):
    fake_run(prepared.workspace, dataset, wrong=0.5)
    app = open_queue()
    app.query_params["found"] = "small-scratch-1"
    app.run()
    assert "held-out samples are named otherwise" in texts(app)
    app.query_params["found"] = "another"
    app.run()
    assert "“another” found, but no evaluated run is called so" in texts(app)
