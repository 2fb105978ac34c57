"""What the accepted changes of the taxonomy would make of the labels; none of them relabels a sample by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import pandas as pd

from core.ledger import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.ledger.views.taxonomy_changes import MERGE, RENAME, SPLIT, taxonomy_changes

ACCEPTED = "accepted"


@dataclass(frozen=True, eq=False)
class ChangedTaxonomy:
    """The labels after all accepted changes.

    Attributes:
        becomes: what each label that is merged or renamed becomes.
        examples: str, index ``sample_id`` (glitches): the new label of samples that were given as its examples.
        accepted: how many changes were accepted.
        open: labels that were split in two new ones or more: nobody has said which sample becomes which, so that only
            decided samples carry the new labels.
    """

    becomes: Mapping[str, str] = field(default_factory=dict)
    examples: pd.Series = field(default_factory=lambda: _labels({}))
    accepted: int = 0
    open: tuple[str, ...] = ()


def changed_taxonomy(
    ledger: Ledger, rule: DecisionRule | None = None, *, present: Collection[str] = ()
) -> ChangedTaxonomy:
    """Return what the accepted changes make of the labels, each applied to what those proposed before it made.

    A merge and a rename move every sample of their labels. A split moves its examples, and these only where one of its
    parts alone is new: "Blip becomes Blip and Low_Blip" says of each example that it is a Low_Blip; of two new parts
    nobody said which. A new class moves its examples. ``present`` are the labels that occur already.
    """
    changes = taxonomy_changes(ledger, rule)
    changes = changes[changes["state"] == ACCEPTED].iloc[::-1]
    present = set(present)
    becomes: dict[str, str] = {}
    examples: dict[str, str] = {}
    undecided = []
    for change in changes.itertuples():
        if change.kind in (MERGE, RENAME):
            _move(becomes, examples, change.labels, change.becomes[0])
            continue
        new = [label for label in change.becomes if label not in change.labels and label not in present]
        if len(new) == 1:
            examples |= dict.fromkeys(map(str, change.sample_ids), new[0])
            # A label that is there again is no longer what it had become.
            becomes.pop(new[0], None)
        elif change.kind == SPLIT:
            undecided.append(change.labels[0])
    return ChangedTaxonomy(becomes, _labels(examples), len(changes), tuple(undecided))


def _move(becomes: dict[str, str], examples: dict[str, str], labels: tuple[str, ...], target: str) -> None:
    for moved in (becomes, examples):
        moved.update({name: target for name, label in moved.items() if label in labels})
    for name in labels:
        becomes.setdefault(name, target)
    for name in [name for name, label in becomes.items() if name == label]:
        del becomes[name]


def _labels(said: Mapping[str, str]) -> pd.Series:
    index = pd.Index(list(said), dtype="str", name="sample_id")
    return pd.Series(list(said.values()), index=index, dtype="str", name="label")
