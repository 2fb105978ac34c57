"""In which order to look at a selection."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.audit.oddness import near_agreement
from core.dataset.pictures_as_samples import glitch_numbers
from core.errors import GlitchAuditError

ODD = "odd ones first"
CENTRE = "distance to centre"
INTENSITY = "intensity"
SNR = "snr"
PEAK_FREQUENCY = "peak frequency"
LABEL = "label"
RANDOM = "random"
ORDERS = (ODD, CENTRE, INTENSITY, SNR, PEAK_FREQUENCY, LABEL, RANDOM)

_COLUMNS = {INTENSITY: "intensity", SNR: "snr", PEAK_FREQUENCY: "peak_frequency", LABEL: "label"}


def possible_orders(samples: pd.DataFrame, *, embedded: bool, intensity: bool = False) -> tuple[str, ...]:
    """Return the orders that this data set has the values for.

    :data:`ODD` and :data:`CENTRE` need ``embedded``, others a column.
    """
    has = {ODD: embedded, CENTRE: embedded, RANDOM: True, INTENSITY: intensity or "intensity" in samples}
    return tuple(order for order in ORDERS if has.get(order, _COLUMNS.get(order) in samples))


def distance_to_centre(matrix: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the cosine distance of each of these samples to their mean in the embedding, float32 (m,), 0 to 2.

    ``matrix`` is float32 (n, d) with rows of length 1. The distance is 1 where the mean has no direction (opposite
    samples, or rows of zeros).
    """
    chosen = matrix[np.asarray(rows, dtype=int)]
    if not len(chosen):
        return np.zeros(0, np.float32)
    centre = chosen.mean(axis=0, dtype=np.float64)
    length = np.linalg.norm(centre)
    if length < 1e-6:
        return np.ones(len(chosen), np.float32)
    return np.clip(1 - chosen @ (centre / length), 0, 2).astype(np.float32)


def order_rows(
    rows: np.ndarray,
    by: str,
    *,
    samples: pd.DataFrame,
    matrix: np.ndarray | None = None,
    intensity: np.ndarray | None = None,
    neighbours: np.ndarray | None = None,
    descending: bool = False,
    seed: int = 0,
) -> np.ndarray:
    """Return the selected rows, int (m,), in the order in which to show them.

    ``by`` is one of :data:`ORDERS`; ``matrix`` float32 (n, d), the embedding, for :data:`CENTRE`; ``intensity`` float
    (n,), sum of the pixel values, where it is no column; ``neighbours`` int (n, k), the nearest of each sample, for
    :data:`ODD`: the rarest label of the selection first, and of one label those with the fewest neighbours that share
    it. Equal samples keep the data set's order; samples without a
    value come last in both directions; ``descending`` has no effect on :data:`RANDOM`. Raises GlitchAuditError where
    the values to order by are missing, ValueError where ``by`` is not an order.
    """
    if by not in ORDERS:
        raise ValueError(f"the order is one of {', '.join(ORDERS)}, not '{by}'")
    rows = np.sort(np.asarray(rows, dtype=int))
    if by == RANDOM:
        return np.random.default_rng(seed).permutation(rows)
    if by == ODD:
        if neighbours is None:
            raise GlitchAuditError("The odd ones can be put first only once the samples are embedded.")
        return _odd_first(rows, samples, neighbours, descending=descending)
    if by == CENTRE:
        if matrix is None:
            raise GlitchAuditError(
                "Samples can be ordered by their distance to the centre only once they are embedded."
            )
        values = pd.Series(distance_to_centre(matrix, rows))
    elif by == INTENSITY and intensity is not None:
        values = pd.Series(np.asarray(intensity)[rows])
    elif _COLUMNS[by] in samples:
        values = samples[_COLUMNS[by]].iloc[rows].reset_index(drop=True)
    else:
        raise GlitchAuditError(f"This data set has no column '{_COLUMNS[by]}' to order by.")
    ordered = values.sort_values(ascending=not descending, kind="stable", na_position="last")
    return rows[ordered.index.to_numpy(dtype=int)]


def _odd_first(rows: np.ndarray, samples: pd.DataFrame, neighbours: np.ndarray, *, descending: bool) -> np.ndarray:
    labels = samples["label"]
    # Numbers in the order of the names, which are compared faster.
    numbers = pd.factorize(labels.array, sort=True)[0].astype(np.int32)
    near = near_agreement(rows, neighbours, labels=numbers, glitches=glitch_numbers(samples))
    own = numbers[rows]
    counts = np.bincount(own - own.min())[own - own.min()] if len(own) else own
    keys = pd.DataFrame({"count": counts, "label": own, "share": near.share})
    ordered = keys.sort_values(["count", "label", "share"], ascending=not descending, kind="stable")
    return rows[ordered.index.to_numpy(dtype=int)]


def examples_by_label(
    rows: np.ndarray, *, labels: np.ndarray, intensity: np.ndarray, most_labels: int = 6, most_samples: int = 5
) -> dict[str, np.ndarray]:
    """Return a few rows of each of the commonest labels of a group, by label, commonest first.

    This is the reference audit's contact sheet. The examples are spread evenly over a label's samples by intensity,
    faintest first. ``intensity`` is float (n,), sum of the pixel values; samples without a picture (NaN) are used only
    where a label has no others. Of equally common labels the first in the alphabet counts.
    """
    rows = np.asarray(rows, dtype=int)
    counts = pd.Series(labels[rows]).value_counts().rename_axis("label").reset_index(name="n")
    commonest = counts.sort_values(["n", "label"], ascending=[False, True])["label"].head(most_labels)
    examples = {}
    for label in commonest:
        own = rows[labels[rows] == label]
        seen = own[np.isfinite(intensity[own])]
        own = seen[np.argsort(intensity[seen], kind="stable")] if len(seen) else own
        places = np.linspace(0, len(own) - 1, min(most_samples, len(own))).round().astype(int)
        examples[str(label)] = own[places]
    return examples
