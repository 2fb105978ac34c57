"""Which reading of the labels the desk shows: chosen by a person, made beside what is shown, and never by itself."""

import pytest

from core.jobs.job import JobStatus
from core.ledger import Person, decide_taxonomy_change, open_ledger, proposals, propose_taxonomy_change
from core.pipeline.audit import run_audit
from core.pipeline.kept_readings import keep_reading, kept_reading
from core.pipeline.reading import BROUGHT, MINE, NOW, TAXONOMY, labels_said
from pages.parts.desk.reading import ReadingState
from pages.parts.desk.state import Desk
from pages.parts.selection.propose import LABEL, REASON
from tests.ledger.conftest import Desk as People
from tests.parts.gestures import last_cluster
from tests.parts.proposing import propose_button
from tests.parts.remembered import remembered

WRONG, OTHER = "Blip/sample039", "Blip/sample000"


@pytest.fixture
def jobs(monkeypatch):
    """What the jobs that are started are to do; none of them does, and the state is "running" while it is set so."""
    started = []
    monkeypatch.setattr("core.jobs.job.start_job", lambda _, command, **about: started.append(command) or True)
    return started


@pytest.fixture
def job_state(monkeypatch):
    def say(state, message=""):
        status = JobStatus(state, message=message)
        monkeypatch.setattr("pages.parts.desk.reading.job_status", lambda workspace: status)

    return say


@pytest.fixture
def people(audited):
    opened = open_ledger(audited.workspace.ledger_path)
    yield People(opened)
    opened.close()


@pytest.fixture
def sit(audited, open_app):
    """``sit(name, page)``: the app with that person at the desk."""
    return lambda name="Mo", page="pages/suspects.py", **more: open_app(
        page, workspace=audited.workspace.name, reviewer=name, **more
    )


def choose(app, reading):
    app.selectbox(key="desk_labels").set_value(reading).run()
    assert not app.exception, [error.value for error in app.exception]
    return app


def keep(people, audited, reading=NOW, name="Mo"):
    """The id of the labels as they read now, which are audited."""
    person = Person(name)
    said = labels_said(reading, ledger=people.ledger, person=person)
    reading_id = keep_reading(audited.workspace, reading, said, person_key=person.key if reading == MINE else "")
    run_audit(kept_reading(audited.workspace, reading_id).of(audited), report=lambda progress: None)
    return reading_id


def texts(app):
    return " ".join(item.value for item in [*app.markdown, *app.caption, *app.warning, *app.info])


def flagged(app):
    """How many labels the page Suspects calls suspect, by its own title."""
    return next(name for name in app.segmented_control(key="suspect_section").options if name.startswith("Wrong"))


def has_choice(app):
    return any(box.key == "desk_labels" for box in app.selectbox)


def button(app, key):
    return next((item for item in app.button if item.key == key), None)


def test_there_is_nothing_to_choose_before_anything_was_said(people, sit):
    app = sit()
    assert not has_choice(app)
    people.tell(OTHER, "Ada proposes Helix")
    assert not has_choice(app.run())
    assert sit("Ada").selectbox(key="desk_labels").options == ["as brought", "as I would have them (1 proposed)"]


def test_the_old_result_stays_until_the_new_one_is_there(people, sit, jobs, job_state, audited):
    people.tell(WRONG, "Mo decides Whistle")
    app = sit()
    assert flagged(app) == "Wrong labels (1)"
    job_state("running")
    choose(app, NOW)
    wanted = remembered(app, ReadingState).wanted
    assert jobs == [["audit", str(audited.workspace.source), "--quiet", "--reading", wanted]]
    assert flagged(app) == "Wrong labels (1)" and app.selectbox(key="desk_labels").value == NOW
    assert keep(people, audited) == wanted
    app.run()
    assert flagged(app) == "Wrong labels (0)" and remembered(app, Desk).reading == wanted
    assert "Labels **as they are now**: 1 decided, read at" in texts(app)
    # Back is at once, and what was found before is there as it was.
    choose(app, BROUGHT)
    assert flagged(app) == "Wrong labels (1)" and remembered(app, Desk).reading == "" and len(jobs) == 1


def test_asked_for_again_while_they_are_read_the_labels_are_waited_for(people, sit, monkeypatch, job_state, audited):
    people.tell(WRONG, "Mo decides Whistle")
    job_state("running")
    monkeypatch.setattr("pages.parts.desk.acts.job.start_job", lambda *arguments, **more: False)
    for subject, refused in (("audit", False), ("prepare", True)):
        monkeypatch.setattr(
            "pages.parts.desk.acts.job.job_status", lambda workspace, of=subject: JobStatus("running", subject=of)
        )
        # A reload has forgotten that it was asked for.
        app = choose(sit(), NOW)
        assert bool(remembered(app, ReadingState).wanted) is not refused
        assert ("Other work on this data set is under way" in texts(app)) is refused


def test_what_is_decided_later_waits_for_the_person(people, sit, jobs, job_state, audited):
    people.tell(WRONG, "Mo decides Whistle")
    first = keep(people, audited)
    app = choose(sit(), NOW)
    assert jobs == [] and button(app, "reading_again") is None
    people.tell(OTHER, "Mo decides Helix")
    app.run()
    assert remembered(app, Desk).reading == first
    assert button(app, "reading_again").label == "Read again (1 more decided)"
    assert "now (1 decided)" in app.selectbox(key="desk_labels").options
    job_state("running")
    button(app, "reading_again").click().run()
    assert remembered(app, Desk).reading == first and remembered(app, ReadingState).wanted != first
    people.tell(WRONG, "Mo withdraws")
    job_state("none")
    app.run()
    assert button(app, "reading_again").label == "Read again (1 changed)"


def test_a_failed_attempt_changes_nothing_and_says_why(people, sit, jobs, job_state):
    people.tell(WRONG, "Mo decides Whistle")
    app = sit()
    job_state("running")
    choose(app, NOW)
    job_state("failed", "The disk is full.")
    app.run()
    assert flagged(app) == "Wrong labels (1)" and app.selectbox(key="desk_labels").value == BROUGHT
    assert "could not be read so. The disk is full" in texts(app).replace("\\", "")
    button(app, "reading_hide").click().run()
    assert "could not be read" not in texts(app)


def test_what_one_person_would_have_is_shown_to_nobody_else(people, sit, audited, open_app):
    people.tell(WRONG, "Ada proposes Whistle")
    reading_id = keep(people, audited, MINE, "Ada")
    app = choose(sit("Ada"), MINE)
    assert remembered(app, Desk).reading == reading_id and flagged(app) == "Wrong labels (0)"
    app.text_input(key="reviewer").set_value("Ben").run()
    assert remembered(app, Desk).reading == "" and flagged(app) == "Wrong labels (1)"
    assert "another person" in texts(app)


def test_what_is_proposed_goes_by_the_labels_as_they_were_brought(people, sit, audited):
    people.tell(WRONG, "Mo decides Whistle")
    keep(people, audited)
    app = choose(sit("Ada", "pages/map.py", gesture=last_cluster(audited)), NOW)
    # All 20 are called Whistle in this reading; one of them was brought as a Blip.
    assert {metric.label: metric.value for metric in app.metric}["Purity"] == "100%"
    app.selectbox(key=LABEL).set_value("Whistle").run()
    app.text_area(key=REASON).set_value("it rises").run()
    propose_button(app).click().run()
    written = proposals(people.ledger)
    assert written[["sample_id", "label_before", "label_proposed"]].to_numpy().tolist() == [[WRONG, "Blip", "Whistle"]]


def test_review_asks_about_the_label_that_was_brought(people, sit, audited):
    people.tell(WRONG, "Ada proposes Whistle")
    people.tell(OTHER, "Mo decides Helix")
    keep(people, audited)
    app = choose(sit("Ben", "pages/map.py"), NOW)
    app.switch_page("pages/review.py").run()
    assert "The label now is **Blip**" in texts(app) and "as they are now" not in texts(app)


def merge(people, verdict="accept"):
    about = {"labels": ["Blip", "Whistle"], "becomes": ["Short"], "reason": "one source"}
    change = propose_taxonomy_change(people.ledger, "merge", **about, author="Ada", app_version="0.1")
    said = {"author": Person("Mo", "moderator"), "reason": "yes", "app_version": "0.1"}
    decide_taxonomy_change(people.ledger, change.change_id, verdict, **said)


def test_the_changed_taxonomy_is_offered_once_a_change_was_accepted(people, sit, jobs, job_state, audited):
    merge(people, "reject")
    assert not has_choice(sit())
    merge(people)
    app = sit()
    assert app.selectbox(key="desk_labels").options == ["as brought", "under the changed taxonomy (1 change)"]
    job_state("running")
    choose(app, TAXONOMY)
    wanted = remembered(app, ReadingState).wanted
    assert jobs[0][-2:] == ["--reading", wanted] and flagged(app) == "Wrong labels (1)"
    read = kept_reading(audited.workspace, wanted).of(audited)
    assert set(read.samples["label"]) == {"Short"}
    run_audit(read, report=lambda progress: None)
    app.run()
    assert flagged(app) == "Wrong labels (0)" and remembered(app, Desk).reading == wanted
    assert "under the changed taxonomy**: 0 decided or examples, 2 labels renamed, read at" in texts(app)
    choose(app, BROUGHT)
    assert flagged(app) == "Wrong labels (1)"


def test_labels_that_a_split_left_open_are_said(people, sit, audited):
    about = {"labels": ["Blip"], "becomes": ["Low", "High"], "reason": "two kinds", "sample_ids": [OTHER]}
    change = propose_taxonomy_change(people.ledger, "split", **about, author="Ada", app_version="0.1")
    said = {"author": Person("Mo", "moderator"), "reason": "yes", "app_version": "0.1"}
    decide_taxonomy_change(people.ledger, change.change_id, "accept", **said)
    app = choose(sit(), TAXONOMY)
    assert "Blip: split in several new labels" in texts(app)
