"""Finding drifts: curves that were cut into beads are found, heaps, discs and rings are not."""

from dataclasses import replace

import numpy as np
import pytest

from core.audit.drift import DriftParams, find_drifts, load_drifts, named_for, save_drifts
from core.errors import Cancelled, GlitchAuditError

FEW = DriftParams(shuffles=19, subsamples=4)
RNG = np.random.default_rng


def on_sphere(points):
    """Points far from the origin in a further coordinate, so that scaling rows to 1 hardly bends them."""
    return np.column_stack([points, np.full(len(points), 20.0)])


def bent_line(count, rng):
    """(count, 6) points on half a circle of radius 1, about 15 times as long as wide."""
    angle = np.linspace(0, np.pi, count)
    return np.column_stack([np.cos(angle), np.sin(angle), np.zeros((count, 4))]) + 0.05 * rng.normal(size=(count, 6))


def heap(count, centre, rng, *, dimensions=6, spread=0.25):
    flat = np.zeros((count, 6))
    flat[:, :dimensions] = spread * rng.normal(size=(count, dimensions))
    return flat + np.asarray(centre, float)


@pytest.fixture
def case_of(make_input):
    """``case_of([(points, clusters), ...])``: the parts one after the other, labels by part."""

    def build(*parts, labels=None):
        points = np.concatenate([points for points, _ in parts])
        clusters = np.concatenate([np.broadcast_to(numbers, len(points)) for points, numbers in parts])
        labels = [f"part {number}" for number, (points, _) in enumerate(parts) for _ in points]
        return make_input(on_sphere(points), labels, clusters=clusters)

    return build


def test_a_curve_in_one_cluster_is_found(case_of):
    rng = RNG(0)
    case = case_of((bent_line(80, rng), 0), (heap(60, [4, 0, 0, 0, 0, 0], rng), 1))
    (drift,) = find_drifts(case, params=FEW)
    assert drift.clusters == (0,) and len(drift) == 80
    assert drift.name == "drift 1: within part 0"


def test_beads_on_a_string_and_the_noise_between_them_are_one_drift(case_of):
    rng = RNG(1)
    beads = np.repeat(np.arange(8), 12)
    noise = rng.choice(96, 8, replace=False)
    beads[noise] = -1
    case = case_of(
        (bent_line(96, rng), beads),
        (heap(60, [0, 0, 4, 0, 0, 0], rng), 20),
        (heap(60, [0, 0, 0, 4, 0, 0], rng), 21),
    )
    (drift,) = find_drifts(case, params=FEW)
    rows = case.samples.index.get_indexer(list(drift.sample_ids))
    assert drift.clusters == tuple(range(8))
    assert np.sort(rows).tolist() == list(range(96))
    assert abs(np.corrcoef(rows, np.arange(96))[0, 1]) > 0.99


def test_two_curves_are_two_drifts_without_a_common_sample(case_of):
    rng = RNG(2)
    beads = np.repeat(np.arange(3), 20)
    case = case_of((bent_line(60, rng), beads), (bent_line(60, rng)[:, ::-1] + 3.0, 3 + beads))
    first, second = find_drifts(case, params=FEW)
    assert {first.clusters, second.clusters} == {(0, 1, 2), (3, 4, 5)}
    assert not set(first.sample_ids) & set(second.sample_ids)
    assert first.one_dimensional.length_to_width >= second.one_dimensional.length_to_width
    assert [first.name[:7], second.name[:7]] == ["drift 1", "drift 2"]


@pytest.mark.parametrize("dimensions", [2, 3, 6])
def test_round_heaps_are_none(case_of, dimensions):
    rng = RNG(3)
    # Near enough to touch: two radii of 0.5 apart.
    heaps = [(heap(70, 1.0 * np.eye(6)[number], rng, dimensions=dimensions), number) for number in range(5)]
    assert find_drifts(case_of(*heaps), params=FEW) == ()


def test_two_heaps_that_touch_are_none(case_of):
    rng = RNG(4)
    near = heap(60, np.zeros(6), rng), heap(60, [2.0, 0, 0, 0, 0, 0], rng)
    assert find_drifts(case_of((near[0], 0), (near[1], 1)), params=FEW) == ()


def test_a_strip_cut_out_of_a_square_is_none(case_of):
    rng = RNG(5)
    plane = rng.uniform(-1, 1, size=(500, 2))
    points = np.column_stack([plane, 0.02 * rng.normal(size=(500, 4))])
    # A row of four pieces is six times as long as wide, like many a drift, but other pieces lie beside it.
    pieces = np.digitize(plane[:, 0], [-0.5, 0, 0.5]) * 6 + np.digitize(plane[:, 1], [-2 / 3, -1 / 3, 0, 1 / 3, 2 / 3])
    case = case_of((points, pieces))
    assert find_drifts(case, params=replace(FEW, longest_chain=4)) == ()
    assert find_drifts(case, params=replace(FEW, longest_chain=4, apartness=0.0)) != ()


def test_a_ring_is_none(case_of):
    angle = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    ring = np.column_stack([np.cos(angle), np.sin(angle), 0.03 * RNG(6).normal(size=(90, 4))])
    assert find_drifts(case_of((ring, 0)), params=FEW) == ()


def test_too_short_a_curve_is_none(case_of):
    assert find_drifts(case_of((bent_line(19, RNG(7)), 0)), params=FEW) == ()


def test_nothing_to_search_is_none(make_input):
    all_noise = make_input(RNG(8).normal(size=(40, 5)), ["Blip"] * 40, clusters=np.full(40, -1))
    one = make_input(np.ones((1, 3)), ["Blip"])
    duplicates = make_input(np.ones((50, 3)), ["Blip"] * 50, clusters=np.repeat([0, 1], 25))
    assert find_drifts(all_noise) == find_drifts(one) == find_drifts(duplicates) == ()


def test_the_same_seed_gives_the_same_drifts(case_of):
    case = case_of((bent_line(90, RNG(9)), np.repeat(np.arange(3), 30)))
    (first,), (again,), (other,) = (find_drifts(case, params=FEW, seed=seed) for seed in (0, 0, 1))
    assert first.sample_ids == again.sample_ids and np.array_equal(first.confidence, again.confidence)
    assert first.fingerprint == again.fingerprint != other.fingerprint


def test_drifts_survive_being_saved(case_of, tmp_path):
    rng = RNG(10)
    case = case_of((bent_line(60, rng), 0), (bent_line(50, rng)[:, ::-1] + 3.0, 1))
    drifts = find_drifts(case, params=FEW)
    assert len(drifts) == 2
    save_drifts(drifts, tmp_path / "drifts")
    for before, after in zip(drifts, load_drifts(tmp_path / "drifts"), strict=True):
        assert np.array_equal(before.position, after.position) and np.array_equal(before.confidence, after.confidence)
        assert (before.sample_ids, before.one_dimensional) == (after.sample_ids, after.one_dimensional)
        assert (before.name, before.clusters, before.agreement) == (after.name, after.clusters, after.agreement)


def test_no_drifts_survive_being_saved(tmp_path):
    save_drifts((), tmp_path)
    assert load_drifts(tmp_path) == ()


def test_progress_reaches_its_end_and_can_stop_the_search(case_of):
    case = case_of((bent_line(60, RNG(11)), np.repeat(np.arange(3), 20)))
    told = []
    find_drifts(case, params=FEW, on_progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 0 and all(done <= total for done, total in told)

    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        find_drifts(case, params=FEW, on_progress=stop)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"fewest": 2}, "at least 3"), ({"neighbours": 1}, "at least 2"), ({"shuffles": 0}, "at least 1")],
)
def test_impossible_parameters_are_one_sentence(wrong, says):
    with pytest.raises(GlitchAuditError, match=says):
        DriftParams(**wrong)


def test_other_labels_give_a_drift_another_name_and_nothing_else(case_of):
    rng = RNG(0)
    parts = (bent_line(80, rng), 0), (heap(60, [4, 0, 0, 0, 0, 0], rng), 1)
    case = case_of(*parts)
    labels = ["Blip"] * 40 + ["Tomte"] * 100
    again = replace(case, samples=case.samples.assign(label=labels), fingerprint="other labels")
    (searched,) = find_drifts(again, params=FEW)
    (named,) = named_for(again, find_drifts(case, params=FEW), params=FEW)
    assert named.name == searched.name == "drift 1: Blip to Tomte"
    assert named.fingerprint == searched.fingerprint != find_drifts(case, params=FEW)[0].fingerprint
    for name in ("clusters", "sample_ids", "agreement", "one_dimensional", "direction"):
        assert getattr(named, name) == getattr(searched, name), name
    assert (named.position == searched.position).all() and (named.confidence == searched.confidence).all()
