"""Paths as people type them: one sentence for what cannot be one, and no error of another kind."""

from pathlib import Path

import pytest

from core.dataset import open_dataset
from core.errors import GlitchAuditError
from core.pipeline.settings import vectors_path
from core.typed_paths import typed_path
from core.workspace import workspace_for


def test_spaces_quotes_and_the_home_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    assert typed_path(' "~/set one" ') == tmp_path / "set one"
    assert typed_path("relative/folder") == Path("relative/folder")
    assert typed_path(tmp_path) == tmp_path
    # A folder that is really called so is found: what is no text was not typed.
    odd = tmp_path / "it's '"
    assert typed_path(odd) == odd and workspace_for(odd).source == odd.resolve()


@pytest.fixture(
    params=["~nobody-of-this-name/pictures", "pictures\0", "circle", "x" * 5000], ids=["home", "null", "circle", "long"]
)
def impossible(request, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("circle").symlink_to("circle")
    return request.param


@pytest.mark.parametrize("use", [typed_path, workspace_for, vectors_path, open_dataset])
def test_what_cannot_be_a_path_is_one_sentence(impossible, use):
    with pytest.raises(GlitchAuditError, match="check") as caught:
        use(impossible)
    assert len(str(caught.value)) < 500 and "\0" not in str(caught.value)
