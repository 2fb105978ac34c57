"""A data set, its audit, a run, a report and a ledger in which strangers wrote whatever can be written."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from core.classify.training.runs import Run, save_run
from core.dataset.selection import Selection
from core.ledger import (
    SuspectCase,
    judge,
    open_ledger,
    propose,
    propose_taxonomy_change,
    review,
    review_taxonomy_change,
)
from core.ledger.acts.commenting import comment
from core.ledger.acts.saving_selections import save_selection
from core.ledger.views.comments import Subject
from core.ledger.views.proposals import proposals
from core.pipeline.audit import run_audit
from core.pipeline.report import MAP_FILE, REPORT_FILE, new_report_folder, write_workspace_report
from core.pipeline.settings import Settings, save_settings
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import Prepared, prepare
from core.workspace import Workspace, workspace_for
from core.workspace_titles import rename_workspace
from tests.browser.hostile_texts import EVIL, HOSTILE
from tests.parts.fake_run import fake_run

TEXTS = tuple(HOSTILE.values())
LABELS = tuple(f"{text[:70]} {number}" for number, text in enumerate(TEXTS[:4]))
PER_TEXT = 3
ADA, BEN = f"Ada [x]({EVIL}/a) www.evil.example", f"Ben a`![p]({EVIL}/b.png)`"
TITLE = f"a`![p]({EVIL}/t)` www.evil.example <img src={EVIL}>"
NEW_LABEL = f"New `![p]({EVIL}/n.png)` ben@evil.example"
REASON = "\n\n".join(TEXTS)[:2000]
RUN = "run`![p](mailto:a@evil.example)` www.evil.example :material_delete: <b>"
"""A folder's name, so without a slash."""


@dataclass(frozen=True)
class HostileSet:
    """What was made: the workspace, its samples, the files that are opened from disk, and a saved selection's id."""

    workspace: Workspace
    ids: tuple[str, ...]
    pages: tuple[Path, ...]
    selection: str
    picture: bytes


def hostile_set(folder: Path) -> HostileSet:
    """Make it under ``folder``; the home is the environment's."""
    source = folder / "a`![p](x)` <img src=x> www.evil.example.parquet"
    ids = tuple(f"{text} {number}" for text in TEXTS for number in range(PER_TEXT))
    # Every clump of the map has a label of its own, and some wrong ones.
    labels = [LABELS[(number + (number % 17 == 5)) % len(LABELS)] for number in range(len(ids))]
    generator = np.random.default_rng(0)
    pd.DataFrame(
        {
            "sample_id": ids,
            "picture": [_picture(number) for number in range(len(ids))],
            "label": labels,
            "ifo": [TEXTS[number % 2] for number in range(len(ids))],
            "sample_type": [("train", TEXTS[1])[number % 2] for number in range(len(ids))],
            TEXTS[0]: generator.normal(size=len(ids)),
            "snr": generator.normal(20, 2, size=len(ids)),
        }
    ).to_parquet(source)
    workspace = workspace_for(source)
    dataset = read_dataset(workspace)
    prepared = _laid_out(workspace, folder, ids)
    run_audit(prepared, report=lambda progress: None)
    rename_workspace(workspace, TITLE)
    save_run(_spoiled(fake_run(workspace, dataset, name=RUN, wrong=0.4)))
    out = new_report_folder(workspace)
    write_workspace_report(prepared, out, report=lambda progress: None)
    return HostileSet(workspace, ids, (out / REPORT_FILE, out / MAP_FILE), _fill_ledger(prepared), _picture(7))


def _laid_out(workspace: Workspace, folder: Path, ids: tuple[str, ...]) -> Prepared:
    """Four clumps in four directions, and two samples at one place."""
    places = np.random.default_rng(0).normal(0, 0.1, (len(ids), 2)).astype(np.float32)
    places += np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], np.float32)[np.arange(len(ids)) % 4]
    places[16] = places[12]
    np.save(folder / "places.npy", places)
    (folder / "places.txt").write_text("\n".join(ids), encoding="utf-8")
    save_settings(workspace, Settings(vectors=str(folder / "places.npy"), kind="glitches"))
    return prepare(workspace, report=lambda progress: None)


def _picture(number: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("L", (34, 28), 20 + number % 200).save(buffer, "PNG")
    return buffer.getvalue()


def _spoiled(run: Run) -> Run:
    return replace(run, epochs_done=0, device=f"cpu ![p]({EVIL}/d.png)", leak=f"It leaks ![p]({EVIL}/l.png).")


def _fill_ledger(prepared: Prepared) -> str:
    ledger = open_ledger(prepared.workspace.ledger_path)
    ids, labels = tuple(prepared.samples.index), prepared.samples["label"]
    common = {"app_version": "1"}
    propose(ledger, Selection(ids[:6], how="click"), labels, NEW_LABEL, author=ADA, reason=REASON, **common)
    propose(ledger, Selection(ids[6:9], how="click"), labels, LABELS[1], author="Cleo", reason=REASON, **common)
    first = proposals(ledger).iloc[0]
    review(ledger, first["correction_id"], "reject", author=BEN, blind_label=LABELS[0], reason=REASON, **common)
    for number, whom in ((9, ADA), (0, BEN)):
        comment(ledger, Subject("sample", ids[number]), REASON, author="Cleo", asks=whom, **common)
    case = SuspectCase(ids[9], labels.iloc[9], NEW_LABEL, 1.0, 0.9, "suspects")
    judge(ledger, case, "accept", author=BEN, reason=REASON, **common)
    change = propose_taxonomy_change(
        ledger,
        "rename",
        labels=LABELS[:1],
        becomes=[NEW_LABEL],
        reason=REASON,
        author=ADA,
        sample_ids=ids[:3],
        dataset_fingerprint=prepared.dataset.fingerprint,
        **common,
    )
    review_taxonomy_change(ledger, change.change_id, "unsure", author=BEN, reason=REASON, **common)
    selection = Selection(
        ids[:8],
        how="click",
        dataset_fingerprint=prepared.dataset.fingerprint,
        layout_fingerprint=prepared.layout.fingerprint,
    )
    saved = save_selection(ledger, selection, name=TITLE, note=REASON[:500], author=ADA, **common)
    ledger.close()
    return saved.selection_id
