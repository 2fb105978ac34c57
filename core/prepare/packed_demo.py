"""The demo's results, computed once and packed into ``data/demo_results``, so that the demo opens without torch."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.embed.model import load_embedding, save_embedding
from core.prepare.snapshot import read_dataset
from core.prepare.stages import Report, prepare
from core.workspace import DEMO_RESULTS, DEMO_SOURCE, Workspace

_PACKED = ("dataset", "embedding", "neighbours", "layout", "clustering", "previews")


def pack_demo(*, report: Report) -> Iterator[str]:
    """Prepare the packed demo in a temporary workspace and replace ``data/demo_results`` with the outcome.

    The embedding is stored in half precision; the later results were computed from it in that form, so that anybody
    who computes them again from what is packed gets the same.

    Yields:
        One line about each packed result.
    """
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(root=Path(folder), source=DEMO_SOURCE)
        read_dataset(workspace)
        prepare(workspace, report=report)
        _halve_embedding(workspace)
        for stage in ("neighbours", "layout", "clustering"):
            for result in workspace.cache.glob(f"{stage}-*"):
                shutil.rmtree(result)
        prepare(workspace, report=report)
        shutil.rmtree(DEMO_RESULTS, ignore_errors=True)
        DEMO_RESULTS.mkdir(parents=True)
        for result in sorted(workspace.cache.iterdir()):
            if result.name.split("-")[0] in _PACKED or result.name == "dataset.json":
                _copy(result, DEMO_RESULTS / result.name)
                yield f"packed {result.name}"


def _halve_embedding(workspace: Workspace) -> None:
    for result in workspace.cache.glob("embedding-*"):
        save_embedding(load_embedding(result), result, half=True)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)
