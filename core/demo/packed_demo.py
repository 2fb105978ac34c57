"""The demo's results, computed once and packed into ``data/demo_results``, so that the demo opens without torch."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.embed.model import load_embedding, save_embedding
from core.errors import GlitchAuditError
from core.pipeline.audit import run_audit
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare
from core.progress import ShowProgress
from core.seals import seal
from core.workspace import DEMO_RESULTS, DEMO_SOURCE, Workspace

_AUDIT = ("suspects", "stability", "findings", "verdicts", "drifts")
_PACKED = ("dataset", "embedding", "filling", "neighbours", "layout", "clustering", "previews", *_AUDIT)


def pack_demo(*, report: ShowProgress) -> Iterator[str]:
    """Prepare the demo in a temporary workspace, replace ``data/demo_results``, and yield a line for each result.

    The embedding is stored in half precision, and the later results are computed from that form, so that anybody who
    computes them again from what is packed gets the same.
    """
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(root=Path(folder), source=DEMO_SOURCE)
        read_dataset(workspace)
        prepare(workspace, report=report)
        _halve_embedding(workspace)
        for stage in ("filling", "neighbours", "layout", "clustering"):
            for result in workspace.cache.glob(f"{stage}-*"):
                shutil.rmtree(result)
        run_audit(prepare(workspace, report=report), report=report)
        shutil.rmtree(DEMO_RESULTS, ignore_errors=True)
        DEMO_RESULTS.mkdir(parents=True)
        for result in sorted(workspace.cache.iterdir()):
            if result.name.split("-")[0] in _PACKED or result.name == "dataset.json":
                _copy(result, DEMO_RESULTS / result.name)
                yield f"packed {result.name}"


def pack_audit(*, report: ShowProgress) -> Iterator[str]:
    """Audit the packed demo as it is, replace only the packed audit, and yield a line for each result."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(root=Path(folder), source=DEMO_SOURCE, shipped=DEMO_RESULTS)
        prepared = load_prepared(workspace)
        if prepared is None:
            raise GlitchAuditError("The packed demo is not whole: make it with: python -m core pack-demo")
        for stage in _AUDIT:
            for old in DEMO_RESULTS.glob(f"{stage}-*"):
                shutil.rmtree(old)
        run_audit(prepared, report=report)
        for result in sorted(workspace.cache.iterdir()):
            if result.name.split("-")[0] in _AUDIT:
                _copy(result, DEMO_RESULTS / result.name)
                yield f"packed {result.name}"


def _halve_embedding(workspace: Workspace) -> None:
    for result in workspace.cache.glob("embedding-*"):
        save_embedding(load_embedding(result), result, half=True)
        seal(result)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target)
    else:
        shutil.copy2(source, target)
