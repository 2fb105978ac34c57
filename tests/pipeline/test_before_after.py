"""What another reading changes: counted on the same samples, with what nobody touched kept apart."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import GlitchAuditError
from core.pipeline.audit import run_audit
from core.pipeline.before_after import NAMED, PURITY, SUSPECTS, compare_readings
from core.pipeline.reading import Reading, read_as
from core.pipeline.stages import prepare
from core.space.clustering import ClusterParams

RNG = np.random.default_rng(7)
SIZE, WRONG = 60, 6
LABELS = ["Blip"] * SIZE + ["Whistle"] * (SIZE - WRONG) + ["Blip"] * WRONG
MATRIX = np.concatenate([RNG.normal(0, 0.1, (SIZE, 8)) + np.eye(8)[axis] for axis in (0, 1)])
IDS = [f"{label}/sample{number:03d}" for number, label in enumerate(LABELS)]


def quiet(progress):
    """Nobody watches."""


@pytest.fixture
def brought(make_workspace):
    workspace = make_workspace(LABELS, MATRIX, clustering=ClusterParams(min_cluster_size=20))
    prepared = prepare(workspace, report=quiet)
    return prepared, run_audit(prepared, report=quiet)


def decided(prepared, count):
    """The reading in which so many of the wrong labels are mended."""
    labels = prepared.samples["label"].copy()
    labels[IDS[-count:]] = "Whistle"
    return Reading(labels, labels.index.to_series().isin(IDS[-count:]))


def test_mended_labels_make_their_cluster_pure(brought):
    now = read_as(brought[0], decided(brought[0], WRONG))
    found = compare_readings(brought, (now, run_audit(now, report=quiet)))
    assert found.relabelled.index.tolist() == sorted(IDS[-WRONG:])
    assert set(found.relabelled["before"]) == {"Blip"} and set(found.relabelled["after"]) == {"Whistle"}
    purity = found.figures.loc[PURITY]
    assert purity["after"] == 1 and purity["difference"] == pytest.approx(WRONG / (2 * SIZE), abs=1e-9)
    assert purity["low"] > 0 and purity["moved"] == WRONG and purity["samples"] == 2 * SIZE
    # 54 and 6 of 60: H(0.1) bits, by hand.
    entropy = -(0.9 * np.log2(0.9) + 0.1 * np.log2(0.1))
    (cluster,) = found.clusters.index
    assert found.clusters.loc[cluster, ["n", "relabelled", "entropy_after"]].tolist() == [SIZE, WRONG, 0]
    assert found.clusters.loc[cluster, "entropy_before"] == pytest.approx(entropy)
    assert found.labels.loc["Blip", ["n_before", "n_after"]].tolist() == [SIZE + WRONG, SIZE]
    # Of 66 blips 6 lay in the whistles' cluster: H(1/11) bits, by hand; now all lie in their own.
    blips = found.labels.loc["Blip"]
    assert blips[["share_before", "share_after"]].tolist() == pytest.approx([10 / 11, 1])
    scattered = -(10 / 11 * np.log2(10 / 11) + 1 / 11 * np.log2(1 / 11))
    assert blips[["entropy_before", "entropy_after"]].tolist() == pytest.approx([scattered, 0])
    assert blips["share_low"] > 0 > blips["entropy_high"]
    assert found.figures.loc[SUSPECTS, "after"] <= found.figures.loc[SUSPECTS, "before"]
    untouched = found.figures.loc[NAMED]
    assert untouched["untouched"] and untouched["samples"] == 2 * SIZE - WRONG


def test_a_suspect_that_is_kept_does_not_leave_the_number(brought):
    labels = brought[0].samples["label"].copy()
    now = read_as(brought[0], Reading(labels, labels.index.to_series().isin(IDS[-WRONG:])))
    audit = run_audit(now, report=quiet)
    # Judged, they are no suspects any more; but nothing true has changed.
    assert brought[1].suspects.table["flagged"].any()
    assert not audit.suspects.table.loc[IDS[-WRONG:], "flagged"].any()
    suspects = compare_readings(brought, (now, audit)).figures.loc[SUSPECTS]
    assert suspects["before"] == suspects["after"] > 0 and suspects["low"] < 0 < suspects["high"]


def test_another_reading_of_the_same_labels_changes_nothing(brought):
    found = compare_readings(brought, brought)
    assert found.relabelled.empty and found.clusters.empty and found.verdicts.empty
    assert (found.figures["difference"] == 0).all() and (found.figures["low"] < 0).all()


def test_only_the_same_map_can_be_compared(brought):
    prepared, audit = brought
    settings = replace(prepared.settings, clustering=ClusterParams(min_cluster_size=10))
    elsewhere = prepare(prepared.workspace, report=quiet, settings=settings)
    with pytest.raises(GlitchAuditError, match="same map and clusters"):
        compare_readings(brought, (elsewhere, audit))
