"""Simulated audits with known truth about over-splitting and over-compression, at the level of vectors.

A corpus has 7 to 10 morphologies of 30 to 160 glitches. Each is a cloud of its own shape (round, long, curved, heavy
tails) in 64 dimensions; some lie close to another one. Every glitch has physical columns (peak frequency, bandwidth,
duration, SNR), an energy profile that shows them, and a detector; every morphology depends on its loudness, and 5 % of
the labels are wrong. Clusters are real HDBSCAN clusters of smoothed principal components (each place the mean of its
ten nearest, a cheap stand-in for UMAP: on the packed demo the clusters agree with UMAP's at an adjusted Rand index of
0.92), and stability is measured by clustering subsamples again.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.audit.model import AuditInput
from core.space.neighbours import Neighbours

DIMENSIONS = 64
_BASE_SPREAD, _CENTRE_SPREAD = 1.0, 0.9
_FREQUENCIES, _TIMES = 24, 16
_STABILITY_RUNS = 5
_NEIGHBOURS = 10


@dataclass(frozen=True)
class Corpus:
    """One simulated audit and what is true of it.

    Attributes:
        case, stability: what the verdicts are made from.
        split: pairs of labels that name one morphology.
        compressed: labels that hold several morphologies, or a gradient.
        blind: pairs of labels that differ in the pictures and physical columns, but not in the embedding.
    """

    case: AuditInput
    stability: pd.Series
    split: tuple[frozenset[str], ...] = ()
    compressed: tuple[str, ...] = ()
    blind: tuple[frozenset[str], ...] = ()


@dataclass
class _Draft:
    """Glitches before they are clustered; all arrays row by row."""

    vectors: np.ndarray
    morphology: np.ndarray
    label: np.ndarray
    columns: dict[str, np.ndarray]
    detector: np.ndarray
    glitch: np.ndarray
    view: np.ndarray | None = None
    split: tuple[frozenset[str], ...] = ()
    compressed: tuple[str, ...] = ()
    blind: tuple[frozenset[str], ...] = ()

    def replaced(self, **changes) -> _Draft:
        return replace(self, **changes)


def nothing_planted(seed: int) -> Corpus:
    random = np.random.default_rng([1, seed])
    return _finished(_noisy(_draft(random), 0.05, random), random)


def labels_shuffled(seed: int) -> Corpus:
    random = np.random.default_rng([2, seed])
    corpus = _finished(_draft(random), random)
    labels = corpus.case.labels.astype(object)
    for detector in ("H1", "L1"):
        rows = np.flatnonzero(corpus.case.samples["detector"] == detector)
        labels[rows] = labels[random.permutation(rows)]
    return replace(corpus, case=replace(corpus.case, samples=corpus.case.samples.assign(label=labels)))


def nuisance_only(seed: int) -> Corpus:
    """Detectors (even seeds) or views (odd seeds, three pictures a glitch) lie apart in the embedding."""
    random = np.random.default_rng([3, seed])
    draft = _noisy(_draft(random), 0.05, random)
    if seed % 2:
        copies = 3
        rows = np.repeat(np.flatnonzero(random.random(len(draft.label)) < 0.6), copies)
        draft = _rows(draft, rows)
        view = np.tile(np.array(["0.5", "1.0", "2.0"]), len(rows) // copies)
        wobble = random.normal(size=draft.vectors.shape) * 0.1 / np.sqrt(DIMENSIONS)
        draft = draft.replaced(view=view, vectors=draft.vectors + wobble)
        levels = view
    else:
        levels = draft.detector
    size = random.uniform(0.4, 1.0)
    shifts = {level: random.normal(size=DIMENSIONS) * size / np.sqrt(DIMENSIONS) for level in np.unique(levels)}
    shifted = draft.vectors + np.array([shifts[level] for level in levels])
    return _finished(draft.replaced(vectors=shifted), random)


def label_noise(seed: int) -> Corpus:
    random = np.random.default_rng([4, seed])
    return _finished(_noisy(_draft(random), 0.2, random), random)


def told_apart_hardly(seed: int) -> Corpus:
    """Two morphologies that HDBSCAN does not part, but a classifier does, by a shift in one direction or column."""
    random = np.random.default_rng([5, seed])
    draft = _draft(random)
    rows, (_, second) = _halves(draft, random, share=random.uniform(0.35, 0.65))
    moved = draft.vectors.copy()
    # A shift of 1.5 standard deviations: the best classifier picks the right one of a pair 86 % of the time.
    line = random.normal(size=DIMENSIONS)
    line /= np.linalg.norm(line)
    moved[rows] += 1.5 * (draft.vectors[rows] @ line).std() * line
    label = draft.label.copy()
    label[rows] = second
    return _finished(_noisy(draft.replaced(vectors=moved, label=label), 0.05, random), random)


def tossed_evenly(seed: int) -> Corpus:
    return _tossed(seed, 6, 0.5)


def tossed_unevenly(seed: int) -> Corpus:
    return _tossed(seed, 7, 0.3)


def blind_embedding(seed: int) -> Corpus:
    """Two morphologies that differ in frequency alone, to which the embedding is blind."""
    random = np.random.default_rng([8, seed])
    draft = _draft(random, least=60)
    rows, (first, second) = _halves(draft, random, share=random.uniform(0.35, 0.65))
    label = draft.label.copy()
    label[rows] = second
    columns = {name: values.copy() for name, values in draft.columns.items()}
    columns["peak_frequency"][rows] += random.choice([-1, 1]) * random.uniform(0.3, 0.6)
    draft = draft.replaced(label=label, columns=columns, blind=(frozenset((first, second)),))
    return _finished(_noisy(draft, 0.05, random), random)


def hidden_morphologies(seed: int) -> Corpus:
    """Two to four morphologies of 20 to 60 glitches under one label."""
    random = np.random.default_rng([9, seed])
    count = int(random.integers(2, 5))
    sizes = [int(random.integers(20, 61)) for _ in range(count)]
    draft = _draft(random, extra=sizes)
    hidden = np.sort(np.unique(draft.morphology))[-count:]
    label = np.where(np.isin(draft.morphology, hidden), "Hiding", draft.label)
    return _finished(_noisy(draft.replaced(label=label, compressed=("Hiding",)), 0.05, random), random)


def long_gradient(seed: int) -> Corpus:
    """One label whose glitches change with their peak frequency, 1.5 to 3 times as far as two labels lie apart."""
    random = np.random.default_rng([10, seed])
    draft = _draft(random, extra=[int(random.integers(60, 161))])
    rows = np.flatnonzero(draft.morphology == draft.morphology.max())
    place = random.uniform(-1, 1, len(rows))
    centre, along, bend = (random.normal(size=DIMENSIONS) / np.sqrt(DIMENSIONS) for _ in range(3))
    vectors = draft.vectors.copy()
    centres = pd.DataFrame(vectors).groupby(draft.morphology).mean().to_numpy()
    apart = np.linalg.norm(centres[:, None] - centres[None, :], axis=2) + np.diag(np.full(len(centres), np.inf))
    length = random.uniform(1.5, 3.0) * float(np.median(apart.min(axis=1)))
    curve = 0.5 * length * (place[:, None] * along + random.uniform(0, 0.5) * (place**2)[:, None] * bend)
    noise = _cloud(len(rows), random, "round") * 0.5
    base = draft.vectors.mean(axis=0)
    vectors[rows] = base + _CENTRE_SPREAD * centre + curve + noise
    columns = {name: values.copy() for name, values in draft.columns.items()}
    columns["peak_frequency"][rows] = 2.2 + 0.6 * place + 0.08 * random.normal(size=len(rows))
    label = np.where(draft.morphology == draft.morphology.max(), "Gradient", draft.label)
    draft = draft.replaced(vectors=vectors, columns=columns, label=label, compressed=("Gradient",))
    return _finished(_noisy(draft, 0.05, random), random)


def tossed_sixty_evenly(seed: int) -> Corpus:
    return _tossed(seed, 12, 0.5, each=60)


def tossed_sixty_unevenly(seed: int) -> Corpus:
    return _tossed(seed, 13, 0.3, each=60)


NULLS: dict[str, Callable[[int], Corpus]] = {
    "nothing planted": nothing_planted,
    "labels shuffled within detector": labels_shuffled,
    "detectors or views lie apart": nuisance_only,
    "20 % of labels wrong": label_noise,
    "two labels that a classifier tells apart with 86 %": told_apart_hardly,
}
PLANTED: dict[str, Callable[[int], Corpus]] = {
    "over-splitting, tossed 50:50": tossed_evenly,
    "over-splitting, tossed 70:30": tossed_unevenly,
    "over-splitting, tossed 50:50, about 60 glitches a label or more": tossed_sixty_evenly,
    "over-splitting, tossed 70:30, about 60 glitches a label or more": tossed_sixty_unevenly,
    "labels apart in pictures only (blind embedding)": blind_embedding,
    "over-compression, 2 to 4 hidden morphologies": hidden_morphologies,
    "over-compression, gradient of frequency": long_gradient,
}


def _tossed(seed: int, stream: int, share: float, *, each: int = 0) -> Corpus:
    """A morphology under two names; with ``each``, so large that about so many glitches or more bear either name."""
    random = np.random.default_rng([stream, seed])
    # A fifth more than needed: wrong labels and strays take some away.
    least = round(0.6 * each / min(share, 1 - share)) if each else 60
    draft = _draft(random, least=least)
    rows, (first, second) = _halves(draft, random, share=share, least=2 * least if each else 60)
    label = draft.label.copy()
    label[rows] = second
    draft = draft.replaced(label=label, split=(frozenset((first, second)),))
    return _finished(_noisy(draft, 0.05, random), random)


def _halves(
    draft: _Draft, random: np.random.Generator, *, share: float, least: int = 60
) -> tuple[np.ndarray, tuple[str, str]]:
    """Some rows of a morphology of at least ``least`` glitches, and its own name and a second one."""
    sizes = pd.Series(draft.label).value_counts()
    first = str(random.choice(sorted(sizes.index[sizes >= min(least, sizes.max())])))
    rows = np.flatnonzero((draft.label == first) & (random.random(len(draft.label)) < share))
    return rows, (first, "Second_Name")


def _draft(random: np.random.Generator, *, least: int = 30, extra: list[int] | None = None) -> _Draft:
    count = int(random.integers(7, 11))
    sizes = np.exp(random.uniform(np.log(30), np.log(160), count)).astype(int)
    sizes[0] = max(sizes[0], 2 * least)
    sizes = [*sizes, *(extra or [])]
    morphology = np.repeat(np.arange(len(sizes)), sizes)
    total = len(morphology)
    base = _BASE_SPREAD * random.normal(size=DIMENSIONS) / np.sqrt(DIMENSIONS)
    loudness = random.normal(size=total)
    louder = random.normal(size=DIMENSIONS) / np.sqrt(DIMENSIONS)
    vectors = np.empty((total, DIMENSIONS))
    columns = {name: np.empty(total) for name in ("peak_frequency", "bandwidth", "duration")}
    centres: list[np.ndarray] = []
    for number, size in enumerate(sizes):
        rows = np.flatnonzero(morphology == number)
        centre = _CENTRE_SPREAD * random.normal(size=DIMENSIONS) / np.sqrt(DIMENSIONS)
        # One in five lies close to the one before it, as look-alikes do; those to be hidden under one name do not.
        if centres and number < count and random.random() < 0.2:
            centre = centres[-1] + 0.5 * centre
        centres.append(centre)
        shape = str(random.choice(["round", "long", "curved", "heavy"]))
        own = louder + random.normal(size=DIMENSIONS) / np.sqrt(DIMENSIONS)
        vectors[rows] = base + centre + _cloud(size, random, shape) + 0.08 * loudness[rows, None] * own
        for name, middle in (("peak_frequency", (1.2, 3.2)), ("bandwidth", (1.0, 3.0)), ("duration", (-1.5, 0.5))):
            spread = random.uniform(0.03, 0.15)
            columns[name][rows] = random.uniform(*middle) + spread * random.normal(size=size)
    columns["snr"] = 1.2 + 0.2 * loudness
    detector = np.where(random.random(total) < random.uniform(0.4, 0.7), "H1", "L1")
    vectors[detector == "L1"] += 0.08 * random.normal(size=DIMENSIONS) / np.sqrt(DIMENSIONS)
    label = np.array([f"Class_{number}" for number in morphology], dtype=object)
    return _Draft(vectors, morphology, label, columns, detector, np.arange(total))


def _cloud(size: int, random: np.random.Generator, shape: str) -> np.ndarray:
    """A morphology's scatter around its centre, (size, 64): few strong directions and a little of all."""
    spread = random.uniform(0.1, 0.22)
    axes = random.normal(size=(8, DIMENSIONS)) / np.sqrt(DIMENSIONS)
    scales = 0.75 ** np.arange(8)
    places = random.normal(size=(size, 8))
    if shape == "heavy":
        places = random.standard_t(3, size=(size, 8)) / np.sqrt(3)
    elif shape == "long":
        places[:, 0] = 1.2 * random.uniform(-np.sqrt(3), np.sqrt(3), size)
    elif shape == "curved":
        angle = random.uniform(-1.3, 1.3, size)
        places[:, 0], places[:, 1] = 1.8 * np.sin(angle), 1.8 * np.cos(angle) + 0.2 * places[:, 1]
    return spread * places @ (scales[:, None] * axes) + 0.12 * random.normal(size=(size, DIMENSIONS)) / np.sqrt(
        DIMENSIONS
    )


def _noisy(draft: _Draft, share: float, random: np.random.Generator) -> _Draft:
    """A share of the glitches gets another label: any, or one of two to four look-alikes of its own."""
    names = sorted(set(draft.label))
    alike = {
        name: random.choice(
            [other for other in names if other != name], min(int(random.integers(2, 5)), len(names) - 1), replace=False
        )
        for name in names
    }
    uniform = random.random() < 0.5
    label = draft.label.copy()
    for glitch in np.flatnonzero(random.random(draft.glitch.max() + 1) < share):
        rows = np.flatnonzero(draft.glitch == glitch)
        if len(rows):
            name = label[rows[0]]
            label[rows] = random.choice([other for other in names if other != name] if uniform else alike[name])
    return draft.replaced(label=label)


def _rows(draft: _Draft, rows: np.ndarray) -> _Draft:
    columns = {name: values[rows] for name, values in draft.columns.items()}
    glitch = np.unique(draft.glitch[rows], return_inverse=True)[1]
    return draft.replaced(
        vectors=draft.vectors[rows],
        morphology=draft.morphology[rows],
        label=draft.label[rows],
        columns=columns,
        detector=draft.detector[rows],
        glitch=glitch,
    )


def _profiles(columns: dict[str, np.ndarray], random: np.random.Generator) -> np.ndarray:
    frequencies, times = np.linspace(1.0, 3.4, _FREQUENCIES), np.linspace(-1, 1, _TIMES)
    width = 0.05 + 0.1 * 10 ** (columns["bandwidth"] - 2)[:, None].clip(0, 3)
    length = 0.1 + 0.3 * 10 ** columns["duration"][:, None].clip(-1.5, 0.3)
    strength = 10 ** columns["snr"][:, None] / 10
    rows = strength * np.exp(-0.5 * ((frequencies - columns["peak_frequency"][:, None]) / width) ** 2)
    column = strength * np.exp(-0.5 * (times / length) ** 2)
    noise = random.gamma(4.0, 0.02, size=(len(strength), _FREQUENCIES + _TIMES))
    return (np.hstack([rows, column]) + noise).astype(np.float32)


def _finished(draft: _Draft, random: np.random.Generator) -> Corpus:
    order = random.permutation(draft.glitch.max() + 1)[draft.glitch].argsort(kind="stable")
    draft = _rows(draft, order) if draft.view is None else _rows(draft, order).replaced(view=draft.view[order])
    matrix = (draft.vectors / np.linalg.norm(draft.vectors, axis=1, keepdims=True)).astype(np.float32)
    clusters = _clusters(matrix)
    samples = pd.DataFrame(
        {"label": draft.label.astype(str), "detector": draft.detector}
        | {name: 10**values for name, values in draft.columns.items()}
        | ({} if draft.view is None else {"view": draft.view}),
        index=pd.Index([f"s{row:05d}" for row in range(len(matrix))], name="sample_id", dtype="str"),
    )
    nobody = Neighbours(np.zeros((len(matrix), 0), np.int32), np.zeros((len(matrix), 0), np.float32), "simulated")
    case = AuditInput(
        samples=samples,
        matrix=matrix,
        neighbours=nobody,
        coordinates=matrix[:, :2],
        clusters=clusters,
        glitches=draft.glitch,
        fingerprint="simulated",
        profiles=_profiles(draft.columns, random),
    )
    return Corpus(case, _stability(matrix, clusters, draft.glitch, random), draft.split, draft.compressed, draft.blind)


def _clusters(matrix: np.ndarray, share: float = 1.0) -> np.ndarray:
    from hdbscan import HDBSCAN

    size = max(2, round(share * 8))
    centred = matrix - matrix.mean(axis=0)
    left, sizes, _ = np.linalg.svd(centred, full_matrices=False)
    places = (left[:, :10] * sizes[:10]).astype(np.float64)
    squares = (places**2).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2 * places @ places.T
    nearest = np.argpartition(distances, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]
    places = places[nearest].mean(axis=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = HDBSCAN(min_cluster_size=size, min_samples=size, core_dist_n_jobs=1).fit(places)
    return model.labels_.astype(np.int32)


def _stability(
    matrix: np.ndarray, clusters: np.ndarray, glitches: np.ndarray, random: np.random.Generator
) -> pd.Series:
    """Mean best Jaccard of each cluster over subsamples of 80 % of the glitches, clustered again."""
    numbers = np.unique(clusters[clusters != -1])
    best = np.zeros((_STABILITY_RUNS, len(numbers)))
    for run in range(_STABILITY_RUNS):
        drawn = np.flatnonzero((random.random(glitches.max() + 1) < 0.8)[glitches])
        again = _clusters(matrix[drawn], share=0.8)
        table = pd.crosstab(clusters[drawn], again)
        if -1 not in table.columns:
            table[-1] = 0
        for place, number in enumerate(numbers):
            if number in table.index:
                found = table.drop(columns=-1)
                union = table.loc[number].sum() + found.sum() - found.loc[number]
                best[run, place] = (found.loc[number] / union).max() if found.shape[1] else 0
    return pd.Series(best.mean(axis=0), index=numbers)
