"""The label errors of benchmarks/real_noise.py, which people really made, and what ranks them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmarks.human_labels import Embedded
from benchmarks.suspect_queue import logit_margin
from benchmarks.suspects_corpora import make_case
from core.audit.model import AuditInput
from core.audit.suspects import Smoother, SuspectParams, Suspects, find_suspects, suspects_smoother
from core.audit.suspects.probabilities import to_probabilities

OURS, MARGIN, VOTE = "ours", "logit margin", "neighbours' vote"
MODELS = ("logistic regression", "kNN", "our probabilities")
SCORES = (
    ("self_confidence", False),
    ("normalized_margin", False),
    ("confidence_weighted_entropy", False),
    ("self_confidence", True),
    ("normalized_margin", True),
)
"""cleanlab's scores, and whether its probabilities are adjusted by label; the entropy knows no adjusting."""

FOLDS = 5
_WIDER = 2


@dataclass(frozen=True)
class Cell:
    """One kind of label errors: its name, and the share of wrong labels where it is chosen."""

    kind: str
    rate: float = 0.0

    @property
    def name(self) -> str:
        """What a line of results begins with."""
        return self.kind if not self.rate else f"{self.kind} {self.rate:.0%}"


CELLS = (
    Cell("one vote"),
    Cell("most disputed", 0.1),
    Cell("most disputed", 0.2),
    Cell("disputed", 0.1),
    Cell("disputed", 0.2),
    Cell("any other label", 0.1),
    Cell("any other label", 0.2),
)
"""The last two, made at random, stand beside the five that people made."""

PEOPLE = CELLS[:5]


def noisy_labels(data: Embedded, cell: Cell, seed: int) -> np.ndarray:
    """Return labels str (n,) with the errors of a cell.

    "one vote": of each picture one vote, drawn at random. The others give a share of the pictures the commonest wrong
    label that people gave them: "most disputed" those with the largest share of votes for it, of equal ones drawn at
    random, which is all that makes the seeds differ; "disputed" a random half of twice as many such pictures. "any
    other label" gives random pictures a random one.
    """
    random = np.random.default_rng([57, seed])
    if cell.kind == "one vote":
        reached = data.votes.cumsum(axis=1)
        return data.classes[(reached > random.random((len(reached), 1)) * reached[:, -1:]).argmax(axis=1)]
    labels = data.truth.astype(object)
    others = np.where(data.classes[None, :] == data.truth[:, None], -1.0, data.votes)
    count = round(cell.rate * len(labels))
    if cell.kind == "any other label":
        rows = random.permutation(len(labels))[:count]
        others = np.where(others < 0, -1.0, random.random(others.shape))
    else:
        order = np.lexsort([random.random(len(labels)), -others.max(axis=1) / data.votes.sum(axis=1)])
        pool = order[: count * (1 if cell.kind == "most disputed" else _WIDER)]
        rows = random.permutation(pool)[:count]
    # Of equally common wrong labels, or of none at all, one by chance.
    ties = others[rows] + np.where(others[rows] < 0, 0, 0.5 * random.random((count, others.shape[1])))
    labels[rows] = data.classes[ties.argmax(axis=1)]
    return labels.astype(str)


@dataclass(frozen=True, eq=False)
class Placed:
    """What does not hang on labels, made once: the smoother, and the data as an audit sees it."""

    smoother: Smoother
    case: AuditInput


def placed(data: Embedded) -> Placed:
    """Return what all cells and seeds share."""
    case = make_case(data.matrix, data.truth)
    return Placed(suspects_smoother(case, SuspectParams(), np.arange(len(data.truth))), case)


def all_scores(data: Embedded, labels: np.ndarray, seed: int, shared: Placed) -> tuple[dict[str, np.ndarray], Suspects]:
    """Return the suspicion of each sample by method, float (n,), higher is more suspect; and our result on screen."""
    _, codes = np.unique(labels, return_inverse=True)
    case = replace(shared.case, samples=shared.case.samples.assign(label=labels))
    suspects = find_suspects(case, groups=np.arange(len(labels)), smoother=lambda _: shared.smoother)
    found = {
        OURS: suspects.table["score"].to_numpy(),
        MARGIN: -logit_margin(data.matrix, labels, seed),
        VOTE: (labels[case.neighbours.indices[:, :10]] != labels[:, None]).mean(axis=1),
    }
    models = _probabilities(data.matrix, codes, seed) | {MODELS[2]: _our_probabilities(shared.smoother, codes)}
    for model, probabilities in models.items():
        found |= _cleanlab(model, probabilities, codes)
    return found, suspects


def _probabilities(matrix: np.ndarray, codes: np.ndarray, seed: int) -> dict[str, np.ndarray]:
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.neighbors import KNeighborsClassifier

    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    # Ten cosine neighbours are what cleanlab's own Datalab uses.
    rivals = (LogisticRegression(max_iter=1000), KNeighborsClassifier(n_neighbors=10, metric="cosine"))
    found = [cross_val_predict(model, matrix, codes, cv=folds, method="predict_proba") for model in rivals]
    return dict(zip(MODELS, found, strict=False))


def _our_probabilities(smoother: Smoother, codes: np.ndarray) -> np.ndarray:
    indicators = np.eye(codes.max() + 1, dtype=np.float32)[codes]
    return np.exp(to_probabilities(smoother.left_out(indicators), codes)[0])


def _cleanlab(model: str, probabilities: np.ndarray, codes: np.ndarray) -> dict[str, np.ndarray]:
    from cleanlab.rank import get_label_quality_scores

    inside = np.clip(probabilities, 1e-12, 1)
    return {
        f"{model}, {score}{', adjusted' if adjusted else ''}": 1
        - get_label_quality_scores(codes, inside, method=score, adjust_pred_probs=adjusted)
        for score, adjusted in SCORES
    }
