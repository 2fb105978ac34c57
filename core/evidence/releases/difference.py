"""What differs between two releases, or between the labels of a release and those that were brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from core.dataset.released import ClassChange, Released
from core.errors import GlitchAuditError

CHANGE_COLUMNS = (
    *("sample_id", "change", "label_before", "label_now", "class_before", "class_now"),
    *("how", "decided_by", "decided_at", "reason"),
)
RELABELLED, RECLASSED, ADDED, GONE = "label changed", "class changed", "added", "gone"
_MERGE, _RENAME, _SPLIT = "merge", "rename", "split"
_PAIRS_NAMED = 50


@dataclass(frozen=True, eq=False)
class Difference:
    """What became of each sample from one state of the labels to another.

    Attributes:
        before: the name of the earlier release; empty for the labels that the data set was brought with.
        now: the name of the later one.
        table: one row a sample that differs, :data:`CHANGE_COLUMNS`; ``change`` is one of :data:`RELABELLED`,
            :data:`RECLASSED` (only its label was merged or renamed), :data:`ADDED` and :data:`GONE`.
        changes: changes of the taxonomy that were accepted between the two, oldest first.
    """

    before: str
    now: str
    table: pd.DataFrame
    changes: tuple[ClassChange, ...]

    def count(self, change: str) -> int:
        """Return how many samples changed so."""
        return int((self.table["change"] == change).sum())

    def headline(self) -> str:
        """Return what changed in one sentence: "212 labels changed, 3 classes merged"."""
        merged = [change for change in self.changes if change.kind == _MERGE]
        counts = (
            (self.count(RELABELLED), "label changed", "labels changed"),
            (sum(len(change.labels) for change in merged), "", "classes merged"),
            (self._kinds(_RENAME), "class renamed", "classes renamed"),
            (self._kinds(_SPLIT), "class split", "classes split"),
            (self.count(ADDED), "sample added", "samples added"),
            (self.count(GONE), "sample gone", "samples gone"),
        )
        said = [f"{count:,} {one if count == 1 else many}" for count, one, many in counts if count]
        return f"{', '.join(said)}." if said else "Nothing changed."

    def _kinds(self, kind: str) -> int:
        return sum(change.kind == kind for change in self.changes)

    def text(self) -> str:
        """Return the difference in plain words: the headline, the classes, and which label became which."""
        since = f"release {self.before}" if self.before else "the labels that the data set was brought with"
        lines = [f"Release {self.now} against {since}:", "", self.headline()]
        if self.changes:
            lines += ["", "Changes of the taxonomy that were accepted:"]
            lines += [f"  {in_words(change)}" for change in self.changes]
        relabelled = self.table[self.table["change"] == RELABELLED]
        pairs = relabelled.groupby(["label_before", "label_now"]).size().sort_values(ascending=False, kind="stable")
        if len(pairs):
            lines += ["", "Labels changed:"]
            lines += [f"  {old} to {new}: {count:,}" for (old, new), count in pairs.head(_PAIRS_NAMED).items()]
            if len(pairs) > _PAIRS_NAMED:
                lines.append(f"  and {len(pairs) - _PAIRS_NAMED:,} more pairs")
        return "\n".join([*lines, ""])


def in_words(change: ClassChange) -> str:
    """Return an accepted change of the taxonomy as a phrase: "merge: Blip, Tomte become Blip"."""
    become = "becomes" if len(change.labels) == 1 else "become"
    before = f"{', '.join(change.labels)} {become} " if change.labels else ""
    return f"{change.kind}: {before}{', '.join(change.becomes)}"


def since_brought(now: Released) -> Difference:
    """Return what differs from the labels that the data set was brought with."""
    labels = now.labels
    brought = labels.assign(label=labels["label_before"], how="", decided_by="", decided_at="", reason="")
    brought["class"] = brought["label"]
    return _difference(brought, labels, before="", now=now.about.name, changes=now.about.changes)


def compare_releases(before: Released, now: Released) -> Difference:
    """Return what differs from one release to another.

    Raises GlitchAuditError where the two have no sample in common, so that nothing can be compared.
    """
    if not set(before.labels["sample_id"]) & set(now.labels["sample_id"]):
        raise GlitchAuditError(
            f"Releases {before.about.name} and {now.about.name} have no sample in common, so they cannot be compared."
        )
    known = {change.change_id for change in before.about.changes}
    later = [change for change in now.about.changes if change.change_id not in known]
    return _difference(before.labels, now.labels, before=before.about.name, now=now.about.name, changes=later)


def _difference(
    old: pd.DataFrame, new: pd.DataFrame, *, before: str, now: str, changes: Sequence[ClassChange]
) -> Difference:
    both = (
        new.set_index("sample_id")
        .rename(columns={"label": "label_now", "class": "class_now"})
        .drop(columns="label_before")
        .join(
            old.set_index("sample_id")[["label", "class"]].set_axis(["label_before", "class_before"], axis=1),
            how="outer",
            sort=False,
        )
    )
    # Those that are new or stayed in the order of the new release, then those that are gone.
    gone = old.loc[~old["sample_id"].isin(new["sample_id"]), "sample_id"]
    both = both.reindex([*new["sample_id"], *gone])
    absent_before, absent_now = both["label_before"].isna(), both["label_now"].isna()
    both = both.fillna("").astype("str")
    change = pd.Series("", index=both.index)
    change[both["class_before"] != both["class_now"]] = RECLASSED
    change[both["label_before"] != both["label_now"]] = RELABELLED
    change[absent_before], change[absent_now] = ADDED, GONE
    table = both.assign(change=change)[change != ""].rename_axis("sample_id").reset_index()
    return Difference(before, now, table[list(CHANGE_COLUMNS)], tuple(changes))
