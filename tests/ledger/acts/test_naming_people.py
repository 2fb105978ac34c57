"""Roles that the app writes: one is the first, no entry is lost, a moderator always stays, no file is run over."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from core.errors import GlitchAuditError
from core.ledger.acts.naming_people import ROLES_FILE, give_default_role, give_role, name_first
from core.ledger.people import Roles, read_roles
from core.workspace import Workspace

ODD_NAME = 'Grace "the \\ first" Hopper = é #1'


@pytest.fixture
def workspace(tmp_path):
    return Workspace(root=tmp_path / "mine", source=tmp_path / "data")


@pytest.fixture
def path(workspace):
    return workspace.root / ROLES_FILE


def test_the_first_one_is_moderator_and_everybody_else_stays_what_he_was(workspace, path):
    assert name_first(workspace, "  Ada   Lovelace ") == Roles(by_name={"Ada Lovelace": "moderator"})
    roles = read_roles(path)
    assert [roles.role_of(name) for name in ("ada lovelace", "Ben")] == ["moderator", "reviewer"]


@pytest.mark.parametrize("content", ['default = "viewer"\n', "", "broken = ", '[people]\nAda = "king"\n'])
def test_no_file_of_roles_is_run_over_sound_empty_or_broken(workspace, path, content):
    workspace.root.mkdir()
    path.write_text(content)
    with pytest.raises(GlitchAuditError):
        name_first(workspace, "Ada")
    assert path.read_text() == content


def test_a_link_that_leads_nowhere_is_a_file_too(workspace, path, tmp_path):
    workspace.root.mkdir()
    path.symlink_to(tmp_path / "gone.toml")
    with pytest.raises(GlitchAuditError, match="in the meantime"):
        name_first(workspace, "Ada")
    assert path.is_symlink() and not path.exists()


def test_of_many_who_come_at_once_one_is_the_first(workspace, path):
    def come(name):
        try:
            name_first(workspace, name)
        except GlitchAuditError:
            return ""
        return name

    with ThreadPoolExecutor(8) as people:
        first = [name for name in people.map(come, [f"person {number}" for number in range(8)]) if name]
    assert read_roles(path).by_name == dict.fromkeys(first, "moderator") and len(first) == 1


def test_a_mistyped_first_name_is_corrected_as_long_as_no_other_role_was_given(workspace, path):
    name_first(workspace, "Adda")
    name_first(workspace, "Ada", instead_of="Adda")
    assert read_roles(path).by_name == {"Ada": "moderator"}
    give_role(workspace, "Ben", "reviewer")
    with pytest.raises(GlitchAuditError, match="in the meantime"):
        name_first(workspace, "Cy", instead_of="Ada")


def test_moderators_name_others_whatever_they_are_called(workspace, path):
    name_first(workspace, "Ada")
    give_role(workspace, ODD_NAME, "moderator")
    give_role(workspace, "BEN", "viewer")
    give_role(workspace, "ben", "reviewer")
    assert read_roles(path).by_name == {"Ada": "moderator", ODD_NAME: "moderator", "BEN": "reviewer"}
    give_role(workspace, "Ben", None)
    give_default_role(workspace, "viewer")
    assert read_roles(path) == Roles("viewer", {"Ada": "moderator", ODD_NAME: "moderator"})


def test_the_last_moderator_stays(workspace, path):
    name_first(workspace, "Ada")
    before = path.read_text()
    for role in ("reviewer", "viewer", None):
        with pytest.raises(GlitchAuditError, match="name another moderator first"):
            give_role(workspace, "ada", role)
    assert path.read_text() == before
    give_role(workspace, "Ben", "moderator")
    give_role(workspace, "Ada", "reviewer")
    assert read_roles(path).by_name == {"Ada": "reviewer", "Ben": "moderator"}


def test_what_was_written_by_hand_stays(workspace, path):
    workspace.root.mkdir()
    path.write_text(
        '# our night shift\ndefault = "viewer"\nunverified = "moderator"\n[people]\n# boss\nMo = "moderator"\n'
    )
    give_role(workspace, "Ada", "reviewer")
    give_role(workspace, "Ben", "reviewer")
    assert read_roles(path) == Roles("viewer", {"Mo": "moderator", "Ada": "reviewer", "Ben": "reviewer"})
    assert [line for line in path.read_text().splitlines() if line.startswith("#")][1:] == [
        "# our night shift",
        "# boss",
    ]
    path.write_text('unverified = "reviewer"\n[people]\nMo = "moderator"\n')
    give_role(workspace, "Ada", "reviewer")
    assert read_roles(path).unverified == "reviewer"


def test_two_moderators_at_once_lose_nothing(workspace, path):
    name_first(workspace, "Ada")
    names = [f"person {number}" for number in range(12)]
    with ThreadPoolExecutor(6) as people:
        list(people.map(lambda name: give_role(workspace, name, "viewer"), names))
    assert set(read_roles(path).by_name) == {"Ada", *names}


@pytest.mark.parametrize(("name", "role"), [("", "viewer"), ("\u3164", "viewer"), ("A\nB", "viewer"), ("Ben", "king")])
def test_what_cannot_be_a_name_or_a_role_is_refused_in_a_sentence(workspace, path, name, role):
    name_first(workspace, "Ada")
    before = path.read_text()
    with pytest.raises(GlitchAuditError):
        give_role(workspace, name, role)
    assert path.read_text() == before


def test_a_linked_file_stays_linked(workspace, path, tmp_path):
    workspace.root.mkdir()
    shared = tmp_path / "shared.toml"
    shared.write_text('[people]\nMo = "moderator"\n')
    path.symlink_to(shared)
    give_role(workspace, "Ada", "reviewer")
    assert path.is_symlink() and read_roles(shared).by_name["Ada"] == "reviewer"
