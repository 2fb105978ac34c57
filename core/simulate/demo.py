"""The packed demo: simulated glitches with planted faults, and the truth about them in a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from core.dataset.model import VIEWS
from core.dataset.taxonomy import taxonomy_for
from core.errors import GlitchAuditError
from core.progress import OnProgress, ignore_progress
from core.simulate.corpus import Draw, Simulated, draw_pictures, picture_rows, simulate_sample, write_rows
from core.simulate.series import SAMPLE_RATE
from core.simulate.typical import draw_typical
from core.simulate.waveforms import CLASSES, TRAINING_SET_COUNTS, draw_drift
from core.simulate.waveforms_later import fast_scattering, high_frequency_burst, line_70_hertz

DEMO_FILE, TRUTH_FILE = "demo.parquet", "demo_truth.parquet"
DEFAULT_SEED = 20150914
SMALLEST = 150
"""Samples below which the planted faults would be too few to find."""

ERROR_SHARE = 0.05
DRIFT_SHARE = 0.05
HIDDEN_SHARE = 0.045
TOSSED_SHARE = 0.8
"""Of the power lines."""

TYPICAL_SHARE = 0.4
"""Parameters come from the middle of their ranges: a demo is there to be read, training sees the whole of them."""

TOSSED_NAMES = ("Power_Line", "Air_Compressor")
HIDING_LABEL = "None_of_the_Above"
HIDDEN: Mapping[str, Draw] = MappingProxyType(
    {
        "Fast_Scattering": fast_scattering,
        "High_Frequency_Burst": high_frequency_burst,
        "70HzLine": line_70_hertz,
    }
)
"""True name and shape of the morphologies that ``HIDING_LABEL`` holds."""

DRIFT_NAMES = ("Repeating_Blips", "Low_Frequency_Burst")
DRIFT_MISTAKES = (*DRIFT_NAMES, "Blip", "Tomte")

_PLAN_STREAM, _EDIT_STREAM = 3, 4


@dataclass(frozen=True)
class Planned:
    """One sample of the demo before it is drawn.

    Attributes:
        index: which simulated sample of the corpus it is; copies share their original's.
        label: the label the demo shows; ``true_label`` names what was drawn.
        fault: "none", "label error", "tossed between two names", "hidden in a broad label", "drift", "exact duplicate",
            "near duplicate" or "broken picture".
        drift: place in the drifting family, 0 like thin repeating blips to 1 burst-like; None outside it.
        copy: number of the copy, 0 for an original.
        broken: how a picture was broken: "truncated", "empty" or "not a picture"; "" where none was.
    """

    index: int
    label: str
    true_label: str
    fault: str = "none"
    drift: float | None = None
    copy: int = 0
    broken: str = ""
    broken_view: str = ""


def class_counts(total: int, least: int) -> dict[str, int]:
    """``total`` samples shared out like training set v1d1, at least ``least`` of each class (largest remainders)."""
    weights = np.array([TRAINING_SET_COUNTS[label] for label in CLASSES], dtype=float)
    spare = total - least * len(CLASSES)
    # The classes that the floor lifts take their excess from the others, in proportion.
    ideal = np.maximum(weights / weights.sum() * total - least, 0)
    ideal *= spare / ideal.sum()
    counts = np.floor(ideal).astype(int)
    for place in np.argsort(counts - ideal, kind="stable")[: spare - counts.sum()]:
        counts[place] += 1
    return {label: int(count) + least for label, count in zip(CLASSES, counts, strict=True)}


def plan_demo(samples: int = 1200, *, seed: int = DEFAULT_SEED) -> list[Planned]:
    """Return the demo's samples, each with one fault at most; raises GlitchAuditError for fewer than ``SMALLEST``."""
    if samples < SMALLEST:
        raise GlitchAuditError(f"The demo needs at least {SMALLEST} samples to plant its faults, not {samples}.")
    rng = np.random.default_rng([_PLAN_STREAM, seed])
    few = max(2, round(samples / 200))
    families = _drifting(round(samples * DRIFT_SHARE), rng) + _hidden(round(samples * HIDDEN_SHARE))
    ordinary = _ordinary(samples - len(families) - 2 * few, least=min(8, samples // 75))
    plan = [replace(planned, index=index) for index, planned in enumerate(families + _tossed(ordinary, rng))]
    plan = _with_errors(plan, round(samples * ERROR_SHARE), rng)
    plan = _with_broken(plan, few, rng)
    plan += _copies(plan, few, rng)
    return [plan[place] for place in rng.permutation(len(plan))]


def _ordinary(total: int, *, least: int) -> list[Planned]:
    return [Planned(0, label, label) for label, count in class_counts(total, least).items() for _ in range(count)]


def _tossed(plan: Sequence[Planned], rng: np.random.Generator) -> list[Planned]:
    places = [place for place, planned in enumerate(plan) if planned.true_label == TOSSED_NAMES[0]]
    chosen = set(places[: round(TOSSED_SHARE * len(places))])
    fault = "tossed between two names"
    return [
        replace(planned, label=str(rng.choice(TOSSED_NAMES)), fault=fault) if place in chosen else planned
        for place, planned in enumerate(plan)
    ]


def _hidden(count: int) -> list[Planned]:
    names = [name for name in HIDDEN for _ in range(max(1, round(count / len(HIDDEN))))]
    return [Planned(0, HIDING_LABEL, name, fault="hidden in a broad label") for name in names]


def _drifting(count: int, rng: np.random.Generator) -> list[Planned]:
    """Labels fail with a probability that peaks at 0.6 in the middle of the family."""
    planned = []
    for place in range(count):
        drift = (place + 0.5) / count
        true_label = DRIFT_NAMES[drift >= 0.5]
        fails = rng.random() < 0.6 * np.exp(-(((drift - 0.5) / 0.2) ** 2))
        mistakes = [name for name in DRIFT_MISTAKES if name != true_label]
        label = str(rng.choice(mistakes)) if fails else true_label
        planned.append(Planned(0, label, true_label, fault="drift", drift=drift))
    return planned


def _with_errors(plan: Sequence[Planned], count: int, rng: np.random.Generator) -> list[Planned]:
    taxonomy = taxonomy_for(CLASSES)
    partners = {label: [name for name in taxonomy[label].look_alikes if name in CLASSES] for label in CLASSES}
    sound = [place for place, planned in enumerate(plan) if planned.fault == "none" and partners[planned.label]]
    changed = list(plan)
    for place in rng.choice(sound, min(count, len(sound)), replace=False):
        wrong = str(rng.choice(partners[plan[place].label]))
        changed[place] = replace(plan[place], label=wrong, fault="label error")
    return changed


def _with_broken(plan: Sequence[Planned], count: int, rng: np.random.Generator) -> list[Planned]:
    sound = [place for place, planned in enumerate(plan) if planned.fault == "none"]
    ways = list(_BREAK)
    changed = list(plan)
    for number, place in enumerate(rng.choice(sound, count, replace=False)):
        view = str(rng.choice(VIEWS))
        changed[place] = replace(plan[place], fault="broken picture", broken=ways[number % len(ways)], broken_view=view)
    return changed


def _copies(plan: Sequence[Planned], count: int, rng: np.random.Generator) -> list[Planned]:
    """``count`` exact copies under new ids, then ``count`` nearly equal ones."""
    sound = [planned for planned in plan if planned.fault == "none"]
    chosen = [sound[place] for place in rng.choice(len(sound), 2 * count, replace=False)]
    return [
        replace(original, copy=1, fault="exact duplicate" if number < count else "near duplicate")
        for number, original in enumerate(chosen)
    ]


def _simulate(planned: Planned, seed: int) -> Simulated:
    draw: Draw = HIDDEN.get(planned.true_label) or partial(draw_typical, planned.true_label, share=TYPICAL_SHARE)
    if planned.drift is not None:
        draw = partial(draw_drift, planned.drift)
    sample = simulate_sample(planned.true_label, seed=seed, index=planned.index, draw=draw)
    sample = replace(sample, metadata={**sample.metadata, "label": planned.label})
    if not planned.copy:
        return sample
    rng = np.random.default_rng([_EDIT_STREAM, seed, planned.index])
    other_id = simulate_sample("No_Glitch", seed=seed, index=10_000_000 + planned.index).sample_id
    series = sample.series
    if planned.fault == "near duplicate":
        # As when the same event is triggered on twice: some ms later, the rest of the noise a little different.
        late = round(rng.uniform(0.004, 0.012) * SAMPLE_RATE)
        series = np.roll(series, late) + rng.normal(0, 0.15, len(series)).astype(np.float32)
        sample.metadata["event_time"] -= late / SAMPLE_RATE
    return replace(sample, sample_id=other_id, series=series)


def _truncated(encoded: bytes) -> bytes:
    return encoded[: len(encoded) // 3]


def _empty(_encoded: bytes) -> bytes:
    return b""


def _not_a_picture(_encoded: bytes) -> bytes:
    return b"<html><body>404 Not Found</body></html>"


_BREAK: Mapping[str, Callable[[bytes], bytes]] = MappingProxyType(
    {"truncated": _truncated, "empty": _empty, "not a picture": _not_a_picture}
)


def build_demo(
    out_folder: Path,
    samples: int = 1200,
    seed: int = DEFAULT_SEED,
    *,
    device: str = "cpu",
    on_progress: OnProgress = ignore_progress,
) -> None:
    """Write ``demo.parquet`` (what the workbench opens) and ``demo_truth.parquet`` (for tests and benchmarks only).

    The truth has one row a sample: ``sample_id``, ``label``, ``true_label``, ``fault``, ``drift``, ``duplicate_of``,
    ``broken``, ``broken_view``; see :class:`Planned`. The same seed and version give the same demo. Raises
    GlitchAuditError for fewer than ``SMALLEST`` samples, or a folder that cannot be written to.
    """
    plan = plan_demo(samples, seed=seed)
    truth: list[dict[str, Any]] = []
    drawn = (_simulate(planned, seed) for planned in plan)
    pictures = draw_pictures(drawn, total=samples, device=device, on_progress=on_progress)

    copied = {planned.index for planned in plan if planned.fault == "exact duplicate"}
    drawn_first: dict[int, np.ndarray] = {}

    def rows() -> Iterator[Mapping[str, Any]]:
        for planned, (sample, views) in zip(plan, pictures, strict=True):
            if planned.index in copied:
                # Drawn again in another batch, the same series may come out with another last bit.
                views = drawn_first.setdefault(planned.index, views.copy())
            truth.append(_truth_row(planned, sample, seed))
            for row in picture_rows(sample, views):
                if row["view"] == planned.broken_view:
                    row["picture"] = _BREAK[planned.broken](row["picture"])
                yield row

    notes = {"made_by": "python -m core simulate --demo", "samples": samples, "seed": seed}
    write_rows(Path(out_folder) / DEMO_FILE, rows(), notes=notes)
    pd.DataFrame(truth).to_parquet(Path(out_folder) / TRUTH_FILE, index=False)


def _truth_row(planned: Planned, sample: Simulated, seed: int) -> dict[str, Any]:
    original = simulate_sample("No_Glitch", seed=seed, index=planned.index).sample_id if planned.copy else None
    return {
        "sample_id": sample.sample_id,
        "label": planned.label,
        "true_label": planned.true_label,
        "fault": planned.fault,
        "drift": planned.drift,
        "duplicate_of": original,
        "broken": planned.broken,
        "broken_view": planned.broken_view,
    }
