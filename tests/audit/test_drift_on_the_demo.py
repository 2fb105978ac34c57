"""Drifts on the packed demo, whose drifting family is known: found, mostly whole, and in the right order."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from core.audit.drift import along_the_curve, find_drifts, order_along, segments
from core.audit.model import AuditInput
from core.pipeline.stages import load_prepared
from core.workspace import PROJECT_ROOT, demo_workspace


@pytest.fixture(scope="module")
def demo():
    prepared = load_prepared(demo_workspace())
    return AuditInput(
        samples=prepared.samples,
        matrix=prepared.embedding.matrix,
        neighbours=prepared.neighbours,
        coordinates=prepared.layout.coordinates,
        clusters=prepared.clustering.labels,
        glitches=np.arange(len(prepared.samples)),
        fingerprint="demo",
    )


@pytest.fixture(scope="module")
def truth(demo):
    """Place of each sample in the planted family, 0 to 1; NaN outside it."""
    table = pd.read_parquet(PROJECT_ROOT / "data" / "demo_truth.parquet").set_index("sample_id")
    return table["drift"].reindex(demo.samples.index).astype(float)


@pytest.fixture(scope="module")
def drifts(demo):
    return find_drifts(demo)


@pytest.fixture(scope="module")
def family_drift(drifts, truth):
    return max(drifts, key=lambda drift: truth[list(drift.sample_ids)].notna().sum())


def test_the_planted_family_is_found_nearly_whole(family_drift, truth):
    assert truth.notna().sum() == 60
    # 54 of 60 at the time of writing: the clustering puts five into a cluster of violin modes' neighbours.
    assert truth[list(family_drift.sample_ids)].notna().sum() >= 48


def test_the_found_order_is_the_planted_one(family_drift, truth):
    place = truth[list(family_drift.sample_ids)]
    inside = place.notna().to_numpy()
    assert abs(spearmanr(place[inside], family_drift.position[inside]).statistic) >= 0.9
    assert family_drift.agreement_low > 0.9 and family_drift.one_dimensional.p_value <= 0.01


def test_the_family_is_the_only_drift_from_one_label_into_another(drifts, family_drift):
    # Loudness may draw a class of its own out into a curve; between labels nothing else was planted along a line.
    joining = [drift for drift in drifts if " to " in drift.name]
    assert joining == [family_drift]


def test_exactly_the_family_is_ordered(demo, truth):
    drift = order_along(demo, np.flatnonzero(truth.notna()))
    assert abs(spearmanr(truth[list(drift.sample_ids)], drift.position).statistic) >= 0.9
    assert drift.direction == "peak_frequency"
    assert spearmanr(demo.samples["peak_frequency"][list(drift.sample_ids)], drift.position).statistic > 0.9


def test_what_drifts_is_told_from_what_does_not(demo, family_drift):
    shuffled = pd.Series(np.random.default_rng(0).permutation(demo.samples["bandwidth"]), index=demo.samples.index)
    case = AuditInput(
        samples=demo.samples.assign(bandwidth=shuffled),
        matrix=demo.matrix,
        neighbours=demo.neighbours,
        coordinates=demo.coordinates,
        clusters=demo.clusters,
        glitches=demo.glitches,
        fingerprint="demo",
    )
    tests = along_the_curve(case, family_drift).tests
    assert tests.loc[["label", "peak_frequency", "central_freq"], "q_value"].max() < 0.01
    assert tests.at["bandwidth", "p_value"] > 0.05


@pytest.mark.xfail(
    strict=True,
    reason="with the backbone of 2026-11-30 the found order mixes the middle with one end, and one segment holds 5 of "
    "the 8 (in the planted order one of three would hold 7): issue 15 is open for it",
)
def test_one_segment_holds_most_of_the_tossed_labels(demo, family_drift, truth):
    parts = segments(demo, family_drift)
    tossed = max(parts, key=lambda part: part.differing)
    family = demo.samples[truth.notna()]
    names = np.where(truth[truth.notna()] < 0.5, "Repeating_Blips", "Low_Frequency_Burst")
    wrong = family.index[family["label"] != names]
    assert wrong.isin(tossed.sample_ids).mean() > 0.7
    assert tossed.differing_low > max(part.differing for part in parts if part is not tossed)
