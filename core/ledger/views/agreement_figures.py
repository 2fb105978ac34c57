"""How far people agree about labels: per pair, over all, against the others, and what they say together.

Every figure comes with its number of samples, and is marked ``small`` below :data:`SMALL` of them: one more opinion can
then overturn it. The functions take ``message`` from :func:`opinions`.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from core.errors import GlitchAuditError
from core.ledger.identity import names_apart
from core.ledger.names import person_key
from core.ledger.people import Person, may
from core.ledger.storage.store import Ledger
from core.ledger.views.authors import people_behind
from core.ledger.views.dawid_skene import fit_confusion_model
from core.ledger.views.judgements import KEEP, judgements
from core.ledger.views.proposals import ProposalFilters, proposals
from core.ledger.views.queries import read_frame
from core.ledger.views.reviews import ACCEPT, OTHER_LABEL, REJECT, reviews
from core.statistics.intervals import wilson_interval

SMALL = 30
"""Below so many samples a figure is shown as small."""

OPINION_COLUMNS = ("person", "sample_id", "label")
_WHAT_COUNTS = ["author", "author_key", "name_key", "sample_id", "created_at"]
PAIR_COLUMNS = ("first", "second", "samples", "agreed", "share", "share_low", "share_high", "kappa", "small")
_MAX_PEOPLE = 200

# What was said last, the events' numbers say and no clock.
_NUMBERS = """
    SELECT correction_id AS said_id, sequence AS event FROM correction
    UNION ALL SELECT review_id, event FROM review
    UNION ALL SELECT judgement_id, event FROM judgement
"""


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha of nominal labels.

    Attributes:
        alpha: 1 is full agreement, 0 what chance gives, below 0 is worse; NaN where it is not defined.
        samples: samples with at least two opinions, which alone count.
        people: who said something about one of them.
    """

    alpha: float
    samples: int
    people: int
    small: bool

    def sentence(self) -> str:
        """Return the figure in words."""
        if np.isnan(self.alpha):
            return (
                f"Krippendorff's alpha cannot be told from {self.samples:,} samples with two opinions or more: it "
                "needs at least two of them and two labels."
            )
        few = f"; {self.samples:,} samples are few, so it may change a lot" if self.small else ""
        return (
            f"Krippendorff's alpha is {self.alpha:.2f} over {self.samples:,} samples with two opinions or more, from "
            f"{self.people} people (1 is full agreement, 0 is chance){few}."
        )


@dataclass(frozen=True)
class Consensus:
    """What all opinions say together, by Dawid and Skene's model.

    Attributes:
        labels: index ``sample_id``: ``label`` (the most probable), ``probability`` (0 to 1), ``opinions`` (count).
        accuracy: estimated share of right labels of each person, weighted by how common the labels are.
        small: fewer samples with two opinions or more than :data:`SMALL`.
    """

    labels: pd.DataFrame
    accuracy: pd.Series
    small: bool


@dataclass(frozen=True)
class OwnView:
    """How often others agreed with one person.

    Attributes:
        samples: on which somebody else said something too.
        agreed: of those, where more than half of the others said the same.
        share, low, high: agreed / samples with Wilson's 95 % interval; NaN without such samples.
        by_label: index the label that the person gave: ``samples``, ``agreed``, ``others`` (the label that others gave
            most often where they did not agree; empty where they did).
    """

    person: str
    samples: int
    agreed: int
    share: float
    low: float
    high: float
    by_label: pd.DataFrame
    small: bool

    def sentence(self) -> str:
        """Return the figure in words."""
        if not self.samples:
            return f"Nobody else has said anything yet about a sample of {self.person}'s."
        few = "; few samples, so read it loosely" if self.small else ""
        return (
            f"Others agreed with {self.person} on {self.agreed:,} of {self.samples:,} samples, {self.share:.0%} "
            f"(95 % interval {self.low:.0%} to {self.high:.0%}){few}."
        )


def opinions(ledger: Ledger) -> pd.DataFrame:
    """Return what each person said each sample is, on their own: :data:`OPINION_COLUMNS`, one row a person and sample.

    A column ``author_key`` tells persons of one name apart. A proposal speaks for its label; a review for what the
    reviewer chose blind, or else for what its verdict means; "keep" in the queue of suspects for the present label;
    "unsure" for nothing. The latest standing opinion of a person counts. ``core.ledger.identity`` says who is one
    person; a typed name has no opinion beside that of somebody who signed in under it.
    """
    parts = []
    made = proposals(ledger, ProposalFilters())
    parts.append(_said(made, "correction_id").assign(label=made["label_proposed"]))
    message = reviews(ledger)
    blind = message["blind_label"].astype("str")
    meant = [
        {ACCEPT: row.label_proposed, REJECT: row.label_before, OTHER_LABEL: row.label}.get(row.verdict, "")
        for row in message.itertuples()
    ]
    label = blind.where(blind != "", pd.Series(meant, index=message.index, dtype="str"))
    parts.append(_said(message, "review_id").assign(label=label))
    kept = judgements(ledger)
    kept = kept[kept["verdict"] == KEEP]
    parts.append(_said(kept, "judgement_id").assign(label=kept["label"]))
    parts = [part for part in parts if len(part)]
    if not parts:
        return _no_opinions()
    numbers = read_frame(ledger, _NUMBERS, [], ("said_id", "event")).set_index("said_id")["event"]
    table = pd.concat(parts, ignore_index=True)
    table["event"] = table["said_id"].map(numbers)
    table = table.sort_values(["event", "created_at"], kind="stable")
    table = table[table["label"].astype("str") != ""]
    table["author_key"] = people_behind(ledger, table["author_key"])
    table = table.drop_duplicates(["author_key", "sample_id"], keep="last")
    typed = table["author_key"] == table["name_key"]
    proved = (~typed).groupby([table["sample_id"], table["name_key"]]).transform("any")
    table = table[~(typed & proved)]
    table = table.assign(person=names_apart(table["author_key"], table["author"]))
    return table[[*OPINION_COLUMNS, "author_key"]].astype("str").reset_index(drop=True)


def _said(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    return rows[_WHAT_COUNTS].assign(said_id=rows[name])


def people_seen_by(message: pd.DataFrame, asking: Person) -> frozenset[str]:
    """Return of whom this person may see figures: everybody for a moderator, else that person alone."""
    own = message["author_key"].isin(asking.keys)
    return frozenset(message["person"] if may(asking, "see others") else message.loc[own, "person"])


def can_measure_agreement() -> bool:
    """Return whether scikit-learn, which computes kappa, is installed; on the public demo it is not."""
    return importlib.util.find_spec("sklearn") is not None


def pair_agreement(message: pd.DataFrame) -> pd.DataFrame:
    """Return Cohen's kappa of every two people over the samples both spoke about: :data:`PAIR_COLUMNS`.

    Kappa (Cohen 1960, as scikit-learn computes it) is NaN where both gave one and the same label throughout, as chance
    alone would agree then. ``share_low`` and ``share_high`` are Wilson's 95 % interval of the share agreed. Raises
    GlitchAuditError for more than 200 people.
    """
    from sklearn.metrics import cohen_kappa_score

    table = _wide(message)
    if table.shape[1] > _MAX_PEOPLE:
        raise GlitchAuditError(f"{table.shape[1]} people make too many pairs; choose at most {_MAX_PEOPLE}.")
    rows = []
    for first, second in combinations(sorted(table.columns), 2):
        both = table[[first, second]].dropna()
        if both.empty:
            continue
        one, other = both[first].astype("str").to_numpy(), both[second].astype("str").to_numpy()
        agreed = int((one == other).sum())
        low, high = wilson_interval(agreed, len(both))
        different = len({*one, *other}) > 1
        kappa = float(cohen_kappa_score(one, other)) if different else float("nan")
        rows.append((first, second, len(both), agreed, agreed / len(both), low, high, kappa, len(both) < SMALL))
    pairs = pd.DataFrame(rows, columns=list(PAIR_COLUMNS))
    return pairs.sort_values("samples", ascending=False, kind="stable", ignore_index=True)


def krippendorff_alpha(message: pd.DataFrame) -> Alpha:
    """Return Krippendorff's alpha over all people, however many samples each saw (Krippendorff 2011, nominal data).

    Alpha is 1 - observed / expected disagreement. Of a sample's m opinions every ordered pair counts with 1 / (m - 1),
    so that each opinion weighs the same; expected is the share of unequal pairs among all n opinions.
    """
    counts = pd.crosstab(message["sample_id"], message["label"])
    counts = counts[counts.sum(axis=1) >= 2]
    people = message[message["sample_id"].isin(counts.index)]["person"].nunique()
    table = counts.to_numpy(dtype=float)
    each, total = table.sum(axis=1), table.sum()
    unequal = (each**2 - (table**2).sum(axis=1)) / (each - 1)
    unequal_by_chance = total**2 - (table.sum(axis=0) ** 2).sum()
    alpha = float("nan")
    if len(counts) >= 2 and unequal_by_chance > 0:
        alpha = float(1 - (total - 1) * unequal.sum() / unequal_by_chance)
    return Alpha(alpha, len(counts), int(people), len(counts) < SMALL)


def confusion(message: pd.DataFrame, truth: pd.Series | None = None) -> pd.DataFrame:
    """Return how often each person gave which label to samples of which true label.

    The columns are ``person, truth, label, count, share, small``; ``share`` is of the person's opinions on samples of
    that true label. ``truth`` is the label that counts as right, by ``sample_id``, such as the decided one. None: for
    each person the label that most others gave, so that nobody is measured against their own opinion; ties count for
    nothing.
    """
    columns = ["person", "truth", "label", "count", "share", "small"]
    if truth is None:
        table = message.assign(truth=_others_choice(message))
    else:
        table = message.assign(truth=message["sample_id"].map(truth.astype("object")))
    table = table.dropna(subset=["truth"])
    table = table[table["truth"] != ""]
    if table.empty:
        return pd.DataFrame(columns=columns)
    counted = table.groupby(["person", "truth", "label"]).size().rename("count").reset_index()
    total = counted.groupby(["person", "truth"])["count"].transform("sum")
    return counted.assign(share=counted["count"] / total, small=total < SMALL)[columns]


def dawid_skene(message: pd.DataFrame) -> Consensus:
    """Return the most probable label of each sample by Dawid and Skene's model (1979).

    It estimates at once how people confuse labels and what the samples are, so that a careful person counts more. With
    one opinion a sample it can only repeat it.
    """
    empty = pd.DataFrame({"label": [], "probability": [], "opinions": []}, index=pd.Index([], name="sample_id"))
    if message.empty:
        return Consensus(empty, pd.Series(dtype=float), True)
    model = fit_confusion_model(message)
    labels = pd.DataFrame(
        {
            "label": model.probable.idxmax(axis=1).astype("str"),
            "probability": model.probable.max(axis=1),
            "opinions": message.groupby("sample_id").size().reindex(model.probable.index),
        }
    )
    return Consensus(labels, model.accuracy(), int((labels["opinions"] >= 2).sum()) < SMALL)


def own_view(message: pd.DataFrame, person: str | Person) -> OwnView:
    """Return how often others agreed with this person or name, in any letter case; no other name appears in it."""
    if isinstance(person, Person):
        own, name = message["author_key"].isin(person.keys), person.name
    else:
        own, name = message["person"].map(person_key) == person_key(person), person
    mine, others = message[own], message[~own]
    counts = others.groupby(["sample_id", "label"]).size().rename("count").reset_index()
    shared = mine[mine["sample_id"].isin(counts["sample_id"])]
    total = counts.groupby("sample_id")["count"].sum()
    same = counts.set_index(["sample_id", "label"])["count"].to_dict()
    agreed = [
        same.get((row.sample_id, row.label), 0) * 2 > total[row.sample_id] for row in shared.itertuples(index=False)
    ]
    shared = shared.assign(agreed=np.asarray(agreed, dtype=bool))
    low, high = wilson_interval(int(shared["agreed"].sum()), len(shared))
    by_label = shared.groupby("label").agg(samples=("agreed", "size"), agreed=("agreed", "sum"))
    missed = counts.merge(
        shared.loc[~shared["agreed"], ["sample_id", "label"]].rename(columns={"label": "mine"}), on="sample_id"
    )
    missed = missed[missed["label"] != missed["mine"]].groupby(["mine", "label"])["count"].sum().reset_index()
    missed = missed.sort_values("count", ascending=False, kind="stable").drop_duplicates("mine").set_index("mine")
    by_label["others"] = missed["label"].reindex(by_label.index).fillna("") if len(by_label) else ""
    count = len(shared)
    share = float(shared["agreed"].mean()) if count else float("nan")
    return OwnView(name, count, int(shared["agreed"].sum()), share, low, high, by_label, count < SMALL)


def _wide(message: pd.DataFrame) -> pd.DataFrame:
    return message.pivot(index="sample_id", columns="person", values="label")


def _others_choice(message: pd.DataFrame) -> pd.Series:
    """Return for each opinion the label that most others gave the sample; missing where two are equally common."""
    counts = pd.crosstab(message["sample_id"], message["label"])
    others = counts.loc[message["sample_id"]].to_numpy(copy=True)
    others[np.arange(len(message)), counts.columns.get_indexer(message["label"])] -= 1
    most = others.max(axis=1, initial=0)
    clear = (most > 0) & ((others == most[:, None]).sum(axis=1) == 1)
    chosen = np.asarray(counts.columns, dtype=object)[others.argmax(axis=1)] if len(message) else []
    return pd.Series(chosen, index=message.index, dtype="object").where(pd.Series(clear, index=message.index))


def _no_opinions() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype="str") for name in (*OPINION_COLUMNS, "author_key")})
