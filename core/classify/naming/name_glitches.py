"""Names glitches one after the other. One that cannot be named gets a sentence that says why, and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from time import perf_counter

import numpy as np
import pandas as pd

from core.classify.naming.classifier import PICTURE, Classifier, calibrated
from core.classify.naming.decoded import DecodedFile, decoded_files
from core.classify.naming.inputs import InputFile, InputGlitch
from core.classify.naming.nearest import NeighbourSource, query_of
from core.dataset.model import PLAIN_VIEW
from core.dataset.pictures import ORDINARY_PICTURE
from core.embed.backbones import backbone_named
from core.embed.general import resolved
from core.progress import OnProgress, ignore_progress

TOP = 3
_THREADS = 2
_AHEAD = 2
# Glitches whose pictures go through the gate together; the first goes alone, so that its answer does not wait.
_TOGETHER = 8


@dataclass(frozen=True)
class Answer:
    """What a classifier says of one glitch.

    Attributes:
        top: up to three labels with calibrated probabilities, likeliest first; empty where there is a problem.
        unlike: whether it is unlike anything the classifier knows.
        unlike_score: how strange it is; NaN where the classifier cannot tell.
        unlike_threshold: above this it is called unlike.
        unlike_share: share of held-out glitches of known labels that are stranger.
        nearest: sample id, label and cosine of the nearest labelled samples.
        views: the views that were read, "" where nobody knows which.
        problem: why there is no answer; "" where there is one.
        form: what the pictures were recognised as.
        remarks: what to know about the answer: views left out, taken for another, unreadable.
        pictures: energies in the classifier's size, by view; of ordinary pictures their colours (h, w, 3).
        features: float32 (views, d), what the nearest samples are looked for by; None where there is a problem.
        seconds: from its first byte to the answer; of pictures read together, its share.
    """

    name: str
    top: tuple[tuple[str, float], ...] = ()
    unlike: bool = False
    unlike_score: float = float("nan")
    unlike_threshold: float = float("inf")
    unlike_share: float = float("nan")
    nearest: tuple[tuple[str, str, float], ...] = ()
    views: tuple[str, ...] = ()
    problem: str = ""
    form: str = ""
    remarks: tuple[str, ...] = ()
    pictures: tuple[tuple[str, np.ndarray], ...] = field(default=(), repr=False, compare=False)
    features: np.ndarray | None = field(default=None, repr=False, compare=False)
    seconds: float = 0.0

    @property
    def label(self) -> str:
        """The likeliest label; "" where there is no answer."""
        return self.top[0][0] if self.top else ""


@dataclass(frozen=True)
class _Read:
    """A glitch's pictures, decoded."""

    glitch: InputGlitch
    pictures: tuple[tuple[str, np.ndarray], ...]
    shown: tuple[tuple[str, np.ndarray], ...]
    forms: tuple[str, ...]
    remarks: tuple[str, ...]
    seconds: float


def name_glitches(
    glitches: Iterable[InputGlitch],
    classifier: Classifier,
    *,
    neighbours: NeighbourSource | None = None,
    on_progress: OnProgress = ignore_progress,
) -> Iterator[Answer]:
    """Yield each glitch's answer, in order, while later pictures are decoded; ``on_progress`` may raise Cancelled."""
    glitches = list(glitches)
    waiting: list[Future[list[_Read]]] = []
    ahead = iter([glitches[:1], *(glitches[first : first + _TOGETHER] for first in range(1, len(glitches), _TOGETHER))])
    done = 0
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="decode") as threads:
        try:
            waiting += [threads.submit(_read, part, classifier) for part in islice(ahead, _AHEAD)]
            while waiting:
                parts = waiting.pop(0).result()
                waiting += [threads.submit(_read, part, classifier) for part in islice(ahead, 1)]
                for read in parts:
                    yield _answer(read, classifier, neighbours)
                    done += 1
                    on_progress(done, len(glitches))
        finally:
            threads.shutdown(cancel_futures=True)


def answer_table(answers: Sequence[Answer]) -> pd.DataFrame:
    """Return the answers as a table for a file, one row a glitch.

    ``unlike`` is "yes", "no", or "" where it cannot be told; ``nearest`` holds sample ids, ``seconds`` the work.
    """
    rows = []
    for answer in answers:
        top = [*answer.top, *[("", float("nan"))] * (TOP - len(answer.top))]
        told = np.isfinite(answer.unlike_score) and np.isfinite(answer.unlike_threshold)
        rows.append(
            {
                "name": answer.name,
                "views": " ".join(answer.views),
                "label": top[0][0],
                "probability": top[0][1],
                "second": top[1][0],
                "second_probability": top[1][1],
                "third": top[2][0],
                "third_probability": top[2][1],
                "unlike": ("yes" if answer.unlike else "no") if told else "",
                "unlike_score": answer.unlike_score,
                "unlike_threshold": answer.unlike_threshold if told else float("nan"),
                "nearest": " ".join(sample_id for sample_id, _, _ in answer.nearest),
                "form": answer.form,
                "seconds": answer.seconds,
                "remarks": " ".join(answer.remarks),
                "problem": answer.problem,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = (
    *("name", "views", "label", "probability", "second", "second_probability", "third", "third_probability"),
    *("unlike", "unlike_score", "unlike_threshold", "nearest", "form", "seconds", "remarks", "problem"),
)
"""Of :func:`answer_table`."""


def _read(glitches: Sequence[InputGlitch], classifier: Classifier) -> list[_Read]:
    began = perf_counter()
    usable = [_usable(glitch, classifier) for glitch in glitches]
    decoded = iter(
        decoded_files(
            [file for pictures in usable for _, file in pictures],
            size=classifier.size,
            ordinary=classifier.ordinary or classifier.colours,
            colours=classifier.colours,
            backbone=resolved(backbone_named(classifier.embedded_by)) if classifier.embedded_by else None,
        )
    )
    seconds = (perf_counter() - began) / max(1, len(glitches))
    return [
        _sorted_in(glitch, [(view, next(decoded)) for view, _ in pictures], classifier, seconds)
        for glitch, pictures in zip(glitches, usable, strict=True)
    ]


def _usable(glitch: InputGlitch, classifier: Classifier) -> list[tuple[str, InputFile]]:
    """The pictures that the classifier can place; where the views of others are known, one without a view cannot be."""
    if classifier.views == (PLAIN_VIEW,):
        return [("", file) for _, file in glitch.pictures]
    told = any(view for view, _ in glitch.pictures)
    return [(view, file) for view, file in glitch.pictures if view or not told]


def _sorted_in(
    glitch: InputGlitch, decoded: Sequence[tuple[str, DecodedFile]], classifier: Classifier, seconds: float
) -> _Read:
    pictures, shown, forms, remarks = [], [], [], []
    if len(decoded) < len(glitch.pictures):
        unknown = [file.name for view, file in glitch.pictures if not view]
        remarks += [f"Nothing tells which view {name} is, so it is left out." for name in unknown]
    for view, picture in decoded:
        if picture.problem:
            remarks.append(_sentence(picture.problem))
        elif picture.form == ORDINARY_PICTURE and classifier.reads_spectrograms:
            remarks.append(
                "It does not look like a spectrogram: it was recognised as an ordinary colour picture, and only "
                "pictures in viridis or in gray are read."
            )
        elif view and view not in classifier.views:
            remarks.append(f"{classifier.name} reads the views {', '.join(classifier.views)}, so {view} is left out.")
        elif picture.pixels is not None:
            pictures.append((view, picture.pixels))
            shown.append((view, picture.pixels if picture.shown is None else picture.shown))
            forms.append(picture.form)
    return _Read(glitch, tuple(pictures), tuple(shown), tuple(forms), tuple(dict.fromkeys(remarks)), seconds)


def _answer(read: _Read, classifier: Classifier, neighbours: NeighbourSource | None) -> Answer:
    began = perf_counter()
    views = tuple(view for view, _ in read.pictures)
    name = read.glitch.name
    if not read.pictures:
        problem = read.remarks[0] if read.remarks else "There is no picture."
        return Answer(name, problem=problem, remarks=read.remarks[1:], seconds=read.seconds)
    remarks = list(read.remarks)
    if classifier.unit == PICTURE:
        probabilities, strange, query = _one_by_one(read, classifier)
    else:
        probabilities, strange, query = _together(read, classifier, remarks)
    missing = [view for view in classifier.views if view not in views]
    if all(views) and missing and classifier.unit != PICTURE:
        remarks.append(f"Named without the view{'s' if len(missing) > 1 else ''} {', '.join(missing)}.")
    order = np.argsort(-probabilities, kind="stable")[:TOP]
    rule = classifier.rule
    threshold = rule.threshold(len(views)) if rule else float("inf")
    return Answer(
        name,
        top=tuple((classifier.labels[number], float(probabilities[number])) for number in order),
        unlike=bool(strange > threshold),
        unlike_score=float(strange),
        unlike_threshold=threshold,
        unlike_share=rule.share_above(float(strange), len(views)) if rule and np.isfinite(strange) else float("nan"),
        nearest=neighbours.nearest(query, views, leave_out=(name,)) if neighbours else (),
        views=views,
        form=", ".join(dict.fromkeys(read.forms)),
        remarks=tuple(remarks),
        pictures=read.shown,
        features=np.asarray(query, np.float32),
        seconds=read.seconds + perf_counter() - began,
    )


def _one_by_one(read: _Read, classifier: Classifier) -> tuple[np.ndarray, float, np.ndarray]:
    """Every picture by itself: the mean of their probabilities and of their strangeness."""
    pictures = np.stack([pixels for _, pixels in read.pictures])[:, None]
    present = np.ones((len(pictures), 1), bool)
    scores, features = classifier.score(pictures, present)
    strange = classifier.unlike_scores(scores, features, present)
    return calibrated(classifier, scores, pictures=1).mean(axis=0), float(strange.mean()), features


def _together(read: _Read, classifier: Classifier, remarks: list[str]) -> tuple[np.ndarray, float, np.ndarray]:
    """All views of the glitch side by side; a picture of unknown view is tried as every view it may be."""
    slots, shape = classifier.slots, read.pictures[0][1].shape
    known = all(view for view, _ in read.pictures)
    if known:
        pictures = np.zeros((1, slots, *shape), np.uint8)
        present = np.zeros((1, slots), bool)
        for view, pixels in read.pictures:
            pictures[0, classifier.views.index(view)] = pixels
            present[0, classifier.views.index(view)] = True
    else:
        places = 1 if classifier.any_view else slots
        pictures = np.zeros((places, slots, *shape), np.uint8)
        present = np.zeros((places, slots), bool)
        for place in range(places):
            pictures[place, place] = read.pictures[0][1]
            present[place, place] = True
        if slots > 1:
            remarks.append("Nothing tells which view this picture is, so it was tried as any of them.")
    scores, features = classifier.score(pictures, present)
    probabilities = calibrated(classifier, scores, pictures=int(present[0].sum())).mean(axis=0)
    strange = classifier.unlike_scores(scores, features, present, view_known=known)
    return probabilities, float(np.min(strange)), query_of(classifier, features[0], present[0])


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else text + "."
