"""The words that differ between glitches and ordinary pictures: everywhere else one wording fits both."""

from __future__ import annotations

from dataclasses import dataclass

from core.dataset.kind import GLITCHES, PICTURES, check_kind
from core.dataset.pictures import GRAY_ENERGY


@dataclass(frozen=True)
class Wording:
    """How sentences name things of one kind of data set.

    Attributes:
        one, many: a sample and several, as people who look at them call them.
        looked_like: what clusters might be set apart by instead of by what the samples show, to end a sentence.
        recorded: what else clusters can sort, a list in words to follow "that sorts".
        sliced: in what the suspects may gather, a list in words.
        sliced_by: what samples have where they can be sorted so.
        traced: why a trace of how pictures were recorded need not harm, to end a sentence.
        shape: what a picture's profile holds, to end a sentence.
        lacking: what is not there where the embedding is all there is, to follow “but”.
        shuffled: what labels stay within where they are shuffled, with a space before; empty where nothing.
        purpose: what the workbench is for, for Start.
        sources: what may be opened first of all, for Start.
        readable: what can be read, as part of a list.
        handed_in: what may be handed in to be named.
        accepted: how such pictures are read.
        zoomed: what zooming in and out changes, to end a sentence.
        mirrored: why a picture may not be turned around, to end a sentence.
        own_weights: what the weights that came with the project have seen, a sentence without its full stop.
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
    lacking: str
    shuffled: str
    purpose: str
    sources: str
    readable: str
    handed_in: str
    accepted: str
    zoomed: str
    mirrored: str
    own_weights: str
    of_detectors: bool

    def form(self, name: str) -> str:
        """Return what a form of pictures (:mod:`core.dataset.pictures`) is called here."""
        return "gray picture" if name == GRAY_ENERGY and not self.of_detectors else name


GLITCH_WORDS = Wording(
    one="glitch",
    many="glitches",
    looked_like="what the glitches look like",
    recorded="views, missing views, detectors, observing runs or splits",
    sliced="week, detector, observing run, annotator, or quarter of the SNR",
    sliced_by="time, detector, SNR or annotator",
    traced="a glitch that occurs in one detector alone is truly different",
    shape="the pictures' energy by frequency and time",
    lacking="there are neither pictures nor columns such as peak frequency",
    shuffled=" within each detector",
    purpose="LIGO’s detectors pick up short bursts of noise, glitches. Volunteers named them by eye; here we find the "
    "names that are wrong and put them right together.",
    sources="A Gravity Spy table, or any folder of labelled pictures.",
    readable="a Gravity Spy metadata CSV beside its pictures, the HDF5 training set",
    handed_in="one picture, the four views of a glitch, many pictures, or a ZIP archive",
    accepted="Whole figures with axes, or the plot area alone; in viridis or gray. Pictures with Gravity Spy names, "
    "such as H1_abc_spectrogram_1.0.png, are put together by glitch.",
    zoomed="frequency and duration, by which glitches are told apart",
    mirrored="time runs one way, and some glitches show it",
    own_weights="Its weights have seen simulated glitches of all kinds and came with the project: a good first choice",
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
    lacking="there is no measured column such as duration",
    shuffled="",
    purpose="People named these pictures by eye; here we find the names that are wrong and put them right together.",
    sources="Any folder of labelled pictures, or a table of them.",
    readable="a metadata CSV beside its pictures, HDF5 files",
    handed_in="one picture, many pictures, or a ZIP archive",
    accepted="Each picture is a sample of its own.",
    zoomed="the size of what is seen, by which labels may be told apart",
    mirrored="some labels may be told by which way their pictures face",
    own_weights="Its weights came with the project and have seen simulated measurements, but no photographs and no "
    "colours. By the nearest samples Classify names pictures without any training, and may well be better",
    of_detectors=False,
)
_BY_KIND = {GLITCHES: GLITCH_WORDS, PICTURES: PICTURE_WORDS}


def wording(kind: str) -> Wording:
    """Return the words for a data set of this kind; GlitchAuditError where there is no such kind."""
    return _BY_KIND[check_kind(kind)]
