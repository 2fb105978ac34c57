"""The queue of suspects: which to look at, in which order, and which neighbours speak for and against a label."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.audit.asking import ALIKE_WRONG, DOUBT, OTHERS_MOVED, RARITY
from core.audit.channels import WITH_CHANNELS
from core.audit.total_wrong import DRAWN, DRAWN_RANK
from core.audit.volunteers import CONTRADICTED, NEXT_AGAINST
from core.embed.likeness import likeness
from core.statistics.percent import chance_percent

MOST_SUSPECT = "most suspect first"
BY_PAIR = "by pair of labels"
BY_CLUSTER = "by cluster"
LIKE_WRONG = "like what was wrong"
MOST_INFORMATIVE = "most others would change"
MOST_UNCERTAIN = "most uncertain first"
RARE_FIRST = "rare labels first"
VOLUNTEERS = "volunteers disagree most"
CHANNELS = "pictures and channels together"
RANDOM_SAMPLE = "a random sample"
_PRIORITY = {
    LIKE_WRONG: ALIKE_WRONG,
    MOST_INFORMATIVE: OTHERS_MOVED,
    MOST_UNCERTAIN: DOUBT,
    RARE_FIRST: RARITY,
    VOLUNTEERS: NEXT_AGAINST,
    CHANNELS: WITH_CHANNELS,
}
ORDERS = (MOST_SUSPECT, *_PRIORITY, BY_PAIR, BY_CLUSTER)
"""Those that suspects can be put in; :data:`RANDOM_SAMPLE` asks about others too, and is offered beside them."""

SETTLING = ("accept", "keep")
"""The verdicts that settle a suspect for everybody."""

_CHANCE_WORDS = (
    (0.9, "almost certainly wrong"),
    (0.7, "probably wrong"),
    (0.5, "more likely wrong than right"),
    (0.3, "perhaps wrong"),
    (0.0, "probably right"),
)


@dataclass(frozen=True)
class QueueFilters:
    """What the queue is narrowed to; empty fields exclude nothing.

    ``minimum_chance`` (0 to 1) keeps suspects whose label is wrong with at least this chance; ``hide_decided`` leaves
    out those that were judged; ``with_contradicted`` lets in those that are not flagged, and that most of their
    volunteers call otherwise; ``drawn_only`` asks about the random sample and nothing else.
    """

    labels: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    clusters: tuple[int, ...] = ()
    detectors: tuple[str, ...] = ()
    minimum_chance: float = 0.0
    flagged_only: bool = True
    hide_decided: bool = True
    with_contradicted: bool = False
    drawn_only: bool = False


@dataclass(frozen=True)
class Witnesses:
    """Which samples near a suspect speak against its label and which for it, nearest first.

    ``against`` are rows with the suggested label, ``supporting`` rows with the suspect's own; distances are 1 -
    likeness, 0 to 2.
    """

    against: np.ndarray
    against_distances: np.ndarray
    supporting: np.ndarray
    supporting_distances: np.ndarray


def suspect_entries(
    suspects: pd.DataFrame, *, clusters: np.ndarray, glitches: pd.Series, detectors: pd.Series | None = None
) -> pd.DataFrame:
    """Return one row a glitch: its most suspect sample, in the order of the data set.

    ``suspects`` is ``Suspects.table``; ``clusters``, int (n,) with -1 for noise, ``glitches`` and ``detectors`` are in
    its order. The columns ``cluster`` (int), ``glitch`` (str) and ``detector`` (str, "" where unknown) are added;
    ``suggested`` is "" where nothing is suggested.
    """
    entries = suspects.assign(
        suggested=suspects["suggested"].fillna(""),
        cluster=np.asarray(clusters, dtype=int),
        glitch=glitches.to_numpy(),
        detector="" if detectors is None else detectors.astype("string").fillna("").to_numpy(dtype=object),
    )
    worst = entries["score"].fillna(-np.inf).reset_index(drop=True).groupby(entries["glitch"].to_numpy()).idxmax()
    return entries.iloc[np.sort(worst.to_numpy(dtype=int))]


def suspect_queue(
    entries: pd.DataFrame, filters: QueueFilters, *, order: str = MOST_SUSPECT, decided: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """Return the chosen rows of ``entries`` in order, with the column ``decided`` (bool).

    The order is that of :func:`ordered_suspects`: a decision about one suspect never moves the others. ``decided`` are
    the glitches that were judged.
    """
    return without_decided(ordered_suspects(entries, filters, order=order), decided, hide=filters.hide_decided)


def ordered_suspects(entries: pd.DataFrame, filters: QueueFilters, *, order: str = MOST_SUSPECT) -> pd.DataFrame:
    """Return the rows of ``entries`` that pass the filters, in order, whether or not they are decided.

    Six orders go by a column of their own, from :func:`core.audit.asking.with_priorities`,
    :func:`core.audit.volunteers.with_volunteers` or :func:`core.audit.channels.with_channels`, and by the score where
    that is missing. By pair of labels, the pair
    with the most suspects comes first; by cluster, the largest cluster, noise last. Within these, and otherwise, the
    most suspect comes first, of equal ones the first in the data set. Decided ones are counted in their groups, or
    every decision would reshuffle the queue. Raises ValueError where ``order`` is none of :data:`ORDERS`.
    """
    if order not in (*ORDERS, RANDOM_SAMPLE):
        raise ValueError(f"the order is one of {', '.join((*ORDERS, RANDOM_SAMPLE))}, not '{order}'")
    keep = np.ones(len(entries), dtype=bool)
    for column, wanted in (
        ("label", filters.labels),
        ("suggested", filters.suggested),
        ("cluster", filters.clusters),
        ("detector", filters.detectors),
    ):
        if wanted:
            keep &= entries[column].isin(wanted).to_numpy()
    if filters.minimum_chance > 0:
        keep &= (entries["chance_wrong"] >= filters.minimum_chance).to_numpy()
    if filters.flagged_only:
        keep &= asked_about(entries, filters)
    queue = entries[keep].sort_values("score", ascending=False, kind="stable", na_position="last")
    priority = DRAWN_RANK if order == RANDOM_SAMPLE else _PRIORITY.get(order)
    if priority in queue:
        return queue.sort_values(priority, ascending=False, kind="stable", na_position="last")
    if order in (BY_PAIR, BY_CLUSTER):
        return _grouped(queue, by=["label", "suggested"] if order == BY_PAIR else ["cluster"])
    return queue


def asked_about(entries: pd.DataFrame, filters: QueueFilters) -> np.ndarray:
    """Return which entries a queue is about, bool (n,): flagged ones, and those that the filters let in beside them.

    With ``drawn_only`` they are those of the random sample.
    """
    if filters.drawn_only:
        return entries[DRAWN].to_numpy(dtype=bool) if DRAWN in entries else np.zeros(len(entries), bool)
    asked = entries["flagged"].to_numpy(dtype=bool)
    if filters.with_contradicted and CONTRADICTED in entries:
        asked = asked | entries[CONTRADICTED].to_numpy(dtype=bool)
    return asked


def offered_orders(entries: pd.DataFrame) -> tuple[str, ...]:
    """Return the orders that these entries can be put in.

    By volunteers where some voted, with the channels where these say something, and at random where drawn.
    """
    voted = NEXT_AGAINST in entries and entries[NEXT_AGAINST].notna().any()
    possible = {VOLUNTEERS: voted, CHANNELS: WITH_CHANNELS in entries}
    orders = tuple(order for order in ORDERS if possible.get(order, True))
    return (*orders, RANDOM_SAMPLE) if DRAWN in entries else orders


def in_this_order(entries: pd.DataFrame, glitches: Iterable[str]) -> pd.DataFrame:
    """The entries of these glitches, in the order in which each of them is named first.

    Where the label is no suspect, no other one is suggested: the most probable of the others is no reason to change it.

    Args:
        entries: from :func:`suspect_entries`.
        glitches: ids; those without an entry are left out.
    """
    at = dict(zip(entries["glitch"], entries.index, strict=True))
    found = entries.loc[[at[glitch] for glitch in dict.fromkeys(glitches) if glitch in at]]
    return found.assign(suggested=found["suggested"].where(found["flagged"].astype(bool), ""))


def twin_entries(entries: pd.DataFrame, twins: pd.DataFrame, glitches: pd.Series) -> pd.DataFrame:
    """The entries of samples that are there twice: of two with one label the more suspect one, else both.

    Where the labels differ, the other one's label is what is suggested, else only where the label is a suspect. A
    glitch with several twins stands beside the first of them.

    Args:
        entries: from :func:`suspect_entries`.
        twins: the pairs in their order: ``first``, ``second`` (sample ids), ``conflict``.
        glitches: index sample id, the glitch that each sample shows.

    Returns:
        The chosen rows of ``entries`` and ``own``, ``twin`` (the two samples of the pair).
    """
    at = dict(zip(entries["glitch"], entries.index, strict=True))
    score, labels, shows = entries["score"].fillna(-np.inf).to_dict(), entries["label"].to_dict(), glitches.to_dict()
    rows: dict[str, tuple[str, str, str]] = {}
    for pair in twins.itertuples():
        both = ((pair.first, pair.second), (pair.second, pair.first))
        known = [(at[shows[own]], own, twin) for own, twin in both if shows.get(own) in at]
        known.sort(key=lambda one: -score[one[0]])
        for sample_id, own, twin in known if pair.conflict else known[:1]:
            label = labels.get(at.get(shows.get(twin), ""), "") if pair.conflict else ""
            rows.setdefault(sample_id, (own, twin, label))
    found = entries.loc[list(rows)]
    own, twin, label = (list(values) for values in zip(*rows.values(), strict=True)) if rows else ([], [], [])
    labels_of_twins = pd.Series(label, index=found.index, dtype=object)
    former, contradicted = found["suggested"].astype(object), labels_of_twins != ""
    return found.assign(
        own=own,
        twin=twin,
        suggested=labels_of_twins.where(contradicted, former.where(found["flagged"].astype(bool), "")),
        # How well a label fits is known of the one that the suspects would suggest.
        suggested_probability=found["suggested_probability"].where(~contradicted | (labels_of_twins == former)),
    )


def without_decided(entries: pd.DataFrame, decided: frozenset[str], *, hide: bool) -> pd.DataFrame:
    """The entries with ``decided`` (bool), or only those that are not, in their order."""
    queue = entries.assign(decided=entries["glitch"].isin(decided))
    return queue[~queue["decided"]] if hide else queue


def _grouped(queue: pd.DataFrame, *, by: list[str]) -> pd.DataFrame:
    if queue.empty:
        return queue
    groups = queue.groupby(by, sort=False)
    keys = pd.DataFrame(
        {
            "last": (queue["cluster"] < 0) & (by == ["cluster"]),
            "size": -groups["score"].transform("size"),
            # ngroup numbers the groups by their most suspect member, which keeps groups of one size apart.
            "group": groups.ngroup(),
        }
    )
    return queue.loc[keys.sort_values(["last", "size", "group"], kind="stable").index]


def decided_samples(judgements: pd.DataFrame, *, author_keys: Collection[str]) -> frozenset[str]:
    """Return the samples that this person need not look at: settled by anybody, or judged by this person in any way.

    A sample that somebody else skipped or was unsure about stays open. ``judgements`` has one row a judgement, index
    ``sample_id``; ``author_keys`` are those of who is at the desk now; "" is nobody's.
    """
    mine = judgements["author_key"].isin(set(author_keys) - {""})
    settled = judgements["verdict"].isin(SETTLING) | mine
    return frozenset(judgements.index[settled.to_numpy(dtype=bool)])


def place_in_queue(queue: pd.DataFrame, sample_id: str | None) -> int:
    """Return where a sample stands in the queue; 0 where it is not in it."""
    return int(queue.index.get_loc(sample_id)) if sample_id in queue.index else 0


def neighbour_in_queue(queue: pd.DataFrame, sample_id: str, step: int) -> str:
    """Return the sample ``step`` places on (or back, where negative); the first or last one at the ends."""
    place = min(max(place_in_queue(queue, sample_id) + step, 0), len(queue) - 1)
    return str(queue.index[place])


def step_in_queue(queue: pd.DataFrame, sample_id: str, step: int, *, shown: Sequence[str]) -> str:
    """Return the sample ``step`` places on, even where ``sample_id`` has left the queue since it was shown.

    Args:
        queue: as it is now; not empty.
        sample_id: the one that was looked at.
        step: 1 or -1.
        shown: the ids in the order in which the queue was shown last.
    """
    if sample_id in queue.index or sample_id not in shown:
        return neighbour_in_queue(queue, sample_id, step)
    place, still = shown.index(sample_id), set(queue.index)
    ahead, behind = shown[place + 1 :], shown[:place][::-1]
    one_way, other_way = (ahead, behind) if step > 0 else (behind, ahead)
    return next((one for one in (*one_way, *other_way) if one in still), str(queue.index[0]))


def find_witnesses(
    row: int,
    *,
    matrix: np.ndarray,
    labels: np.ndarray,
    glitches: np.ndarray,
    suggested: str,
    count: int = 6,
    weights: np.ndarray | None = None,
) -> Witnesses:
    """Return the nearest samples that carry the suggested label, and the nearest that carry the suspect's own.

    All samples are searched, because one of the two may be missing among the nearest neighbours. Views of the suspect's
    own glitch do not count, and every other glitch counts once. ``matrix`` is float32 (n, d), the embedding;
    ``glitches`` (n,), the glitch that each row shows; ``count`` witnesses a side at most; ``weights`` as in
    :class:`core.embed.likeness.Vectors`.
    """
    sides = []
    for label in (suggested, labels[row]):
        rows = np.flatnonzero((labels == label) & (glitches != glitches[row]))
        own, others = (None, None) if weights is None else (weights[[row]], weights[rows])
        alike = likeness(matrix[rows], matrix[[row]], weights=others, other_weights=own)
        distances = np.clip(1 - alike[:, 0], 0, 2)
        order = np.argsort(distances, kind="stable")
        # np.unique tells the first, hence nearest, row of each glitch.
        _, first = np.unique(glitches[rows][order], return_index=True)
        order = order[np.sort(first)[:count]]
        sides += [rows[order], distances[order]]
    if suggested == labels[row]:
        sides[:2] = [np.zeros(0, int), np.zeros(0, np.float32)]
    return Witnesses(*sides)


def label_counts(
    rows: np.ndarray, *, labels: np.ndarray, glitches: np.ndarray | None = None, row: int | None = None
) -> pd.Series:
    """Count how many of these samples carry each label, commonest first, without those that show ``row``'s glitch."""
    if glitches is not None and row is not None:
        rows = rows[glitches[rows] != glitches[row]]
    return pd.Series(labels[rows], dtype=object).value_counts()


def chance_in_words(chance: float) -> str:
    """Return what a chance that a label is wrong (0 to 1) means, in words."""
    if not math.isfinite(chance):
        return "cannot tell"
    return next(words for limit, words in _CHANCE_WORDS if chance >= limit)


QUEUE_REASON = "Suspect queue: "
"""So begins every reason that a queue writes by itself."""

DRAWN_REASON = f"{QUEUE_REASON}drawn at random"
"""What is written with a judgement of a sample that nothing flags."""


def default_reason(verdict: str, chance: float) -> str:
    """Return the reason that is written with a judgement unless its author gives another."""
    known = f" (chance {chance_percent(chance)})" if math.isfinite(chance) else ""
    if verdict == "accept":
        return f"{QUEUE_REASON}the embedding contradicts the label{known}"
    return f"{QUEUE_REASON}looked at, though the embedding contradicts the label{known}"


def contradicted_reason(verdict: str, *, votes: int, against: int) -> str:
    """Return the reason that is written with a judgement of a sample that only volunteers contradict."""
    who = f"{against:,} of {votes:,} {'volunteer' if votes == 1 else 'volunteers'}"
    said = f"{who} {'calls' if against == 1 else 'call'} it otherwise"
    return f"{QUEUE_REASON}{said}" if verdict == "accept" else f"{QUEUE_REASON}looked at, though {said}"
