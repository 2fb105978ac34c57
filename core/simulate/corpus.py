"""Simulated samples with Gravity Spy's metadata, and Parquet files with their pictures inside."""

from __future__ import annotations

import contextlib
import json
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.dataset.model import VIEWS
from core.errors import GlitchAuditError
from core.progress import OnProgress, ignore_progress
from core.simulate.background import DETECTORS, draw_background
from core.simulate.pictures import encode_picture
from core.simulate.series import SAMPLE_RATE, Glitch, log_uniform
from core.simulate.waveforms import CLASSES, TRAINING_SET_COUNTS, draw_glitch

if TYPE_CHECKING:
    import pyarrow as pa

METADATA_COLUMNS = (
    "label",
    "ifo",
    "event_time",
    "peak_frequency",
    "central_freq",
    "bandwidth",
    "duration",
    "snr",
    "amplitude",
    "sample_type",
)
"""Gravity Spy's names: ``event_time`` GPS s, frequencies and ``bandwidth`` Hz, ``duration`` s."""

_ID_LETTERS = np.array(list(string.ascii_letters + string.digits))
_FIRST_GPS, _LAST_GPS = 1126051217.0, 1187733618.0
_LABEL_STREAM, _SAMPLE_STREAM = 1, 2
_BATCH = 32

Draw = Callable[[np.random.Generator], Glitch]


@dataclass(frozen=True)
class Simulated:
    """One simulated sample.

    ``sample_id`` is ten letters and digits, as a ``gravityspy_id``; ``series`` whitened signal and noise, float32
    (SAMPLES,); ``metadata`` the ``METADATA_COLUMNS``.
    """

    sample_id: str
    series: np.ndarray
    metadata: dict[str, Any]


def choose_labels(count: int, *, seed: int, shares: str = "training set", first: int = 0) -> list[str]:
    """Return the labels of the samples ``first`` to ``first + count - 1`` of the corpus ``seed``.

    ``shares`` is "training set" (Gravity Spy's v1d1) or "uniform"; anything else raises GlitchAuditError.
    """
    if shares not in ("training set", "uniform"):
        raise GlitchAuditError(f"Class shares are 'training set' or 'uniform', not '{shares}'.")
    weights = np.array(
        [TRAINING_SET_COUNTS[label] if shares == "training set" else 1 for label in CLASSES], dtype=float
    )
    edges = np.cumsum(weights / weights.sum())
    draws = [np.random.default_rng([_LABEL_STREAM, seed, index]).random() for index in range(first, first + count)]
    return [CLASSES[min(int(np.searchsorted(edges, draw, side="right")), len(CLASSES) - 1)] for draw in draws]


def simulate_sample(label: str, *, seed: int, index: int, draw: Draw | None = None) -> Simulated:
    """Return sample ``index`` of the corpus ``seed``, whatever the order; ``draw`` replaces the class's own shape."""
    rng = np.random.default_rng([_SAMPLE_STREAM, seed, index])
    sample_id = "".join(rng.choice(_ID_LETTERS, 10))
    detector = str(rng.choice(DETECTORS, p=(0.6, 0.4)))
    event_time = round(float(rng.uniform(_FIRST_GPS, _LAST_GPS)), 6)
    sample_type = str(rng.choice(("train", "validation", "test"), p=(0.7, 0.15, 0.15)))
    glitch = draw(rng) if draw else draw_glitch(label, rng)
    parameters = glitch.parameters if label != "No_Glitch" else _random_trigger(rng)
    # Omicron's instant of a trigger is that of its loudest tile, some milliseconds off the middle of the shape.
    late = round(float(np.clip(rng.normal(0, 0.006), -0.02, 0.02)) * SAMPLE_RATE)
    series = np.roll(glitch.series, late) + draw_background(detector, rng)
    metadata = {"label": label, "ifo": detector, "event_time": event_time, **parameters, "sample_type": sample_type}
    return Simulated(sample_id, series, {name: metadata[name] for name in METADATA_COLUMNS})


def _random_trigger(rng: np.random.Generator) -> dict[str, float]:
    """What a trigger on noise alone reports: values as random as the noise."""
    hertz = log_uniform(rng, 12, 1500)
    return {
        "peak_frequency": hertz,
        "central_freq": hertz * rng.uniform(0.9, 1.3),
        "bandwidth": hertz * rng.uniform(0.1, 2),
        "duration": log_uniform(rng, 0.01, 1.0),
        "snr": rng.uniform(7.5, 8.5),
        "amplitude": log_uniform(rng, 1e-23, 1e-22),
    }


def draw_pictures(
    samples: Iterable[Simulated], *, total: int, device: str = "cpu", on_progress: OnProgress = ignore_progress
) -> Iterator[tuple[Simulated, np.ndarray]]:
    """Yield each sample with its four views, uint8 (4, 140, 170), energy in tenths.

    ``samples`` may be lazy, ``_BATCH`` are held at a time; ``total`` is their count, for the report after every batch.
    """
    import torch

    from core.simulate.views import ViewMaker

    maker = ViewMaker(device)
    done = 0
    for batch in _batches(samples):
        views = maker(torch.from_numpy(np.stack([sample.series for sample in batch]))).cpu().numpy()
        yield from zip(batch, views, strict=True)
        done += len(batch)
        on_progress(done, total)


def _batches(samples: Iterable[Simulated]) -> Iterator[list[Simulated]]:
    batch: list[Simulated] = []
    for sample in samples:
        batch.append(sample)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def picture_rows(sample: Simulated, views: np.ndarray) -> list[dict[str, Any]]:
    """The Parquet rows of a sample: one a view, the picture encoded, the metadata repeated."""
    return [
        {"sample_id": sample.sample_id, "view": view, "picture": encode_picture(picture), **sample.metadata}
        for view, picture in zip(VIEWS, views, strict=True)
    ]


def parquet_schema(notes: Mapping[str, Any]) -> pa.Schema:
    """Columns of a corpus file; ``notes`` (``made_by``, ``seed``, ...) go into its ``glitch_audit`` metadata."""
    import pyarrow as pa

    texts = ("label", "ifo", "sample_type")
    fields = [pa.field("sample_id", pa.string()), pa.field("view", pa.string()), pa.field("picture", pa.binary())]
    fields += [pa.field(name, pa.string() if name in texts else pa.float64()) for name in METADATA_COLUMNS]
    return pa.schema(fields, metadata={"glitch_audit": json.dumps({"energy": "uint8 tenths", **notes})})


def write_rows(out: Path, rows: Iterable[Mapping[str, Any]], *, notes: Mapping[str, Any]) -> None:
    """Write picture rows to one Parquet file, whole or not at all; raises GlitchAuditError if it cannot be written."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = parquet_schema(notes)
    unfinished = out.with_name(out.name + ".unfinished")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with pq.ParquetWriter(unfinished, schema, compression="zstd") as writer:
            waiting: list[Mapping[str, Any]] = []
            for row in rows:
                waiting.append(row)
                if len(waiting) >= 1024:
                    writer.write_table(pa.Table.from_pylist(waiting, schema=schema))
                    waiting = []
            if waiting:
                writer.write_table(pa.Table.from_pylist(waiting, schema=schema))
        unfinished.replace(out)
    except OSError as error:
        raise GlitchAuditError(f"The simulated corpus cannot be written to {out}: {error}.") from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink()


def write_corpus(
    out: Path,
    samples: int,
    seed: int,
    *,
    shares: str = "training set",
    device: str = "cpu",
    on_progress: OnProgress = ignore_progress,
) -> None:
    """Simulate glitches and write them with their pictures, four rows each, to one Parquet file.

    The same seed and version give the same corpus; ``shares`` is as in :func:`choose_labels`. Raises GlitchAuditError
    for fewer than one sample, unknown ``shares``, or a file that cannot be written.
    """
    if samples < 1:
        raise GlitchAuditError(f"A corpus needs at least one sample, not {samples}.")
    labels = choose_labels(samples, seed=seed, shares=shares)
    drawn = (simulate_sample(label, seed=seed, index=index) for index, label in enumerate(labels))
    pictures = draw_pictures(drawn, total=samples, device=device, on_progress=on_progress)
    rows = (row for sample, views in pictures for row in picture_rows(sample, views))
    command = f"python -m core simulate --samples {samples} --seed {seed}"
    write_rows(out, rows, notes={"made_by": command, "seed": seed, "shares": shares})
