"""Text that people and files bring never breaks a page by standing in a widget's key."""

import ast
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import prepare
from core.workspace import HOME_VARIABLE, PROJECT_ROOT, workspace_for
from pages.parts.widgets.keys import widget_key

HARMLESS = {
    *("number", "judgement_id", "question", "correction_id", "change.name", "run.fingerprint", "turn", "fingerprint"),
    *("kind", "side", "place", "measure", "architecture", "weights == 'scratch'", "'_'.join(map(str, chosen))"),
    *("name", "column", "key"),
}
"""What may stand in an f-string that is a key.

Numbers, fingerprints, ids that this program made, and words out of a short list of its own: look at its place before
adding to it.
"""

NAMES = ["a__b", "c d", "[e](f)", "$$g", "h'i\"j", "k.l,m;n", "ö–日本", "__o__", "p__", "-q-_-"]


def keys_with_text(path: Path) -> list[str]:
    """The parts of the f-strings of this file that are passed as ``key=``."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.keyword) and node.arg == "key" and isinstance(node.value, ast.JoinedStr):
            found += [ast.unparse(part.value) for part in node.value.values if isinstance(part, ast.FormattedValue)]
    return found


@pytest.mark.parametrize("path", sorted((PROJECT_ROOT / "pages").rglob("*.py")), ids=lambda path: path.name)
def test_no_free_text_stands_in_a_key(path):
    # Rounds of a widget are counted in the session.
    strangers = {part for part in keys_with_text(path) if part not in HARMLESS and "session_state" not in part}
    assert not strangers, f"use widget_key for {strangers}"


def test_every_text_has_a_key_of_its_own():
    keys = [
        widget_key("sample", *texts) for texts in (*((name,) for name in NAMES), ("a", "b"), ("a_b",), ("a, b",), ())
    ]
    assert len(set(keys)) == len(keys) and all("__" not in key and key.startswith("sample_") for key in keys)
    assert widget_key("sample", "a", 1) == widget_key("sample", "a", "1")


@pytest.fixture
def oddly_named(tmp_path, monkeypatch):
    """A prepared workspace whose files have every character that a file system takes."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    ids = []
    for number, name in enumerate(NAMES):
        folder = tmp_path / "set__odd" / ("one__label" if number % 2 else "$$other [label]")
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("L", (17, 14), number * 20).save(folder / f"{name}.png")
        ids.append(f"{folder.name}/{name}")
    workspace = workspace_for(tmp_path / "set__odd")
    read_dataset(workspace)
    np.save(tmp_path / "vectors.npy", np.random.default_rng(0).normal(size=(len(ids), 4)).astype(np.float32))
    (tmp_path / "vectors.txt").write_text("\n".join(ids), encoding="utf-8")
    save_settings(workspace, Settings(vectors=str(tmp_path / "vectors.npy")))
    prepare(workspace, report=lambda progress: None)
    return workspace, ids


def test_the_sample_page_of_every_name(oddly_named, open_app):
    workspace, ids = oddly_named
    app = open_app("pages/sample.py", workspace=workspace.name, sample_wanted=ids[0])
    for sample_id in ids:
        app.query_params["sample"] = sample_id
        app.run()
        assert not app.exception, (sample_id, [error.value for error in app.exception])
        assert any(heading.value.startswith("Nearest neighbours") for heading in app.subheader), sample_id
