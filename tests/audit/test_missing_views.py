"""Glitches that lack views are judged by what they show, not by what they lack; zeros fail each of these tests."""

import numpy as np
import pandas as pd
import pytest

from core.audit.confounding import confounding
from core.audit.drift import order_along
from core.audit.duplicates import find_twins, hash_pictures
from core.audit.failure_modes.units import MISSING, gather
from core.audit.model import AuditInput
from core.audit.outliers import find_outliers
from core.audit.queue import find_witnesses
from core.audit.suspects import SuspectParams, find_suspects
from core.embed.likeness import FILLED_WEIGHT

VIEWS, NUMBERS = 4, 12
LABELS = np.repeat(["Blip", "Helix", "Tomte", "Whistle"], 50)


def unit(values):
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


def blocks(seed=0):
    """Glitches of four labels, float (200, VIEWS, NUMBERS): a prototype a label and view, and noise."""
    random = np.random.default_rng(seed)
    prototypes = unit(random.normal(size=(4, VIEWS, NUMBERS)))
    return unit(np.repeat(prototypes, 50, axis=0) + 0.25 * random.normal(size=(200, VIEWS, NUMBERS)))


def some_views(count, seed=0):
    """Each view kept with 0.5, at least one."""
    random = np.random.default_rng(seed)
    seen = random.random((count, VIEWS)) < 0.5
    bare = np.flatnonzero(~seen.any(axis=1))
    seen[bare, random.integers(VIEWS, size=len(bare))] = True
    return seen


def rows(values, seen):
    return unit((values * seen[:, :, None]).reshape(len(values), -1))


@pytest.fixture
def both(make_input):
    """``both(values, seen, labels) -> (case, zeros)``: as it is now, and with rows of zeros for missing views."""

    def make(values, seen, labels, **columns):
        matrix = rows(values, seen)
        return make_input(matrix, labels, seen=seen, **columns), make_input(matrix, labels, **columns)

    return make


def share_by_views(values, seen):
    """Means of values of glitches with one view and of glitches with all."""
    return values[seen.sum(axis=1) == 1].mean(), values[seen.all(axis=1)].mean()


def test_neighbours_carry_the_label(both):
    seen = some_views(200)
    right = [
        np.mean(LABELS[case.neighbours.indices[:, :10]] == LABELS[:, None]) for case in both(blocks(), seen, LABELS)
    ]
    assert right[0] > 0.94 and 1 - right[0] < 0.6 * (1 - right[1])


def test_neighbours_do_not_go_by_missing_views(both):
    seen = some_views(200)
    code = seen @ (1 << np.arange(VIEWS))
    chance = np.mean(code[:, None] == code)
    near = [np.mean(code[case.neighbours.indices[:, :10]] == code[:, None]) for case in both(blocks(), seen, LABELS)]
    assert near[0] < 1.5 * chance and near[1] > 2 * chance


def test_few_views_make_no_suspect(both):
    seen = some_views(200)
    found = [find_suspects(case, SuspectParams(plantings=4)).table for case in both(blocks(), seen, LABELS)]
    gaps = []
    for table in found:
        one, all_of_them = share_by_views(table["neighbour_disagreement"].to_numpy(), seen)
        gaps.append(one - all_of_them)
    # Who shows less is known less well, but zeros make far more of it.
    assert gaps[1] > 0.1 and gaps[0] < 0.5 * gaps[1]
    assert abs(np.corrcoef(found[0]["score"], seen.sum(axis=1))[0, 1]) < 0.3
    assert np.corrcoef(found[1]["score"], seen.sum(axis=1))[0, 1] < -0.3


def test_few_views_make_no_outlier(both):
    seen = some_views(200)
    case, zeros = both(blocks(), seen, LABELS)
    of = [find_outliers(one)["outlier_score"].reindex(case.samples.index).to_numpy() for one in (case, zeros)]
    lacking = (~seen).sum(axis=1)
    assert abs(np.corrcoef(lacking, of[0])[0, 1]) < abs(np.corrcoef(lacking, of[1])[0, 1]) / 2


def test_a_sample_with_nothing_to_compare_is_no_outlier(make_input):
    values = blocks()[:50]
    seen = np.zeros((50, VIEWS), bool)
    seen[:, 0] = True
    seen[7] = [False, True, False, False]
    table = find_outliers(make_input(rows(values, seen), ["a"] * 50, seen=seen))
    assert table.index[-1] == "s00007" and np.isnan(table["outlier_score"].iloc[-1])


def test_a_twin_that_lacks_a_view_is_found(both):
    values, seen = blocks(), some_views(200)
    values[60], seen[10], seen[60] = values[10], True, [True, False, True, True]
    case, zeros = both(values, seen, LABELS)
    assert ("s00010", "s00060") in set(find_twins(case)[["first", "second"]].itertuples(index=False, name=None))
    assert ("s00010", "s00060") not in set(find_twins(zeros)[["first", "second"]].itertuples(index=False, name=None))


def test_a_twin_that_lacks_a_view_is_exact_by_the_others(both):
    values, seen = blocks(), some_views(200)
    values[60], seen[10], seen[60] = values[10], True, [True, False, True, True]
    case, _ = both(values, seen, LABELS)
    pictures = pd.DataFrame(
        [(f"s{row:05d}", str(view), f"10/{view}") for row in (10, 60) for view in np.flatnonzero(seen[row])],
        columns=["sample_id", "view", "location"],
    )

    class Store:
        def read(self, location):
            return location.encode()

    table = find_twins(case, picture_hashes=hash_pictures(("s00010", "s00060"), pictures, Store()))
    assert table.set_index("first")["kind"]["s00010"] == "exact"


def test_the_order_along_a_curve_is_found(both):
    random = np.random.default_rng(1)
    place = np.linspace(0, 2, 200)
    frame = np.linalg.qr(random.normal(size=(VIEWS, NUMBERS, 2)))[0]
    arc = np.stack([np.cos(place), np.sin(place)], axis=1)
    values = unit(np.einsum("vdk,nk->nvd", frame, arc) + 0.02 * random.normal(size=(200, VIEWS, NUMBERS)))
    found = []
    for case in both(values, some_views(200), ["a"] * 200):
        order = case.samples.index.get_indexer(order_along(case, np.arange(200)).sample_ids)
        found.append(abs(np.corrcoef(order, np.arange(200))[0, 1]))
    assert found[0] > 0.99 and found[1] < 0.8


def test_failure_modes_see_filled_in_rows_and_know_what_was_missing(both):
    seen = some_views(200)
    case, _ = both(blocks(), seen, LABELS)
    evidence = gather(case, stability={}, groups=None)
    assert (np.linalg.norm(evidence.matrix.reshape(200, VIEWS, -1), axis=2) > 0.49).all()
    assert set(evidence.nuisances) == {MISSING}
    assert evidence.nuisances[MISSING][3] == "".join("01"[int(one)] for one in seen[3])


def test_a_witness_that_lacks_views_is_near(both):
    values, seen = blocks(), some_views(200)
    values[7], seen[3], seen[7] = values[3], True, [False, False, True, False]
    case, zeros = both(values, seen, LABELS)
    nearest = []
    for one in (case, zeros):
        found = find_witnesses(
            3, matrix=one.matrix, weights=one.weights, labels=LABELS, glitches=one.glitches, suggested="Helix"
        )
        nearest.append((int(found.supporting[0]), float(found.supporting_distances[0])))
    assert nearest[0][0] == 7 and nearest[0][1] < 1e-4
    assert nearest[1][0] != 7


def with_clusters(case: AuditInput, clusters) -> AuditInput:
    return AuditInput(**{**vars(case), "clusters": np.asarray(clusters, np.int32)})


def test_clusters_of_the_same_missing_views_are_warned_of(both):
    seen = some_views(200)
    case, zeros = both(blocks(), seen, LABELS)
    code = seen @ (1 << np.arange(VIEWS))
    row = confounding(with_clusters(case, code)).loc["missing views"]
    assert row["dominates"] and row["share"] == pytest.approx(1) and row["values"] == len(np.unique(code))
    assert row["sentence"].startswith(
        "Clusters mostly sort missing views: knowing the cluster tells 100 % of which views"
    )
    by_label = confounding(with_clusters(case, np.unique(LABELS, return_inverse=True)[1])).loc["missing views"]
    assert not by_label["dominates"] and by_label["sentence"].startswith("Clusters do not sort missing views")
    assert "missing views" not in confounding(with_clusters(zeros, code)).index


def test_weights_say_which_views_were_filled_in(both):
    seen = some_views(200)
    case, zeros = both(blocks(), seen, LABELS)
    assert np.array_equal(case.weights, np.where(seen, 1, np.float32(FILLED_WEIGHT)))
    assert zeros.weights is None and zeros.missing_views is None
