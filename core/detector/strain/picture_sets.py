"""From triggers to a data set: all their views in one Parquet file, drawn in parts so that a killed run goes on."""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.dataset.model import VIEWS, Problem
from core.detector.strain.source import StrainSource
from core.detector.strain.triggers import MEASURED, Triggers
from core.detector.strain.views import DrawnViews, draw_views
from core.errors import GlitchAuditError
from core.files import locked, whole_file
from core.fingerprint import fingerprint
from core.progress import OnProgress, ignore_progress
from core.simulate.pictures import encode_picture
from core.version import APP_VERSION

if TYPE_CHECKING:
    import pyarrow as pa

VERSION = 1
"""Raised where the same strain and triggers give other pictures, so that no old part is taken."""
PART = 64
"""Triggers a part: what a killed run loses at most, for each core."""
_PLAN, _LOCK = "plan.json", ".lock"
_LEFT_OUT = b"glitch_audit_left_out"


@dataclass(frozen=True)
class SetReport:
    """What became of the triggers.

    Attributes:
        drawn: how many have their views in the file.
        left_out: what could not be used or drawn, and why, in the order of the table.
        noise_above: Hz above which white noise stands in for strain in some of the pictures; None where in none.
    """

    drawn: int
    left_out: tuple[Problem, ...]
    noise_above: float | None

    @property
    def reasons(self) -> dict[str, int]:
        """How many were left out, by reason; the commonest first."""
        return dict(Counter(problem.reason for problem in self.left_out).most_common())


def draw_set(
    source: StrainSource,
    triggers: Triggers,
    out: Path,
    *,
    workers: int | None = None,
    on_progress: OnProgress = ignore_progress,
) -> SetReport:
    """Draw the views of all triggers and write them to ``out``, whole or not at all.

    Finished parts lie in ``<out>.parts`` until the file is there; another run of the same strain and triggers takes
    them. Torch has to run with one thread (``torch.set_num_threads(1)``), as each of ``workers`` threads keeps a core
    busy; None for one a core, four at most.

    Raises GlitchAuditError where no trigger can be drawn, a strain file cannot be read, or ``out`` cannot be written.
    """
    table = triggers.table
    parts = _parts(table)
    plan = fingerprint("views", VERSION, source.fingerprint, [part.to_json() for part in parts])
    folder = out.with_name(out.name + ".parts")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
        with locked(folder / _LOCK, wait=0):
            _keep_if_same(folder, plan)
            _draw_parts(source, parts, folder, workers=workers, on_progress=on_progress)
            report = _join(parts, folder, out, triggers)
        shutil.rmtree(folder, ignore_errors=True)
    except TimeoutError:
        raise GlitchAuditError(f"{out} is being drawn by another program; wait until it is done") from None
    except OSError as error:
        raise GlitchAuditError(f"{out} cannot be written ({error.strerror or error}): free some space") from error
    return report


def _parts(table: pd.DataFrame) -> list[pd.DataFrame]:
    """The table in parts of up to `PART` rows; none holds two detectors."""
    groups = (rows for _, rows in table.groupby("ifo", sort=False))
    return [rows.iloc[first : first + PART] for rows in groups for first in range(0, len(rows), PART)]


def _keep_if_same(folder: Path, plan: str) -> None:
    """Leave the finished parts of the same plan, and remove those of another one."""
    note = folder / _PLAN
    if not note.is_file() or note.read_text(encoding="utf-8", errors="replace") != plan:
        for old in folder.glob("part-*"):
            old.unlink()
        with whole_file(note) as temporary:
            temporary.write_text(plan, encoding="utf-8")


def _draw_parts(
    source: StrainSource, parts: Sequence[pd.DataFrame], folder: Path, *, workers: int | None, on_progress: OnProgress
) -> None:
    total = sum(len(part) for part in parts)
    waiting = {number: part for number, part in enumerate(parts) if _read_part(folder, number) is None}
    done = total - sum(len(part) for part in waiting.values())
    on_progress(done, total)
    with ThreadPoolExecutor(max_workers=workers or min(os.cpu_count() or 1, 4)) as pool:
        work = {pool.submit(_draw_part, source, part, folder, number): part for number, part in waiting.items()}
        try:
            for finished in as_completed(work):
                finished.result()
                done += len(work[finished])
                on_progress(done, total)
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def _draw_part(source: StrainSource, part: pd.DataFrame, folder: Path, number: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = []
    left_out: list[tuple[int, str]] = []
    detector = str(part["ifo"].iloc[0])
    if detector in source.detectors:
        for drawn in draw_views(source, detector, part["event_time"].to_numpy(dtype=float)):
            if isinstance(drawn, DrawnViews):
                rows += _rows(part.iloc[drawn.place], drawn)
            else:
                left_out.append((drawn[0], str(drawn[1])))
    else:
        left_out = [(place, f"the strain is of {' and '.join(source.detectors)} only") for place in range(len(part))]
    schema = _schema(part, {_LEFT_OUT: json.dumps(left_out).encode()})
    with whole_file(_part_path(folder, number), lasting=False) as temporary:
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), temporary, compression="zstd")


def _rows(trigger: pd.Series, drawn: DrawnViews) -> list[dict[str, Any]]:
    facts = {name: trigger[name] for name in ("sample_id", "label", "ifo", "event_time")}
    facts |= {name: float(trigger[name]) for name in MEASURED if name in trigger.index}
    return [
        {**facts, "view": view, "picture": encode_picture(picture), "q_value": drawn.q, "strain_to_hz": drawn.highest}
        for view, picture in zip(VIEWS, drawn.views, strict=True)
    ]


def _schema(part: pd.DataFrame, notes: Mapping[bytes, bytes]) -> pa.Schema:
    import pyarrow as pa

    texts = ("sample_id", "view", "label", "ifo")
    numbers = ("event_time", *(name for name in MEASURED if name in part), "q_value", "strain_to_hz")
    fields = [pa.field(name, pa.string()) for name in texts[:2]] + [pa.field("picture", pa.binary())]
    fields += [pa.field(name, pa.string()) for name in texts[2:]] + [pa.field(name, pa.float64()) for name in numbers]
    return pa.schema(fields, metadata=dict(notes))


def _join(parts: Sequence[pd.DataFrame], folder: Path, out: Path, triggers: Triggers) -> SetReport:
    """Write the finished parts to one file, a row group each, and beside it what was left out."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    notes = {"energy": "uint8 tenths", "made_by": f"python -m core views, version {APP_VERSION}"}
    schema = _schema(triggers.table, {b"glitch_audit": json.dumps(notes).encode()})
    left_out, drawn, highest = list(triggers.problems), 0, []
    with whole_file(out) as temporary:
        with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
            for number, part in enumerate(parts):
                table, missing = _read_part(folder, number) or _lost(folder)
                left_out += [Problem(str(part["where"].iloc[place]), reason) for place, reason in missing]
                if len(table):
                    writer.write_table(table.replace_schema_metadata(schema.metadata))
                    drawn += len(table) // len(VIEWS)
                    highest.append(pc.min(table["strain_to_hz"]).as_py())
        if not drawn:
            raise GlitchAuditError(
                f"None of the {len(triggers.table):,} triggers can be drawn, as {_commonest(left_out)}; {out} is not "
                "written"
            )
    _write_left_out(out, left_out)
    below = min(highest)
    return SetReport(drawn, tuple(left_out), below if below < _TOP else None)


_TOP = 2048.0
"""The upper end of the pictures, Hz."""


def left_out_path(out: Path) -> Path:
    """Return where the triggers that were left out of this file are listed."""
    return out.with_name(f"{out.stem}.left_out.csv")


def _write_left_out(out: Path, left_out: Iterable[Problem]) -> None:
    listed = left_out_path(out)
    rows = [(problem.where, problem.reason) for problem in left_out]
    if not rows:
        listed.unlink(missing_ok=True)
        return
    with whole_file(listed) as temporary:
        pd.DataFrame(rows, columns=["where", "reason"]).to_csv(temporary, index=False)


def _commonest(left_out: Sequence[Problem]) -> str:
    reason, count = Counter(problem.reason for problem in left_out).most_common(1)[0]
    return f"for {count:,} of them {reason}"


def _read_part(folder: Path, number: int) -> tuple[Any, list[tuple[int, str]]] | None:
    """A finished part's rows and what it left out; None where it is not there, or damaged."""
    import pyarrow
    import pyarrow.parquet as pq

    path = _part_path(folder, number)
    try:
        table = pq.read_table(path) if path.is_file() else None
        return None if table is None else (table, json.loads(table.schema.metadata[_LEFT_OUT]))
    except (pyarrow.ArrowException, OSError, ValueError, KeyError, TypeError):
        return None


def _lost(folder: Path) -> tuple[Any, list[tuple[int, str]]]:
    raise GlitchAuditError(f"{folder}: a part that was finished is gone or damaged; run the same again")


def _part_path(folder: Path, number: int) -> Path:
    return folder / f"part-{number:06d}.parquet"
