"""The order along a curve: known curves, the direction, its firmness, and what has no order."""

import numpy as np
import pytest

from core.audit.drift import DriftParams, order_along
from core.errors import GlitchAuditError
from core.statistics.ranks import rank_correlation

FEW = DriftParams(shuffles=9, subsamples=8)


def on_sphere(points):
    """Points far from the origin in a further coordinate, so that scaling rows to 1 hardly bends them."""
    return np.column_stack([points, np.full(len(points), 10.0)])


def arc(count, *, noise=0.0, turns=0.75, seed=0):
    place = np.linspace(0, 1, count)
    angle = 2 * np.pi * turns * place
    points = np.column_stack([np.cos(angle), np.sin(angle), np.zeros((count, 4))])
    return place, on_sphere(points + noise * np.random.default_rng(seed).normal(size=points.shape))


def helix(count):
    place = np.linspace(0, 1, count)
    angle = 6 * np.pi * place
    return place, on_sphere(np.column_stack([np.cos(angle), np.sin(angle), 8 * place]))


def shuffled_case(make_input, place, points, **columns):
    order = np.random.default_rng(7).permutation(len(place))
    columns = {name: np.asarray(values)[order] for name, values in columns.items()}
    return make_input(points[order], ["Blip"] * len(place), **columns), place[order]


def places_of(case, drift, place):
    return place[case.samples.index.get_indexer(list(drift.sample_ids))]


@pytest.mark.parametrize("curve", [arc(60), arc(60, noise=0.03), helix(90)], ids=["arc", "thick arc", "helix"])
def test_the_order_along_a_known_curve_is_found(make_input, curve):
    case, place = shuffled_case(make_input, *curve)
    drift = order_along(case, np.arange(len(place)), params=FEW)
    found = places_of(case, drift, place)
    assert abs(rank_correlation(found, np.arange(len(place)))) > 0.995
    assert drift.agreement > 0.99 and drift.confidence.min() > 0.8
    assert drift.one_dimensional.length_to_width > 4 and drift.one_dimensional.p_value == 0.1


def test_evenly_spaced_samples_have_even_positions(make_input):
    case, _place = shuffled_case(make_input, *arc(41))
    drift = order_along(case, np.arange(41), params=FEW)
    assert drift.position[[0, -1]].tolist() == [0, 1]
    assert np.all(np.diff(drift.position) >= 0)
    # Paths cut the corners of the arc a little, and more so near its ends.
    assert np.abs(drift.position - np.linspace(0, 1, 41)).max() < 0.03


@pytest.mark.parametrize("sign", [1, -1])
def test_the_first_physical_column_that_follows_the_curve_rises(make_input, sign):
    place, points = arc(50)
    random = np.random.default_rng(1)
    case, _ = shuffled_case(
        make_input, place, points, peak_frequency=random.uniform(20, 30, 50), snr=10 ** (1 + sign * place)
    )
    drift = order_along(case, np.arange(50), params=FEW)
    assert drift.direction == "snr"
    assert np.all(np.diff(case.samples["snr"].loc[list(drift.sample_ids)]) > 0)


def test_intensity_turns_the_curve_where_no_column_does(make_input):
    place, points = arc(50)
    case, shuffled = shuffled_case(make_input, place, points)
    drift = order_along(case, np.arange(50), params=FEW, intensity=1000 - shuffled)
    assert drift.direction == "intensity"
    assert np.all(np.diff(places_of(case, drift, shuffled)) < 0)


def test_without_any_column_the_order_follows_the_data_set(make_input):
    _place, points = arc(50)
    case = make_input(points, ["Blip"] * 50)
    drift = order_along(case, np.arange(50)[::-1], params=FEW)
    assert drift.direction == "" and drift.sample_ids == tuple(case.samples.index)


def test_part_of_the_samples_can_be_ordered(make_input):
    case, place = shuffled_case(make_input, *arc(60))
    rows = np.flatnonzero(place < 0.5)
    drift = order_along(case, rows, params=FEW)
    assert set(drift.sample_ids) == set(case.samples.index[rows])
    assert abs(rank_correlation(places_of(case, drift, place), drift.position)) > 0.999


def test_the_same_seed_gives_the_same_result_whatever_the_order_of_the_rows(make_input):
    case, place = shuffled_case(make_input, *arc(400, noise=0.05))
    first = order_along(case, np.arange(len(place)), params=FEW, seed=3)
    again = order_along(case, np.arange(len(place))[::-1], params=FEW, seed=3)
    assert first.sample_ids == again.sample_ids and first.fingerprint == again.fingerprint
    assert np.array_equal(first.confidence, again.confidence)


def test_a_large_set_is_ordered_by_landmarks(make_input):
    case, place = shuffled_case(make_input, *arc(900, noise=0.02))
    drift = order_along(case, np.arange(900), params=DriftParams(shuffles=1, subsamples=1))
    assert abs(rank_correlation(places_of(case, drift, place), drift.position)) > 0.99


def test_the_order_of_a_round_cloud_is_not_firm(make_input):
    cloud = np.random.default_rng(2).normal(size=(80, 3))
    case = make_input(on_sphere(cloud), ["Blip"] * 80)
    drift = order_along(case, np.arange(80))
    assert drift.one_dimensional.length_to_width < 2
    assert drift.agreement < 0.95 and np.median(drift.confidence) < 0.8


def test_a_ring_is_no_curve(make_input):
    _place, points = arc(60, turns=59 / 60)
    case = make_input(points, ["Blip"] * 60)
    shape = order_along(case, np.arange(60), params=FEW).one_dimensional
    # A closed ring is as wide as it is long, and each place of its first coordinate is two places of the ring.
    assert shape.length_to_width < 1.2 and shape.p_value > 0.05


def test_views_of_one_glitch_leave_the_subsamples_together(make_input):
    _place, points = arc(40)
    doubled, glitches = np.repeat(points, 2, axis=0), np.repeat(np.arange(40), 2)
    case = make_input(doubled, ["Blip"] * 80, glitches=glitches)
    drift = order_along(case, np.arange(80), params=DriftParams(shuffles=1, subsamples=1))
    counted = np.isfinite(drift.confidence)
    of_glitch = dict(zip(drift.sample_ids, counted, strict=True))
    ids = case.samples.index
    assert counted.sum() == 64
    assert all(of_glitch[ids[2 * number]] == of_glitch[ids[2 * number + 1]] for number in range(40))


@pytest.mark.parametrize("count", [1, 2])
def test_one_and_two_samples_have_no_shape_to_tell(make_input, count):
    case = make_input(np.eye(3)[:count], ["Blip"] * count)
    drift = order_along(case, np.arange(count))
    assert drift.position.tolist() == [0.0, 1.0][:count]
    assert np.isnan([drift.agreement, drift.one_dimensional.share, drift.one_dimensional.p_value]).all()
    assert np.isnan(drift.confidence).all()


def test_duplicates_lie_on_one_place(make_input):
    case = make_input(np.ones((12, 4)), ["Blip"] * 12)
    drift = order_along(case, np.arange(12))
    assert drift.sample_ids == tuple(case.samples.index) and drift.position.tolist() == [0.0] * 12
    assert np.isnan(drift.one_dimensional.length_to_width)


def test_a_curve_of_duplicated_samples_is_ordered(make_input):
    place, points = arc(25)
    case, place = shuffled_case(make_input, np.repeat(place, 20), np.repeat(points, 20, axis=0))
    drift = order_along(case, np.arange(500), params=DriftParams(shuffles=1, subsamples=1))
    # More duplicates than neighbours: the heaps are joined where they come nearest.
    assert abs(rank_correlation(places_of(case, drift, place), drift.position)) > 0.999


def test_pieces_far_apart_are_joined(make_input):
    place, points = arc(60)
    keep = (place < 0.4) | (place > 0.6)
    case, place = shuffled_case(make_input, place[keep], points[keep])
    drift = order_along(case, np.arange(len(place)), params=FEW)
    assert abs(rank_correlation(places_of(case, drift, place), drift.position)) > 0.999
    assert drift.one_dimensional.continuity < 0.1


def test_no_rows_and_rows_twice_are_one_sentence(make_input):
    case = make_input(np.eye(3), ["Blip"] * 3)
    with pytest.raises(GlitchAuditError, match="no sample to put in order"):
        order_along(case, [])
    with pytest.raises(GlitchAuditError, match="every row once"):
        order_along(case, [1, 1])
