"""The rivals of benchmarks/suspects.py: each gives every sample a suspicion, and where it can a chance to be wrong."""

from __future__ import annotations

import warnings

import numpy as np

from benchmarks.suspects_corpora import Corpus
from core.audit.suspects import SuspectParams, Suspects, find_suspects
from core.audit.suspects.probabilities import make_smoother, to_probabilities

OURS, VOTE = "ours", "neighbour vote"
FOLDS = 5
SCORES = ("self_confidence", "normalized_margin", "confidence_weighted_entropy")
MODELS = ("logistic regression", "kNN")
CLEANLAB = tuple(f"{model}, {score}" for model in MODELS for score in SCORES)
"""cleanlab's six: its three scores on the probabilities of two models with scikit-learn's own settings."""

TUNED = tuple(f"logistic regression C=10, {score}" for score in SCORES)
"""Beyond the bar: logistic regression with the best C of 1, 10 and 100 for these corpora."""

ON_OURS = tuple(f"our probabilities, {score}" for score in SCORES)
"""Beyond the bar: cleanlab's scores on our probabilities, to see what they and what our score contribute."""


def all_scores(corpus: Corpus, labels: np.ndarray, *, seed: int) -> tuple[dict[str, np.ndarray], Suspects]:
    """Suspicion of each sample by method, float (n,), higher is more suspect; and our result as the screen has it."""
    names, codes = np.unique(labels, return_inverse=True)
    found = {}
    for model, probabilities in _rival_probabilities(corpus, codes, seed).items():
        found |= _cleanlab(model, probabilities, codes)
    case = corpus.case(labels)
    found[VOTE] = _neighbour_vote(case.neighbours, labels, corpus.groups)
    suspects = find_suspects(case, groups=corpus.groups)
    found[OURS] = suspects.table["score"].to_numpy()
    found |= _cleanlab("our probabilities", _our_probabilities(corpus, codes, len(names)), codes)
    return found, suspects


def _rival_probabilities(corpus: Corpus, codes: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedGroupKFold
    from sklearn.neighbors import KNeighborsClassifier

    splitter = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # Labels with fewer samples than folds are part of the question.
        warnings.simplefilter("ignore", UserWarning)
        folds = list(splitter.split(corpus.matrix, codes, corpus.groups))
    # Ten cosine neighbours are what cleanlab's own Datalab uses.
    nearest = min(10, *(len(train) for train, _ in folds))
    models = {
        "logistic regression": LogisticRegression(max_iter=1000),
        "logistic regression C=10": LogisticRegression(max_iter=1000, C=10),
        "kNN": KNeighborsClassifier(n_neighbors=nearest, metric="cosine"),
    }
    found = {}
    for name, model in models.items():
        probabilities = np.zeros((len(codes), int(codes.max()) + 1))
        for train, test in folds:
            model.fit(corpus.matrix[train], codes[train])
            probabilities[np.ix_(test, model.classes_)] = model.predict_proba(corpus.matrix[test])
        found[name] = probabilities
    return found


def _cleanlab(model: str, probabilities: np.ndarray, codes: np.ndarray) -> dict[str, np.ndarray]:
    from cleanlab.rank import get_label_quality_scores

    inside = np.clip(probabilities, 1e-12, 1)
    return {f"{model}, {score}": 1 - get_label_quality_scores(codes, inside, method=score) for score in SCORES}


def _neighbour_vote(neighbours, labels: np.ndarray, groups: np.ndarray, *, count: int = 10) -> np.ndarray:
    strangers = groups[neighbours.indices] != groups[:, None]
    heard = strangers & (strangers.cumsum(axis=1) <= count)
    disagree = labels[neighbours.indices] != labels[:, None]
    return (heard & disagree).sum(axis=1) / np.maximum(heard.sum(axis=1), 1)


def _our_probabilities(corpus: Corpus, codes: np.ndarray, classes: int) -> np.ndarray:
    """Our regression's, without the neighbours' vote."""
    params = SuspectParams()
    smoother = make_smoother(
        corpus.matrix,
        corpus.groups,
        width=params.width,
        even_share=params.even_share,
        ridge=params.ridge,
        landmarks=params.landmarks,
        seed=params.seed,
    )
    logarithms, _ = to_probabilities(smoother.left_out(np.eye(classes, dtype=np.float32)[codes]), codes)
    return np.exp(logarithms)
