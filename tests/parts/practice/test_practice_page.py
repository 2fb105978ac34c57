"""Practice without a browser: the answer comes at once, is counted once, kept for one person, and no act is written."""

import shutil
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.audit.practice import CHOICES
from core.dataset.selection import Selection
from core.ledger import Person, decide, open_ledger, propose
from core.pipeline.audit import run_audit
from core.pipeline.kept_practice import kept_practice
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare
from core.workspace import HOME_VARIABLE, workspace_for
from pages.parts.desk.identity import DEMO_VARIABLE
from pages.parts.practice.panel import NEXT_KEY
from pages.parts.practice.session import PracticeState
from pages.parts.start.help_texts import PRACTICE_KEYS
from pages.parts.widgets.choice_card import ChoiceEvent
from tests.parts.conftest import LABELS
from tests.parts.desk.test_who_is_at_the_desk import roles_file
from tests.parts.remembered import remember, remembered


@pytest.fixture(scope="module")
def audited_once(tmp_path_factory):
    """Two groups of 20 samples of which one carries the other group's label, prepared and audited: home, data, name."""
    random, folder = np.random.default_rng(1), tmp_path_factory.mktemp("practice")
    plane = np.concatenate([random.normal(0, 0.3, (20, 2)), random.normal((6, 0), 0.3, (20, 2))])
    ids = []
    for number, label in enumerate(LABELS):
        (folder / "data" / label).mkdir(parents=True, exist_ok=True)
        Image.new("L", (17, 14), number).save(folder / "data" / label / f"sample{number:03d}.png")
        ids.append(f"{label}/sample{number:03d}")
    np.save(folder / "vectors.npy", plane.astype(np.float32))
    (folder / "vectors.txt").write_text("\n".join(ids))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(folder / "home"))
        workspace = workspace_for(folder / "data")
        read_dataset(workspace)
        save_settings(workspace, Settings(vectors=str(folder / "vectors.npy")))
        run_audit(prepare(workspace, report=lambda progress: None), report=lambda progress: None)
    return folder


@pytest.fixture
def audited(audited_once, make_workspace, tmp_path):
    """Its results, in a home of the test's own."""
    shutil.copytree(audited_once / "home", tmp_path / "home")
    return load_prepared(workspace_for(audited_once / "data"))


@pytest.fixture
def practise(audited, open_app):
    """``practise(name="Ada", **state)``: the page on two groups of 20 samples, one of which carries a wrong label."""

    def start(name="Ada", **state):
        states = PracticeState(**{"seed": 3, "person": name.lower(), **state})
        return open_app("pages/practice.py", states, workspace=audited.workspace.name, reviewer=name)

    return start


@pytest.fixture
def kept(audited):
    """``kept(name="Ada")``: how many samples of each label that person has seen and named rightly."""
    return lambda name="Ada": {
        label: (tally.seen, tally.right)
        for label, tally in kept_practice(audited.workspace, Person(name)).tallies.items()
    }


def rows_written(ledger):
    """How many rows each table of the ledger has."""
    with ledger.snapshot() as tables:
        names = [name for (name,) in tables.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return {name: tables.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}


def propose_one(audited, author):
    with closing(open_ledger(audited.workspace.ledger_path)) as ledger:
        chosen = Selection(("Blip/sample000",), "click")
        propose(ledger, chosen, audited.samples["label"], "Helix", author=author, app_version="0")


def state(app):
    return remembered(app, PracticeState)


def send(app, kind, value="", card=None):
    event = ChoiceEvent(kind, value, "", card or state(app).asked.question_id)
    remember(app, replace(state(app), event=event))
    app.run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def texts(app):
    shown = [*app.markdown, *app.caption, *app.info, *app.warning]
    # As they are read, without the marks that keep them from being Markdown.
    return " ".join(item.value for item in shown).replace(":small{}", "").replace("\\", "")


def other(app):
    return next(name for name in state(app).asked.choices if name != state(app).asked.label)


def test_the_help_names_the_keys_of_the_card():
    assert [keys for keys, _ in PRACTICE_KEYS] == [f"1 to {CHOICES}", NEXT_KEY]


def test_a_right_answer_is_said_counted_and_kept(practise, kept):
    app = practise()
    asked = state(app).asked
    assert set(asked.choices) == {"Blip", "Whistle"} and "**Which label would you give?**" in texts(app)
    assert (
        "These labels count as known because pictures and neighbours agree with them; nobody checked them yet."
        in texts(app)
    )
    assert "You have named no sample yet." in texts(app) and "forgotten" not in texts(app)
    send(app, "label", asked.label)
    assert f":green[**Right:**] this is **{asked.label}**." in texts(app)
    assert "You have named 1 sample, 1 rightly." in texts(app)
    assert kept() == {asked.label: (1, 1)}


def test_a_wrong_answer_is_said_with_both_labels_and_what_they_look_like(practise, kept):
    app = practise()
    asked, chosen = state(app).asked, other(app)
    send(app, "label", chosen)
    assert f":red[**Wrong:**] this is **{asked.label}**, not **{chosen}**." in texts(app)
    assert "one broadband teardrop" in texts(app) and "shaped tracks" in texts(app)
    assert kept() == {asked.label: (1, 0)}


def test_the_next_one_comes_only_after_an_answer_and_is_of_another_label(practise):
    app = practise()
    first = state(app).asked
    send(app, "next")
    assert state(app).asked == first
    send(app, "label", first.label)
    send(app, "next")
    assert state(app).asked.label != first.label and not state(app).asked.answer


def test_an_answer_that_comes_twice_or_too_late_counts_once(practise, kept):
    app = practise()
    first = state(app).asked
    for value in (first.label, first.label, other(app)):
        send(app, "label", value, first.question_id)
    send(app, "next")
    send(app, "label", first.label, first.question_id)
    assert kept() == {first.label: (1, 1)}


def test_the_progress_outlives_the_session_and_is_told_by_label(practise, kept):
    app = practise()
    for _ in range(10):
        send(app, "label", state(app).asked.label)
        send(app, "next")
    assert kept() == {"Blip": (5, 5), "Whistle": (5, 5)}
    again = practise(seed=4)
    assert "You have named 10 samples, 10 rightly." in texts(again)
    table = again.dataframe[0].value.set_index("label")
    # Wilson's interval of 5 of 5: 1 / (1 + 1.96² / 5).
    assert table.loc["Blip"].tolist() == [5, 5, "100 % (57 % to 100 %)"]
    assert "named no sample" in texts(practise("Ben"))
    send(again, "label", state(again).asked.label)
    assert "too few to say" not in again.dataframe[0].value["share right"].tolist()


def test_of_few_answers_no_share_is_told(practise):
    app = practise()
    send(app, "label", state(app).asked.label)
    assert set(app.dataframe[0].value["share right"]) == {"too few to say"}


def test_no_act_is_written_and_no_suspect_is_asked_about(practise, audited):
    propose_one(audited, "Eva")
    with closing(open_ledger(audited.workspace.ledger_path)) as ledger:
        before = rows_written(ledger)
    app = practise()
    seen = set()
    for _ in range(12):
        seen.add(state(app).asked.sample_id)
        send(app, "label", other(app))
        send(app, "next")
    # Nor one of which somebody said something: its own label is not known, and it may wait for a blind review.
    assert not seen & {"Blip/sample039", "Blip/sample000"} and len(seen) == 12
    with closing(open_ledger(audited.workspace.ledger_path)) as ledger:
        assert rows_written(ledger) == before and before["correction"] == 1


def test_without_a_name_it_lasts_for_the_session_and_is_kept_once_there_is_one(practise, kept, audited):
    app = practise("")
    assert "Your progress is forgotten when you close this page. To keep it, type your name" in texts(app)
    asked = state(app).asked
    send(app, "label", asked.label)
    assert "You have named 1 sample, 1 rightly." in texts(app)
    assert not (audited.workspace.root / "practice").exists()
    app.text_input(key="reviewer").set_value("Ada").run()
    assert kept() == {asked.label: (1, 1)} and state(app).asked.answer == asked.label
    app.text_input(key="reviewer").set_value("Ben").run()
    assert kept("Ben") == {} and "named no sample" in texts(app) and not state(app).asked.answer


def test_a_viewer_may_practise_and_leaves_nothing(practise, audited):
    roles_file(audited.workspace, 'default = "viewer"\n')
    app = practise("Vic")
    send(app, "label", state(app).asked.label)
    assert "Vic may not have practice kept" in texts(app) and "You have named 1 sample, 1 rightly." in texts(app)
    assert not (audited.workspace.root / "practice").exists()


def test_where_it_cannot_be_written_that_is_said_and_nothing_is_lost(practise, audited, kept):
    (audited.workspace.root / "practice").write_text("in the way")
    app = practise()
    asked = state(app).asked
    send(app, "label", asked.label)
    assert "cannot be written" in texts(app) and "You have named 1 sample, 1 rightly." in texts(app)
    (audited.workspace.root / "practice").unlink()
    send(app, "next")
    assert not app.warning and kept() == {asked.label: (1, 1)}


def test_labels_that_people_decided_are_said_to_be_checked(practise, audited):
    mo = Person("Mo", "moderator")
    with closing(open_ledger(audited.workspace.ledger_path)) as ledger:
        for number in range(5):
            decide(ledger, f"Blip/sample00{number}", "Blip", reason="seen", author=mo, app_version="0")
    app = practise()
    assert "People checked the samples of 1 label, and nobody those of the other 1" in texts(app)
    while state(app).asked.label != "Blip":
        send(app, "label", "Whistle")
        send(app, "next")
    send(app, "label", "Blip")
    assert "People checked this label." in texts(app)


def test_in_the_public_demo_it_lasts_for_the_session(open_app, monkeypatch, tmp_path):
    monkeypatch.setenv(DEMO_VARIABLE, "1")
    app = open_app("pages/practice.py", PracticeState(seed=1, person="ada"), reviewer="Ada")
    send(app, "label", state(app).asked.label)
    assert "In the public demo your progress is forgotten" in texts(app) and "1 rightly" in texts(app)
    assert not list(tmp_path.rglob("practice"))
    assert "Not asked about, as too few good samples are known" in texts(app)


def test_start_and_review_lead_a_newcomer_there(open_app, audited):
    def links(app, beginning):
        found = [link.proto for link in app.get("page_link")]
        return [link.page for link in found if link.label.startswith(beginning)]

    app = open_app("pages/start.py", workspace=audited.workspace.name, reviewer="Ada")
    assert links(app, "New here?") == ["practice"]
    app.switch_page("pages/review.py").run()
    assert links(app, "Practise") == ["practice"]
    propose_one(audited, "Ada")
    app.switch_page("pages/start.py").run()
    assert not links(app, "New here?")
