"""Paths on a server that others use: under the roots, links followed, and one sentence for everything else."""

import os
from pathlib import Path

import pytest

from core.allowed_paths import path_within, roots_in
from core.errors import GlitchAuditError


@pytest.fixture
def places(tmp_path):
    """A root with a data set, beside it one that is private, and links between them."""
    (tmp_path / "root" / "set").mkdir(parents=True)
    (tmp_path / "private" / "set").mkdir(parents=True)
    (tmp_path / "root" / "out").symlink_to(tmp_path / "private")
    (tmp_path / "root" / "loop").symlink_to(tmp_path / "root" / "loop")
    (tmp_path / "in").symlink_to(tmp_path / "root" / "set")
    (tmp_path / "root-beside").mkdir()
    return tmp_path


def test_what_lies_under_a_root_is_opened_with_its_links_followed(places):
    roots = (places / "nowhere", places / "root")
    inside = places / "root" / "set"
    for typed in (inside, places / "in", places / "private" / ".." / "root" / "set", places / "root" / "not there yet"):
        assert path_within(str(typed), roots) == typed.resolve()
    assert path_within(f"'{inside}'", roots) == inside
    # A root may be a link itself.
    assert path_within(str(inside), (places / "in",)) == inside


def test_everything_else_gets_the_same_sentence_whether_it_is_there_or_not(places, monkeypatch):
    monkeypatch.chdir(places)
    typed = ["private", "private/set", "private/nothing", "root/out", "root/out/set", "root/../private", "root-beside"]
    typed += [
        "root/loop",
        "~",
        "~root",
        "~nobody-of-this-name/x",
        "/",
        "/etc/passwd",
        "/nothing",
        "",
        ".",
        "a\0b",
        "x" * 5000,
    ]
    said = set()
    for path in typed:
        with pytest.raises(GlitchAuditError) as refused:
            path_within(path, (places / "root",))
        said.add(str(refused.value))
        with pytest.raises(GlitchAuditError):
            path_within(path, ())
    assert len(said) == 1 and "ask whoever runs it" in said.pop()


def test_without_roots_every_path_is_as_it_was_typed(places):
    assert path_within(str(places / "in"), None) == places / "in"
    with pytest.raises(GlitchAuditError, match="nobody of this name"):
        path_within("~nobody-of-this-name/x", None)


def test_several_roots_stand_in_one_text():
    assert roots_in(os.pathsep.join(("/a", " ", "~/b"))) == (Path("/a"), Path("~/b").expanduser())
