"""What kind of pictures a data set holds: spectrograms of glitches, or ordinary pictures, which keep their colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from core.dataset.label_names import label_meant
from core.dataset.names import parse_glitch_name
from core.dataset.pictures import FULL_FIGURE, GRAY_ENERGY, ORDINARY_PICTURE, PLOT_AREA
from core.dataset.taxonomy import is_known_class, known_classes
from core.errors import GlitchAuditError

GLITCHES = "glitches"
"""Spectrograms of glitches: a picture is energy, shown in viridis."""
PICTURES = "pictures"
"""Ordinary pictures: shown, and seen by the network, in their own colours."""
KINDS = (GLITCHES, PICTURES)

_DURATIONS = frozenset({"0.5", "1.0", "2.0", "4.0"})
_IDS = ("gravityspy_id", "gravityspy_ids")
_MEASURED = ("peak_frequency", "central_freq", "q_value", "event_time", "peak_time")
_DETECTORS = frozenset({"H1", "L1", "V1", "K1", "G1"})
_SHARE = 0.5
"""What most is: a stray spectrogram among photographs, or a stray photograph, decides nothing."""


@dataclass(frozen=True)
class DataKind:
    """What a data set was recognised as, or what a person said it is.

    ``kind`` is :data:`GLITCHES` or :data:`PICTURES`; ``reason`` one plain sentence for the screen; ``chosen`` whether a
    person said so, which outranks what was recognised.
    """

    kind: str = GLITCHES
    reason: str = "Read as glitches, as every data set was before kinds were told apart."
    chosen: bool = False

    def __post_init__(self) -> None:
        check_kind(self.kind)

    @property
    def in_colour(self) -> bool:
        """Whether the pictures keep their own colours."""
        return self.kind == PICTURES


def check_kind(kind: str) -> str:
    """Return ``kind`` where there is such a one; GlitchAuditError where not."""
    if kind not in KINDS:
        raise GlitchAuditError(f"kind {kind!r} is not known: choose one of {', '.join(KINDS)}.")
    return kind


def chosen_kind(kind: str) -> DataKind:
    """Return the kind that a person chose; GlitchAuditError where there is no such one."""
    return DataKind(check_kind(kind), f"You chose {kind}.", chosen=True)


def recognise_kind(samples: pd.DataFrame, pictures: pd.DataFrame, forms: Mapping[str, int]) -> DataKind:
    """Return the kind of a data set, from its names, views, metadata, labels, and how some pictures look.

    ``samples`` and ``pictures`` are those of :class:`core.dataset.model.Dataset`; ``forms`` says how many of the
    pictures that were looked at have which form (:mod:`core.dataset.pictures`); other keys are unreadable ones. The
    first sign that is there counts, the surest first. A data set without any picture is read as glitches.
    """
    sign = _sign_of_gravity_spy(samples, pictures)
    if sign:
        return DataKind(GLITCHES, sign)
    seen = {form: forms.get(form, 0) for form in (FULL_FIGURE, PLOT_AREA, GRAY_ENERGY, ORDINARY_PICTURE)}
    looked_at = sum(seen.values())
    if not looked_at:
        return DataKind(GLITCHES, "Read as glitches: there is no picture to look at.")
    spectrograms = seen[FULL_FIGURE] + seen[PLOT_AREA]
    if _most(spectrograms, looked_at):
        return DataKind(
            GLITCHES,
            f"Recognised as glitches: {spectrograms} of {looked_at} pictures looked at are viridis spectrograms.",
        )
    if _most(seen[ORDINARY_PICTURE], looked_at):
        return DataKind(
            PICTURES,
            f"Recognised as ordinary pictures: {seen[ORDINARY_PICTURE]} of {looked_at} pictures looked at have colours "
            "of their own.",
        )
    return DataKind(
        PICTURES,
        f"Recognised as ordinary pictures: of {looked_at} looked at {seen[GRAY_ENERGY]} are gray, each is a sample of "
        "its own, and neither names, labels nor metadata say anything else.",
    )


def _sign_of_gravity_spy(samples: pd.DataFrame, pictures: pd.DataFrame) -> str:
    """A sentence that names the surest sign of Gravity Spy there is; "" where there is none."""
    columns = {str(column).lower() for column in samples.columns}
    if any(name in columns for name in _IDS):
        return "Recognised as glitches: the metadata have Gravity Spy's ids."
    if not pictures.empty:
        if _most(pictures["view"].isin(_DURATIONS).sum(), len(pictures)):
            return "Recognised as glitches: the pictures are named by the duration of their view."
        names = pictures["location"].astype(str).str.rsplit("/", n=1).str[-1]
        if _most(sum(parse_glitch_name(name) is not None for name in names), len(names)):
            return "Recognised as glitches: the pictures are named as Gravity Spy names them."
    # The column is named so only where metadata of a detector were read.
    if "detector" in columns and _most(samples["detector"].astype(str).isin(_DETECTORS).sum(), len(samples)):
        return "Recognised as glitches: the metadata name a gravitational-wave detector."
    if measured := [name for name in _MEASURED if name in columns]:
        return f"Recognised as glitches: the metadata have {measured[0]}, which is measured of glitches."
    labels = samples["label"].astype(str)
    if _most(labels.isin(_glitch_names(labels.unique())).sum(), len(samples)):
        return "Recognised as glitches: most labels are Gravity Spy's."
    return ""


def _glitch_names(labels: Iterable[str]) -> set[str]:
    classes = known_classes()
    return {label for label in labels if is_known_class(label) or label_meant(label, classes) is not None}


def _most(count: int, total: int) -> bool:
    return total > 0 and count > _SHARE * total
