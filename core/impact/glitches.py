"""Glitches with what their cost is counted from: time, family, duration, band, loudness, doubt about the label."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from core.detector.model import GlitchTimes
from core.errors import GlitchAuditError


@dataclass(frozen=True, eq=False)
class Glitches:
    """Glitches of one or more detectors, in any order; each array is (n,).

    Attributes:
        sample_ids, detectors, families: object; the family is the label now, a cluster's name, or a selection's.
        times: float64, GPS seconds, the middle of the glitch.
        durations: float64, s; NaN where not known.
        lowest, highest: float64, Hz, the band of the glitch; NaN where not known.
        snr: float64; NaN where not known.
        brought: object, the family by the label as brought.
        disputed: bool, whether the label is an open suspect, proposed or in conflict.
    """

    sample_ids: np.ndarray
    times: np.ndarray
    detectors: np.ndarray
    families: np.ndarray
    durations: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    snr: np.ndarray
    brought: np.ndarray
    disputed: np.ndarray

    def only(self, chosen: np.ndarray) -> Glitches:
        """Those of ``chosen``, bool or rows."""
        return Glitches(**{field.name: getattr(self, field.name)[chosen] for field in dataclasses.fields(self)})

    def as_brought(self) -> Glitches:
        """The same with the families by the labels as brought."""
        return dataclasses.replace(self, families=self.brought)

    def names(self) -> tuple[str, ...]:
        """The families, by name."""
        return tuple(sorted({str(one) for one in self.families}))


def with_boxes(
    glitches: GlitchTimes,
    *,
    durations: np.ndarray | None = None,
    middle: np.ndarray | None = None,
    bandwidth: np.ndarray | None = None,
    snr: np.ndarray | None = None,
    brought: np.ndarray | None = None,
    disputed: np.ndarray | None = None,
) -> Glitches:
    """Return the glitches with their boxes in time and frequency, (n,) each; what is not given is not known.

    ``middle`` and ``bandwidth`` are Hz. Raises GlitchAuditError for a column of another length.
    """
    count = len(glitches.times)
    columns = {"durations": durations, "middle": middle, "bandwidth": bandwidth, "snr": snr}
    for name, column in {**columns, "brought": brought, "disputed": disputed}.items():
        if column is not None and len(column) != count:
            raise GlitchAuditError(
                f"The column {name} has {len(column):,} values for {count:,} glitches; give one for each, in the same "
                "order."
            )

    def numbers(column: np.ndarray | None) -> np.ndarray:
        return np.full(count, np.nan) if column is None else np.asarray(column, dtype=np.float64)

    half = numbers(bandwidth) / 2
    return Glitches(
        sample_ids=glitches.sample_ids,
        times=np.asarray(glitches.times, dtype=np.float64),
        detectors=glitches.detectors,
        families=glitches.families,
        durations=numbers(durations),
        lowest=np.maximum(numbers(middle) - half, 0.0),
        highest=numbers(middle) + half,
        snr=numbers(snr),
        brought=glitches.families if brought is None else np.asarray(brought, dtype=object),
        disputed=np.zeros(count, dtype=bool) if disputed is None else np.asarray(disputed, dtype=bool),
    )
