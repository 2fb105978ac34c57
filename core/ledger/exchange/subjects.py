"""Send samples back to volunteers: a Panoptes subject set with its pictures, and subject ids for a collection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from core.dataset.model import VIEWS, Dataset
from core.errors import GlitchAuditError
from core.ledger.exchange.folders import safe_name, whole_folder, write_csv
from core.ledger.exchange.stamp import Stamp, make_stamp, write_about
from core.ledger.storage.store import Ledger, in_one_snapshot
from core.progress import OnProgress, ignore_progress

SUBJECT_SET = "Panoptes subject set"
SUBJECT_IDS = "Panoptes subject ids"
MANIFEST_NAME = "manifest.csv"
SAMPLE_COLUMN = "#sample_id"
"""Panoptes shows volunteers no column whose name begins with ``#``."""

MAX_SUBJECTS = 10_000
_KINDS = {b"\x89PNG": "png", b"\xff\xd8": "jpg", b"GIF8": "gif"}


@in_one_snapshot
def export_subject_set(
    ledger: Ledger,
    dataset: Dataset,
    sample_ids: Iterable[str],
    target: Path,
    *,
    on_progress: OnProgress = ignore_progress,
) -> Stamp:
    """Write ``manifest.csv`` and the pictures of these samples, ready for the Project Builder or ``panoptes-cli``.

    One row a subject: ``image_1`` and so on name the pictures, shortest view first; ``#sample_id`` and
    ``#dataset_fingerprint`` are hidden from volunteers and bring the votes back to their samples. The label is left
    out, so that nobody is led by it. Repeated sample ids count once.

    Raises:
        GlitchAuditError: no sample, an unknown one, more than 10,000, or a folder that cannot be written.
    """
    wanted = _known(dataset, sample_ids)
    rank = {view: place for place, view in enumerate(VIEWS)}
    pictures: dict[str, list[tuple[int, str, str]]] = {sample_id: [] for sample_id in wanted}
    for row in dataset.pictures[dataset.pictures["sample_id"].isin(pictures)].itertuples():
        pictures[row.sample_id].append((rank.get(row.view, len(VIEWS)), row.view, row.location))
    stamp = make_stamp(ledger, dataset, kind=SUBJECT_SET)
    rows = []
    with whole_folder(target) as folder:
        for number, sample_id in enumerate(wanted):
            on_progress(number, len(wanted))
            row = {}
            for place, (_, view, location) in enumerate(sorted(pictures[sample_id]), start=1):
                data = dataset.store.read(location)
                kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), "png")
                # The number keeps two samples apart whose names differ in letter case only.
                name = f"{number:05d}_{safe_name(f'{sample_id}_{view}')}.{kind}"
                (folder / name).write_bytes(data)
                row[f"image_{place}"] = name
            rows.append(row | {SAMPLE_COLUMN: sample_id, "#dataset_fingerprint": dataset.fingerprint})
        table = pd.DataFrame(rows)
        images = sorted(name for name in table.columns if name.startswith("image_"))
        write_csv(table[[*images, SAMPLE_COLUMN, "#dataset_fingerprint"]], folder / MANIFEST_NAME)
        write_about(folder, stamp, samples=len(wanted))
    return stamp


@in_one_snapshot
def export_subject_ids(
    ledger: Ledger, dataset: Dataset, sample_ids: Iterable[str], subject_of: Mapping[str, str], target: Path
) -> tuple[Stamp, int]:
    """Write ``subjects.csv`` (``subject_id, sample_id``), to put known subjects into a Panoptes collection.

    ``subject_of`` has the Panoptes subject of each sample, from the data set's metadata or a classification export.
    Returns the stamp, and how many samples were left out without a known subject. Raises GlitchAuditError if none has
    one, or the folder cannot be written.
    """
    wanted = _known(dataset, sample_ids)
    rows = [(str(subject_of[sample_id]), sample_id) for sample_id in wanted if subject_of.get(sample_id)]
    if not rows:
        raise GlitchAuditError(
            f"Of none of the {len(wanted):,} samples the Panoptes subject is known; read a classification export first."
        )
    stamp = make_stamp(ledger, dataset, kind=SUBJECT_IDS)
    with whole_folder(target) as folder:
        write_csv(pd.DataFrame(rows, columns=["subject_id", "sample_id"]), folder / "subjects.csv")
        write_about(folder, stamp, samples=len(rows))
    return stamp, len(wanted) - len(rows)


def _known(dataset: Dataset, sample_ids: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(sample_ids))
    if not wanted:
        raise GlitchAuditError("No samples are chosen, so there is nothing to send to volunteers.")
    strangers = [sample_id for sample_id in wanted if sample_id not in dataset.samples.index]
    if strangers:
        raise GlitchAuditError(f"{len(strangers)} of the samples are not in {dataset.name}, first '{strangers[0]}'.")
    if len(wanted) > MAX_SUBJECTS:
        raise GlitchAuditError(f"{len(wanted):,} samples are too many for one subject set; choose {MAX_SUBJECTS:,}.")
    return wanted
