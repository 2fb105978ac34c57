"""Pages of look-alikes: suspects that carry one label and look like one other, to be judged together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.embed.likeness import likeness

PAGE_SIZE = 24
"""So many tiles are seen at once on a laptop's screen."""

_NAMED_AT_MOST = 900
"""Characters of ids in a reason: the ledger takes 2,000 in all, and what was typed comes before."""


@dataclass(frozen=True)
class Page:
    """Samples of one kind that are judged together.

    Attributes:
        label: what all of them are called now.
        suggested: the label that fits all of them better.
        sample_ids: rows of the queue, the most suspect first.
        waiting: how many of this kind wait in all, these included.
    """

    label: str
    suggested: str
    sample_ids: tuple[str, ...]
    waiting: int

    @property
    def pair(self) -> tuple[str, str]:
        """The label now and the one that is suggested."""
        return self.label, self.suggested


def next_page(
    queue: pd.DataFrame,
    *,
    first: tuple[str, str] | None = None,
    set_aside: Collection[str] = (),
    size: int = PAGE_SIZE,
) -> Page | None:
    """Return the page of look-alikes to judge next; None where nothing is left.

    The kind is ``first`` while any of it waits; else that with the largest sum of chances to be wrong, which is how
    many of its labels are expected to be wrong. Of equal kinds the one with the more suspect first sample comes first.

    Args:
        queue: from :func:`core.audit.queue.suspect_queue`; what is decided is left out.
        first: the label now and the suggested one of the page before.
        set_aside: rows that were taken out or skipped.
        size: how many samples a page has at most.
    """
    away = queue["decided"].to_numpy(dtype=bool) | queue.index.isin(list(set_aside))
    away |= queue["suggested"].isin(["", None]).to_numpy() | (queue["suggested"] == queue["label"]).to_numpy()
    waiting = queue[~away].sort_values("score", ascending=False, kind="stable", na_position="last")
    if waiting.empty:
        return None
    # In the order of their most suspect samples, so that the first of equal sums is the right one.
    kinds = waiting.groupby(["label", "suggested"], sort=False, observed=True)["chance_wrong"].sum()
    if first is None or first not in kinds.index:
        first = kinds.index[int(np.argmax(kinds.to_numpy(dtype=float)))]
    label, suggested = first
    alike = waiting[(waiting["label"] == label) & (waiting["suggested"] == suggested)]
    return Page(str(label), str(suggested), tuple(map(str, alike.index[:size])), len(alike))


def still_open(page: Page, entries: pd.DataFrame, *, decided: frozenset[str]) -> Page | None:
    """Return the page without what somebody settled meanwhile, or gave another label; None where none is left.

    Nothing comes in: whoever is about to press a key has seen every sample of the page.

    Args:
        page: as it was shown.
        entries: from :func:`core.audit.queue.suspect_entries`.
        decided: the glitches that are judged.
    """
    known = entries.loc[[sample_id for sample_id in page.sample_ids if sample_id in entries.index]]
    same = (known["label"] == page.label) & (known["suggested"] == page.suggested) & ~known["glitch"].isin(decided)
    kept = tuple(map(str, known.index[same.to_numpy(dtype=bool)]))
    return Page(page.label, page.suggested, kept, page.waiting - len(page.sample_ids) + len(kept)) if kept else None


def examples_of_label(
    label: str,
    page_rows: np.ndarray,
    *,
    matrix: np.ndarray,
    labels: np.ndarray,
    glitches: np.ndarray,
    doubtful: np.ndarray,
    count: int = 3,
    weights: np.ndarray | None = None,
) -> np.ndarray:
    """Return the rows called ``label`` that are most like the page as a whole, the most alike first, a glitch once.

    Suspects are no examples, nor are the glitches of the page itself.

    Args:
        label: the label.
        page_rows: int, the rows of the samples on the page.
        matrix: float32 (n, d), the embedding.
        labels: (n,), the label now of each row.
        glitches: (n,), the glitch that each row shows.
        doubtful: bool (n,), which rows are suspects.
        count: at most so many.
        weights: as in :class:`core.embed.likeness.Vectors`.
    """
    on_page = pd.Series(glitches).isin(set(glitches[page_rows])).to_numpy()
    rows = np.flatnonzero((labels == label) & ~doubtful & ~on_page)
    own, others = (None, None) if weights is None else (weights[page_rows], weights[rows])
    alike = likeness(matrix[rows], matrix[page_rows], weights=others, other_weights=own).mean(axis=1)
    order = np.argsort(-alike, kind="stable")
    _, nearest = np.unique(glitches[rows][order], return_index=True)
    return rows[order[np.sort(nearest)[:count]]]


def page_provenance(page: Page, out: Sequence[str]) -> str:
    """Return what a judgement says of the page it was made on: how large it was, and the ids of those taken out."""
    text = f"Judged together: a page of {len(page.sample_ids):,} called {page.label} that look like {page.suggested}"
    if not out:
        return f"{text}, none taken out"
    named: list[str] = []
    for name in out:
        if sum(map(len, named)) + len(name) > _NAMED_AT_MOST:
            break
        named.append(name)
    more = f" and {len(out) - len(named):,} more" if len(named) < len(out) else ""
    return f"{text}, {len(out):,} taken out: {', '.join(named)}{more}"
