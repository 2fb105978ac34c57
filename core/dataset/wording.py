"""The words that differ between glitches and ordinary pictures: everywhere else one wording fits both."""

from __future__ import annotations

from dataclasses import dataclass

from core.dataset.kind import GLITCHES, PICTURES, check_kind


@dataclass(frozen=True)
class Wording:
    """How sentences name things of one kind of data set.

    Attributes:
        one, many: a sample and several, as people who look at them call them.
        looked_like: what clusters might be set apart by instead of by what the samples show, to end a sentence.
        recorded: what else clusters can sort, a list in words to follow "neither" or "that sorts".
        sliced: in what the suspects may gather, a list in words.
        sliced_by: what samples have where they can be sorted so.
        traced: why a trace of how pictures were recorded need not harm, to end a sentence.
        shape: what a picture's profile holds, to end a sentence.
        shuffled: what labels stay within where they are shuffled, with a space before; empty where nothing.
        of_detectors: whether times are GPS seconds, so that they tell the observing run and the week.
    """

    one: str
    many: str
    looked_like: str
    recorded: str
    sliced: str
    sliced_by: str
    traced: str
    shape: str
    shuffled: str
    of_detectors: bool


GLITCH_WORDS = Wording(
    one="glitch",
    many="glitches",
    looked_like="what the glitches look like",
    recorded="views, missing views, detectors, observing runs or splits",
    sliced="week, detector, observing run, annotator, or quarter of the SNR",
    sliced_by="time, detector, SNR or annotator",
    traced="a glitch that occurs in one detector alone is truly different",
    shape="the pictures' energy by frequency and time",
    shuffled=" within each detector",
    of_detectors=True,
)
PICTURE_WORDS = Wording(
    one="sample",
    many="samples",
    looked_like="what the pictures show",
    recorded="views, missing views or splits",
    sliced="group of one annotator",
    sliced_by="annotator",
    traced="a kind of sample that occurs in one split alone is truly different",
    shape="the pictures' brightness by place",
    shuffled="",
    of_detectors=False,
)
_BY_KIND = {GLITCHES: GLITCH_WORDS, PICTURES: PICTURE_WORDS}


def wording(kind: str) -> Wording:
    """Return the words for a data set of this kind; GlitchAuditError where there is no such kind."""
    return _BY_KIND[check_kind(kind)]
