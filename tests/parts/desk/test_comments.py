"""Comments on the pages: written once, answered, seen, taken back; on Start and in the sidebar for who is asked."""

import io
from dataclasses import replace

import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.ledger import Person, open_ledger, propose, review
from core.ledger.acts.commenting import answer, comment
from core.ledger.acts.saving_selections import save_selection
from core.ledger.views.comments import (
    CLUSTER,
    CONFLICT,
    SAMPLE,
    SELECTION,
    Subject,
    all_comments,
    samples_about,
    thread,
    waiting_for,
)
from pages.parts.corrections import take_out
from pages.parts.desk.comments import TalkState
from pages.parts.desk.identity import DEMO_VARIABLE
from pages.parts.desk.state import Desk
from pages.parts.sample.pictures import WindowState
from tests.parts.remembered import remember, remembered

ONE = "Blip/sample039"
THE_SAMPLE = Subject(SAMPLE, ONE)
HOSTILE = "<img src=x> [a](http://evil.example) :material/close: **bold**"
VERSION = {"app_version": "0.1"}


@pytest.fixture
def ledger(audited):
    opened = open_ledger(audited.workspace.ledger_path)
    yield opened
    opened.close()


@pytest.fixture
def at(audited, open_app):
    """``at(name, page="sample", *states, **session)``: that person's app, on that page."""

    def start(name, page="sample", *states, **session):
        more = {"sample_wanted": ONE} if page == "sample" else {}
        if name:
            more["reviewer"] = name
        return open_app(f"pages/{page}.py", *states, workspace=audited.workspace.name, **more, **session)

    return start


def propose_it(ledger, label="Whistle", author="Ada"):
    selection = Selection((ONE,), "click")
    return propose(ledger, selection, {ONE: "Blip"}, label, author=author, reason="rises", **VERSION)


def texts(app):
    return "\n".join(item.value for item in app.markdown)


def titles(app):
    return [item.label for item in app.expander if item.label.startswith("Comments")]


def press(app, label):
    next(item for item in app.button if item.label == label).click().run()
    assert not app.exception, [error.value for error in app.exception]


def stay(app, page):
    """AppTest goes back to the page before after a switch that the app made itself."""
    app.switch_page(f"pages/{page}.py").run()


def type_comment(app, text, asks=None):
    next(item for item in app.text_area if item.placeholder.startswith("Say something")).set_value(text)
    if asks:
        box = next(item for item in app.selectbox if item.label == "Please look")
        box.set_value(asks)


def test_ada_asks_bea_who_finds_it_on_start_and_answers(at, ledger):
    comment(ledger, Subject(SAMPLE, "Blip/sample000"), "hello", author="Bea", **VERSION)
    ada = at("Ada")
    assert titles(ada) == ["Comments (0)"]
    type_comment(ada, HOSTILE, "Bea")
    press(ada, "Comment")
    assert titles(ada) == ["Comments (1)"]
    assert [item.value for item in ada.text_area if item.placeholder.startswith("Say something")] == [""]
    said = thread(ledger, THE_SAMPLE)
    assert said[["author", "text", "asks"]].values.tolist() == [["Ada", HOSTILE, "Bea"]]

    bea = at("Bea", "start")
    assert "What waits for you" in [item.value for item in bea.header]
    assert "asks you to look at sample" in texts(bea) and ONE in texts(bea)
    press(bea, "Open")
    assert bea.title[0].value == "Sample"
    stay(bea, "sample")
    assert titles(bea) == ["Comments (1) · 1 for you"]
    press(bea, "Answer")
    assert any(item.label == "Answer to Ada" for item in bea.text_area)
    type_comment(bea, "I see")
    send = next(item for item in bea.button if item.label == "Answer" and "talk_send" in item.key)
    send.click().run()
    assert titles(bea) == ["Comments (2)"]
    assert waiting_for(ledger, Person("Bea")).empty
    # And Ada sees it.
    ada = at("Ada", "start")
    assert "answered you about" in texts(ada)
    press(ada, "Seen")
    assert "What waits for you" not in [item.value for item in ada.header]
    assert waiting_for(ledger, Person("Ada")).empty


def test_text_of_others_is_only_text(at, ledger):
    comment(ledger, THE_SAMPLE, HOSTILE, author="Ada", asks="Bea", **VERSION)
    for page in ("sample", "start"):
        shown = texts(at("Bea", page))
        assert "\\<img src\\=x\\>" in shown and "\\*\\*bold\\*\\*" in shown
        assert "[a](http" not in shown and ":material/close" not in shown


def test_an_empty_comment_and_nobody_at_the_desk_are_one_sentence(at, ledger):
    ada = at("Ada")
    press(ada, "Comment")
    assert any("comment is empty" in item.value for item in ada.warning)
    nobody = at("")
    type_comment(nobody, "who am I")
    press(nobody, "Comment")
    assert any("Type your name" in item.value for item in nobody.warning)
    assert all_comments(ledger).empty


def test_a_comment_is_taken_back_by_its_author(at, ledger):
    comment(ledger, THE_SAMPLE, "oh", author="Ada", **VERSION)
    assert not any(item.label == "Take back" for item in at("Bea").button)
    ada = at("Ada")
    press(ada, "Take back")
    assert titles(ada) == ["Comments (0)"]
    assert all_comments(ledger)["status"].tolist() == ["withdrawn"]


def test_a_viewer_reads_and_writes_nothing(at, audited, ledger):
    comment(ledger, THE_SAMPLE, "look here", author="Ada", asks="Vic", **VERSION)
    (audited.workspace.root / "roles.toml").write_text('default = "viewer"\n')
    vic = at("Vic")
    assert "look here" in texts(vic)
    assert not [item for item in vic.button if item.label in ("Comment", "Answer", "Seen", "Take back")]


@pytest.mark.parametrize("role", ["reviewer", "moderator"])
def test_what_waits_for_ones_own_blind_review_is_not_commented_before_the_answer(at, audited, ledger, role):
    propose_it(ledger)
    comment(ledger, THE_SAMPLE, "surely a Whistle", author="Ada", asks="Bea", **VERSION)
    if role == "moderator":
        (audited.workspace.root / "roles.toml").write_text('[people]\n"Bea" = "moderator"\n')
    bea = at("Bea")
    assert titles(bea) == ["Comments: shown when you have reviewed it"]
    assert not any("surely" in str(item.value) for item in (*bea.markdown, *bea.caption))
    assert not any("surely" in frame.value.to_string() for frame in bea.dataframe)
    start = at("Bea", "start")
    assert "surely" not in texts(start) and "waits for your own review" in texts(start)
    assert any(item.label == "Review it" for item in start.button)
    # Who proposed it may read on; and Bea may, once she has spoken.
    assert "surely" in texts(at("Ada"))
    proposal = ledger_correction(ledger)
    review(ledger, proposal, "unsure", author="Bea", **VERSION)
    assert "surely" in texts(at("Bea")) and "surely" in texts(at("Bea", "start"))


@pytest.mark.parametrize("kind", [CLUSTER, SELECTION])
def test_comments_on_samples_of_which_one_waits_for_ones_review_are_hidden_until_it_is_given(at, ledger, kind):
    propose_it(ledger)
    samples = (ONE, "Blip/sample000")
    if kind == SELECTION:
        saved = save_selection(ledger, Selection(samples, "click"), name="two", author="Ada", **VERSION)
        about, page = Subject(SELECTION, saved.selection_id, "the selection “two”"), "map"
    else:
        about, page = (
            Subject(CLUSTER, "former:9", "cluster 9", tuple(f"Blip/sample{n:03d}" for n in range(40))),
            "clusters",
        )
    comment(ledger, about, "surely Whistles", author="Ada", asks="Bea", **VERSION)

    start = at("Bea", "start")
    assert "surely" not in texts(start) and "waits for your own review" in texts(start)
    assert samples_about(ledger, kind, about.key) >= set(samples)
    review(ledger, ledger_correction(ledger), "unsure", author="Bea", **VERSION)
    start = at("Bea", "start")
    assert "surely" in texts(start)
    press(start, "Open")
    stay(start, page)
    assert "surely" in texts(start)
    # Now another of its samples waits: what was read is hidden again on the page itself.
    other = "Blip/sample000"
    propose(ledger, Selection((other,), "click"), {other: "Blip"}, "Whistle", author="Ada", reason="rises", **VERSION)
    start.run()
    assert "surely" not in texts(start)
    assert any(f"samples of this {kind} wait for your own review" in item.value for item in start.caption)


def test_the_window_of_a_sample_is_as_blind_as_its_page(at, ledger):
    propose_it(ledger)
    comment(ledger, THE_SAMPLE, "surely a Whistle", author="Ada", asks="Bea", **VERSION)
    for page in ("review", "suspects"):
        for name, read in (("Bea", False), ("Ada", True)):
            app = at(name, page, WindowState(asked=ONE))
            assert ("surely" in texts(app)) == read, (page, name)


def test_in_the_public_demo_comments_are_the_visitor_s_own(open_app, monkeypatch):
    monkeypatch.setenv(DEMO_VARIABLE, "1")
    first = remembered(open_app("pages/suspects.py", reviewer="Ada"), Desk).sandbox
    comment(first.ledger, THE_SAMPLE, "mine", author="Bea", asks="Ada", **VERSION)
    again = open_app("pages/suspects.py", reviewer="Ada")
    assert not [item for item in again.sidebar.get("page_link") if "for you" in item.label]
    remember(again, replace(remembered(again, Desk), sandbox=first))
    again.run()
    assert [item.label for item in again.sidebar.get("page_link") if "for you" in item.label]


def ledger_correction(ledger):
    with ledger.cursor() as cursor:
        return cursor.execute("SELECT correction_id FROM correction").fetchone()[0]


def test_the_journal_keeps_quiet_about_what_waits_for_ones_review(at, ledger):
    propose_it(ledger)
    comment(ledger, THE_SAMPLE, "surely a Whistle", author="Ada", **VERSION)
    comment(ledger, Subject(SAMPLE, "Blip/sample000"), "a fine one", author="Ada", **VERSION)
    for name, read in (("Bea", False), ("Ada", True)):
        app = at(name, "decisions", decisions_section="Journal")
        acts = next(frame.value for frame in app.dataframe if "did" in frame.value)
        assert acts["did"].str.startswith("commented").sum() == 2
        assert acts["reason"].eq("surely a Whistle").any() == read
        assert acts["reason"].eq("a fine one").any()


@pytest.mark.parametrize("kind", [CLUSTER, SELECTION])
def test_the_journal_and_the_csv_keep_quiet_about_what_holds_such_a_sample_too(at, ledger, kind, monkeypatch):
    offered = {}
    monkeypatch.setattr(
        take_out.st, "download_button", lambda label, data, **more: offered.__setitem__(label, data) or False
    )
    propose_it(ledger)
    texts_read = {}
    for samples, text in ((ONE, "Blip/sample000"), "surely Whistles"), (("Blip/sample000",), "fine ones"):
        about = Subject(CLUSTER, f"former:{len(samples)}", "some", samples)
        if kind == SELECTION:
            saved = save_selection(ledger, Selection(samples, "click"), name="some", author="Ada", **VERSION)
            about = Subject(SELECTION, saved.selection_id, "some")
        comment(ledger, about, text, author="Ada", **VERSION)
    for name in ("Bea", "Ada"):
        app = at(name, "decisions", decisions_section="Journal")
        acts = next(frame.value for frame in app.dataframe if "did" in frame.value)
        at(name, "corrections")
        rows = pd.read_csv(io.BytesIO(offered["Comments (CSV)"]()))
        texts_read[name] = sorted(acts.loc[acts["did"].str.startswith("commented"), "reason"]), sorted(rows["text"])
    unsaid = ["fine ones", "waits for your review"]
    assert texts_read == {"Bea": (unsaid, unsaid), "Ada": (["fine ones", "surely Whistles"],) * 2}


def test_a_conflict_is_commented_beside_its_card_and_opened_from_start(at, ledger):
    propose_it(ledger)
    review(ledger, ledger_correction(ledger), "reject", author="Bea", **VERSION)
    comment(ledger, Subject(CONFLICT, ONE), "who is right", author="Ada", asks="Bea", **VERSION)
    bea = at("Bea", "start")
    assert "asks you to look at the conflict about" in texts(bea)
    press(bea, "Open")
    assert bea.title[0].value == "Decisions"
    stay(bea, "decisions")
    assert titles(bea) == ["Comments (1) · 1 for you"] and "who is right" in texts(bea)
    press(bea, "Seen")
    assert waiting_for(ledger, Person("Bea")).empty


def test_a_cluster_is_commented_and_opened_from_start(at, audited, ledger):
    app = at("Ada", "clusters", clusters_form="table")
    assert not titles(app)
    numbers = sorted(set(audited.clustering.labels.tolist()) - {-1})
    comment(
        ledger,
        Subject(CLUSTER, "former:9", "cluster 9 (20 samples)", tuple(f"Blip/sample{n:03d}" for n in range(20))),
        "two shapes",
        author="Ada",
        asks="Bea",
        **VERSION,
    )
    bea = at("Bea", "start")
    press(bea, "Open")
    assert bea.title[0].value == "Clusters"
    stay(bea, "clusters")
    assert any(item.value in [f"Cluster {number}" for number in numbers] for item in bea.subheader)
    assert titles(bea) == ["Comments (1) · 1 for you"]
    assert "of what was cluster 9 \\(20 samples\\) then" in texts(bea)
    type_comment(bea, "yes, two")
    press(bea, "Comment")
    last = all_comments(ledger).iloc[-1]
    assert last["subject_kind"] == CLUSTER and last["subject_name"].endswith("(20 samples)")


def test_a_cluster_that_is_no_more_is_said(at, ledger):
    gone = Subject(CLUSTER, "former:9", "cluster 9 (1 sample)", ("elsewhere",))
    comment(ledger, gone, "two shapes", author="Ada", asks="Bea", **VERSION)
    bea = at("Bea", "start")
    press(bea, "Open")
    assert bea.title[0].value == "Glitch Audit"
    assert any("found anew" in item.value for item in bea.warning)


def test_a_saved_selection_is_opened_from_start_and_commented(at, ledger):
    saved = save_selection(ledger, Selection((ONE,), "click"), name="the odd one", author="Ada", **VERSION)
    about = Subject(SELECTION, saved.selection_id, "the selection “the odd one”")
    comment(ledger, about, "what is it", author="Ada", asks="Bea", **VERSION)
    bea = at("Bea", "start")
    assert "the selection “the odd one”" in texts(bea)
    press(bea, "Open")
    assert bea.title[0].value == "Map"
    stay(bea, "map")
    assert "what is it" in texts(bea)
    press(bea, "Answer")
    type_comment(bea, "a Blip")
    next(item for item in bea.button if "talk_send" in item.key).click().run()
    assert thread(ledger, about)["text"].tolist() == ["what is it", "a Blip"]


def test_the_sidebar_counts(at, ledger):
    first = comment(ledger, THE_SAMPLE, "one", author="Ada", asks="Bea", **VERSION)
    comment(ledger, THE_SAMPLE, "two", author="Ada", asks="Bea", **VERSION)

    def links(app):
        return [item.label for item in app.sidebar.get("page_link") if "for you" in item.label]

    assert links(at("Bea", "suspects")) == ["**2** wait for you"]
    answer(ledger, first.comment_id, "yes", author="Bea", **VERSION)
    assert links(at("Bea", "suspects")) == ["**1** waits for you"]
    assert links(at("Ada", "suspects")) == ["**1** waits for you"]
    assert links(at("Cy", "suspects")) == []


def test_the_same_draft_writes_once(at, ledger):
    for _ in range(2):
        app = at("Ada", "sample", TalkState(draft="one"))
        type_comment(app, "once")
        press(app, "Comment")
    assert len(all_comments(ledger)) == 1
