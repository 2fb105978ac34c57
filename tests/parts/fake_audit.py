"""An audit made up from the neighbours alone, for the tests of the Suspects page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class FakeSuspects:
    table: pd.DataFrame
    fingerprint: str = "fake suspects"
    log_odds_error: float = 0.0
    chance_error: float = 1.0

    def expected_right(self, sample_ids):
        chances = self.table.loc[list(sample_ids), "chance_wrong"]
        spread = 2 * float((chances * (1 - chances)).sum()) ** 0.5
        return chances.sum(), max(0.0, chances.sum() - spread), min(len(chances), chances.sum() + spread)


@dataclass(frozen=True)
class FakeAudit:
    suspects: FakeSuspects
    twins: pd.DataFrame
    outliers: pd.DataFrame


def fake_audit(prepared) -> FakeAudit:
    """The neighbours' vote as suspects, the three nearest pairs as twins, the five loneliest samples as outliers."""
    labels = prepared.samples["label"].to_numpy()
    near = labels[prepared.neighbours.indices[:, :15]]
    own = (near == labels[:, None]).mean(axis=1)
    suggested, share = [], []
    for label, row in zip(labels, near, strict=True):
        others = pd.Series(row[row != label], dtype=object).value_counts()
        suggested.append(others.index[0] if len(others) else next(name for name in np.unique(labels) if name != label))
        share.append(others.iloc[0] / len(row) if len(others) else 0.0)
    chance = np.clip(np.asarray(share) - 0.02, 0.01, 0.97)
    table = pd.DataFrame(
        {
            "label": labels,
            "suggested": suggested,
            "label_probability": np.clip(own, 0.01, 0.98),
            "suggested_probability": np.clip(share, 0.01, 0.98),
            "neighbour_disagreement": 1 - own,
            "score": chance + 1e-6 * np.arange(len(labels))[::-1] / len(labels),
            "chance_wrong": chance,
            "flagged": chance > 0.6,
        },
        index=prepared.samples.index,
    )
    return FakeAudit(FakeSuspects(table), _twins(prepared), _outliers(prepared))


def _twins(prepared) -> pd.DataFrame:
    ids, labels = prepared.samples.index.to_numpy(), prepared.samples["label"].to_numpy()
    first = np.argsort(prepared.neighbours.distances[:, 0], kind="stable")[:3]
    second = prepared.neighbours.indices[first, 0]
    twins = pd.DataFrame(
        {
            "first": ids[first],
            "second": ids[second],
            "kind": ["exact", "near", "near"],
            "distance": prepared.neighbours.distances[first, 0],
            "label_first": labels[first],
            "label_second": labels[second],
            "conflict": labels[first] != labels[second],
            "split_first": "",
            "split_second": "",
            "leak": False,
        }
    )
    return twins.sort_values("conflict", ascending=False, kind="stable")


def _outliers(prepared) -> pd.DataFrame:
    distance = prepared.neighbours.distances.mean(axis=1)
    loneliest = np.argsort(-distance, kind="stable")[:5]
    return pd.DataFrame(
        {"outlier_score": distance[loneliest], "distance": distance[loneliest], "chance": 0.01},
        index=prepared.samples.index[loneliest],
    )


def fake_audit_of_many(prepared) -> FakeAudit:
    """As :func:`fake_audit`, with every sample of the three commonest labels a suspect of one kind a label.

    Each is suspected to be what most of its label's neighbours of another label are called.
    """
    audit = fake_audit(prepared)
    table = audit.suspects.table
    kinds = {}
    for label in table["label"].value_counts().index[:3]:
        kinds[label] = table.loc[table["label"] == label, "suggested"].value_counts().index[0]
    many = table["label"].isin(kinds)
    suggested = table["label"].map(kinds).where(many, table["suggested"])
    # Not two of them have the same chance, so that their order is known.
    chance = table["chance_wrong"].where(~many, np.linspace(0.97, 0.6, len(table)))
    table = table.assign(suggested=suggested, flagged=many, chance_wrong=chance, score=chance)
    return FakeAudit(FakeSuspects(table, "many fake suspects"), audit.twins, audit.outliers)


def fake_audit_of_a_slice(prepared) -> FakeAudit:
    """As :func:`fake_audit`, with twelve Blips of one detector that look like Tomte, the only ones of this kind."""
    audit = fake_audit(prepared)
    table = audit.suspects.table
    pair = (table["label"] == "Blip") & (table["suggested"] == "Tomte")
    there = table.index[(table["label"] == "Blip") & (prepared.samples["detector"] == "L1")][:12]
    table = table.assign(flagged=table["flagged"] & ~pair)
    table.loc[there, "suggested"] = "Tomte"
    table.loc[there, "flagged"] = True
    # In the middle of the others.
    table.loc[there, ["chance_wrong", "score"]] = 0.75
    return FakeAudit(FakeSuspects(table, "suspects of a slice"), audit.twins, audit.outliers)
