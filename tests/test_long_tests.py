"""Which long tests are due: those of which something changed since they passed."""

import pytest

from tests.long_files import LONG_FILES
from tests.slow_files import SLOW_FILES, SLOW_ROOMS
from tools.long_tests import PROJECT, due, state_of, states


@pytest.fixture
def project(tmp_path):
    (tmp_path / "core" / "__pycache__").mkdir(parents=True)
    (tmp_path / "core" / "a.py").write_text("one")
    return tmp_path


def test_the_state_is_of_names_and_contents_and_of_nothing_that_python_leaves_behind(project):
    before = state_of(["core"], project=project)
    (project / "core" / "__pycache__" / "a.pyc").write_text("rubbish")
    assert state_of(["core"], project=project) == before
    (project / "core" / "a.py").write_text("two")
    changed = state_of(["core"], project=project)
    (project / "core" / "a.py").rename(project / "core" / "b.py")
    assert len({before, changed, state_of(["core"], project=project)}) == 3


def test_a_part_that_is_gone_is_no_part_that_never_changes(project):
    with pytest.raises(FileNotFoundError, match="long_files"):
        state_of(["pages"], project=project)


def test_what_changed_or_never_passed_is_due():
    assert due({"a.py": "1", "b.py": "2", "c.py": "3"}, {"a.py": "1", "b.py": "x"}) == ["tests/b.py", "tests/c.py"]


def test_every_long_file_is_there_and_the_fast_loop_leaves_it_out_too():
    assert set(states()) == set(LONG_FILES)
    for name in LONG_FILES:
        assert (PROJECT / "tests" / name).is_file()
        assert name in SLOW_FILES or name.split("/")[0] in SLOW_ROOMS
