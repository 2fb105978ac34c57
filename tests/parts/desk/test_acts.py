"""Every act has a least role, is refused where it is done, and a viewer leaves nothing on the server."""

import ast
import inspect
from pathlib import Path

import pytest

from core.dataset.selection import Selection
from core.errors import GlitchAuditError
from core.ledger import (
    Person,
    Roles,
    SuspectCase,
    decide,
    judge,
    open_ledger,
    propose,
    propose_taxonomy_change,
    recover,
    reopen,
    review,
    withdraw,
)
from core.ledger.acts.asking_known import set_known_rate
from core.ledger.acts.commenting import comment
from core.ledger.acts.saving_selections import save_selection
from core.ledger.exchange import fill_ledger, write_import
from core.ledger.people import ACTS, ROLES, may
from core.ledger.views.comments import Subject
from core.ledger.views.mine import mine
from core.workspace import PROJECT_ROOT, demo_workspace, workspaces_home
from pages.parts.desk import acts, acts_of_detector, who
from pages.parts.desk.state import Desk
from tests.parts.desk.test_who_is_at_the_desk import AUTH, roles_file
from tests.parts.gestures import last_cluster
from tests.parts.remembered import remember

FUNCTIONS = sorted(acts.DONE_HERE)
CHANGES_THE_SERVER = {
    *("start_job", "stop_job", "clear_job", "request_results", "save_settings", "read_dataset", "rename_workspace"),
    *("start_training", "resume_training", "stop_training", "forget_outcome", "remove_run", "restore_run"),
    *(
        "evaluate_run",
        "save_votes",
        "keep_selection",
        "keep_reading",
        "keep_labels",
        "learnt_labels",
        "keep_picture",
        "store_artifact",
        "keep_place",
        "forget_place",
        "keep_bringing",
        "forget_bringing",
        "fetch_around",
        "write_json",
        "make_folder",
        "pack_folder",
    ),
    *("draft_release", "keep_release"),
    *(
        "name_first",
        "give_role",
        "give_default_role",
        "claim_samples",
        "renew_claim",
        "release_claim",
        "shorten_claims",
        "keep_practice",
    ),
    *(
        "keep_picture",
        "new_report_folder",
        "run_audit",
        "prepare",
        "typed_path",
        "vectors_path",
        "workspace_for",
        "open_workspace",
    ),
}
"""What changes the server, or follows a path that somebody typed."""
PAGES = ("map", "clusters", "suspects", "sample", "practice", "review", "decisions", "corrections", "mine", "classify")
LATER_PAGES = ("training", "evaluation", "data")
ACTING = (
    *(
        "Open",
        "Prepare",
        "Audit",
        "Read the",
        "Read again",
        "Rename",
        "Write",
        "Start",
        "Resume",
        "Stop",
        "Remove",
        "Bring",
        "Evaluate",
    ),
    *(
        "Make it",
        "Make the release",
        "Import",
        "Fill",
        "Become",
        "Give",
        "Propose",
        "Save ",
        "Undo",
        "Redo",
        "Withdraw",
        "Decide",
        "Reopen",
        "Hide",
        "Comment",
        "Answer",
        "Seen",
        "Take back",
    ),
)
"""How the buttons begin that do something."""


@pytest.fixture
def here(monkeypatch):
    """``here(person, providers=(), demo=False)``: who is at the desk."""

    def sit(person, *, providers=(), demo=False):
        desk = who.AtDesk(demo_workspace(), person, Roles(), "", None, providers, demo, 1)
        monkeypatch.setattr(acts, "at_desk", lambda: desk)
        monkeypatch.setattr(acts_of_detector, "at_desk", lambda: desk)
        return desk

    return sit


def required_in_core():
    """The acts that core itself asks about, by the calls ``require(…, "act")`` and ``may(…, "act")``."""
    found = set()
    for path in (PROJECT_ROOT / "core").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", "") in ("require", "may")
                and len(node.args) == 2
            ):
                found |= {node.args[1].value} if isinstance(node.args[1], ast.Constant) else set()
    return found


def call(name):
    """The function of that name with arguments that nothing can be done with."""
    function = getattr(acts, name, None) or getattr(acts_of_detector, name)
    given = inspect.signature(function).parameters.values()
    nothing = [object() for one in given if one.kind is not one.KEYWORD_ONLY]
    return function(*nothing, **{one.name: object() for one in given if one.kind is one.KEYWORD_ONLY})


def test_every_act_is_asked_about_where_it_is_done():
    done_by_pages = {act for names in acts.DONE_HERE.values() for act in names}
    assert required_in_core() | done_by_pages == set(ACTS)
    assert not required_in_core() & done_by_pages - {"import"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_act_on_the_server_is_refused_in_a_sentence_to_whose_role_is_too_low(here, name):
    for role in ROLES:
        allowed = all(may(Person("Vic", role), act) for act in acts.DONE_HERE[name])
        here(Person("Vic", role))
        with pytest.raises(Exception) as refused:
            call(name)
        sentence = isinstance(refused.value, GlitchAuditError) and f"As a {role}, Vic may not" in str(refused.value)
        assert sentence is not allowed


@pytest.mark.parametrize("name", FUNCTIONS)
def test_where_people_sign_in_nobody_acts_unnamed(here, name):
    here(Person("", "moderator"), providers=(None,))
    with pytest.raises(GlitchAuditError, match="Sign in first"):
        call(name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_in_the_public_demo_nothing_of_the_servers_is_changed(here, name):
    here(Person("Vic", "moderator"), demo=True)
    own = set(acts.DONE_HERE[name]) <= set(who.OWN_IN_THE_DEMO)
    with pytest.raises(Exception) as refused:
        call(name)
    assert ("In the public demo" in str(refused.value)) is not own


def test_who_works_alone_needs_no_name(here):
    desk = here(Person(""))
    done = {act for names in acts.DONE_HERE.values() for act in names}
    assert {act for act in done if desk.hindrance(act)} == {*who.ABOUT_ROLES, *who.OF_THE_MACHINE, "release"}


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "pages").rglob("*.py")), ids=lambda path: path.stem)
def test_no_other_module_of_the_pages_changes_the_server(path):
    if path.name in ("acts.py", "acts_of_detector.py"):
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("core"):
            assert not {alias.name for alias in node.names} & CHANGES_THE_SERVER
            # Nor by way of the module.
            modules = {
                alias.name
                for alias in node.names
                if (PROJECT_ROOT / Path(*node.module.split("."), f"{alias.name}.py")).is_file()
            }
            assert not modules & {
                "naming_people",
                "job",
                "starting",
                "snapshot",
                "training",
                "runs",
                "votes",
                "kept_selections",
                "kept_releases",
            }


SELECTION, ONE = Selection(("a",), "click"), {"app_version": "0.1"}
IN_THE_LEDGER = {
    "propose": lambda ledger, who: propose(ledger, SELECTION, {"a": "Blip"}, "Helix", author=who, **ONE),
    "withdraw": lambda ledger, who: withdraw(ledger, "none", author=who),
    "withdraw for others": lambda ledger, who: withdraw(
        ledger, propose(ledger, SELECTION, {"a": "Blip"}, "Helix", author="Ada", **ONE).batch_id, author=who
    ),
    "judge": lambda ledger, who: judge(ledger, SuspectCase("a", "Blip"), "keep", author=who, **ONE),
    "review": lambda ledger, who: review(ledger, "none", "accept", author=who, **ONE),
    "change taxonomy": lambda ledger, who: propose_taxonomy_change(
        ledger, "rename", labels=["Blip"], becomes=["Bloop"], reason="why", author=who, **ONE
    ),
    "save selection": lambda ledger, who: save_selection(ledger, SELECTION, name="mine", author=who, **ONE),
    "import": lambda ledger, who: write_import(ledger, None, author=who, **ONE),
    "comment": lambda ledger, who: comment(ledger, Subject("sample", "a"), "why", author=who, **ONE),
    "recover": lambda ledger, who: recover(ledger, author=who),
    "restore ledger": lambda ledger, who: fill_ledger(ledger, b"", author=who),
    "decide": lambda ledger, who: decide(ledger, "a", "Helix", reason="why", author=who, **ONE),
    "reopen": lambda ledger, who: reopen(ledger, "a", reason="why", author=who, **ONE),
    "see others": lambda ledger, who: mine(ledger, who, of="ada"),
    "mix in known samples": lambda ledger, who: set_known_rate(ledger, 5, author=who, app_version="1"),
}


def test_every_other_act_is_refused_by_the_ledger(tmp_path):
    assert set(IN_THE_LEDGER) == required_in_core()
    ledger = open_ledger(tmp_path / "corrections.duckdb")
    for act, attempt in IN_THE_LEDGER.items():
        for role in ROLES:
            who_acts = Person("Vic", role)
            if may(who_acts, act):
                continue
            with pytest.raises(GlitchAuditError, match=f"As a {role}, Vic may not|only Ada or a moderator"):
                attempt(ledger, who_acts)
    ledger.close()


def files():
    return {
        path: (path.stat().st_mtime_ns, path.stat().st_size) for path in workspaces_home().rglob("*") if path.is_file()
    }


@pytest.mark.parametrize("how", ["typed", "not signed in"])
def test_a_viewer_is_offered_nothing_and_leaves_nothing(audited, how):
    from streamlit.testing.v1 import AppTest

    roles_file(audited.workspace, 'default = "viewer"\n')
    before = files()
    app = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=60)
    app.session_state["workspace"] = audited.workspace.name
    remember(app, Desk(gesture=last_cluster(audited)))
    if how == "typed":
        app.session_state["reviewer"] = "Vic"
    else:
        app.user, app.secrets = {"is_logged_in": False}, {"auth": AUTH}
    app.run()
    for page in (*PAGES, *LATER_PAGES):
        app.switch_page(f"pages/{page}.py").run()
        assert not app.exception, (page, [error.value for error in app.exception])
        offered = [item.label for item in app.button if item.label.startswith(ACTING) and not item.disabled]
        assert not offered, (page, offered)
        assert not [item.label for item in app.get("file_uploader") if page == "corrections"]
    open_ledger(audited.workspace.ledger_path).close()
    assert files() == before
