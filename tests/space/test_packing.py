"""The packed map: nothing overlaps, islands keep their inside, and the same layout is always packed alike."""

import numpy as np
import pytest

from core.space.layout import Layout
from core.space.packing import ASPECT, island_numbers, pack_layout, packing_fingerprint


def islands_far_apart(count=12, samples=60, seed=0):
    """Round islands of different density, far apart, and the island of each sample."""
    rng = np.random.default_rng(seed)
    centres = np.stack(np.meshgrid(np.arange(4) * 20.0, np.arange(count // 4) * 20.0), axis=-1).reshape(-1, 2)
    of = np.repeat(np.arange(count), samples)
    spread = np.linspace(0.3, 1.0, count)[of, None]
    return (centres[of] + rng.uniform(-1, 1, (len(of), 2)) * spread).astype(np.float32), of


def packed(places):
    return pack_layout(Layout(np.asarray(places, np.float32), "made up")).coordinates


def test_it_has_a_name_of_its_own_known_before_the_work():
    made = pack_layout(Layout(islands_far_apart()[0], "made up"))
    assert made.fingerprint == packing_fingerprint("made up") != "made up"
    assert packing_fingerprint("another") != made.fingerprint


def test_islands_keep_their_inside_and_do_not_overlap():
    places, of = islands_far_apart()
    made = packed(places)
    boxes = []
    for island in range(of.max() + 1):
        before, after = (each[of == island] for each in (places, made))
        scale = np.ptp(after, axis=0) / np.ptp(before, axis=0)
        assert scale[0] == pytest.approx(scale[1], rel=1e-3)
        moved = (before - before.mean(axis=0)) * scale[0] + after.mean(axis=0)
        assert np.allclose(moved, after, atol=1e-3)
        boxes.append((after.min(axis=0), after.max(axis=0)))
    for first, (low, high) in enumerate(boxes):
        for other_low, other_high in boxes[first + 1 :]:
            assert (high < other_low).any() or (other_high < low).any()


def test_it_fills_far_more_of_the_field():
    places, of = islands_far_apart()

    def covered(coordinates):
        boxes = [np.ptp(coordinates[of == island], axis=0) for island in range(of.max() + 1)]
        return sum(width * height for width, height in boxes) / np.prod(np.ptp(coordinates, axis=0))

    assert covered(packed(places)) > 0.2 > 10 * covered(places)


def test_it_is_about_as_wide_as_the_screen():
    width, height = np.ptp(packed(islands_far_apart(24)[0]), axis=0)
    assert ASPECT * 0.7 < width / height < ASPECT * 1.5


def test_dense_islands_grow_and_sparse_ones_shrink_within_bounds():
    places, of = islands_far_apart()
    made = packed(places)
    scales = [np.ptp(made[of == one]) / np.ptp(places[of == one]) for one in (0, of.max())]
    first, last = (np.ptp(made[of == one], axis=0) / np.ptp(places[of == one], axis=0) for one in (0, of.max()))
    assert first.max() > last.max()
    assert all(0.5 <= scale <= 2.0 for scale in (first.max(), last.max())), scales


def test_the_same_layout_is_always_packed_alike():
    places = islands_far_apart(seed=3)[0]
    assert np.array_equal(packed(places), packed(places.copy()))


def test_left_stays_left_and_up_stays_up():
    places, of = islands_far_apart()
    middles = np.array([packed(places)[of == island].mean(axis=0) for island in range(12)]).reshape(3, 4, 2)
    columns, rows = middles[..., 0].mean(axis=0), middles[..., 1].mean(axis=1)
    assert list(columns) == sorted(columns) and list(rows) == sorted(rows)


@pytest.mark.parametrize(
    "places",
    [
        np.zeros((0, 2)),
        np.zeros((1, 2)),
        np.ones((50, 2)),
        [[0, 0], [1, 0], [9, 9]],
        [[0, 0], [9, 9]],
        np.stack([np.arange(300.0) ** 2, np.zeros(300)], axis=1),
        np.concatenate([np.random.default_rng(0).normal(size=(300, 2)), [[1e6, 1e6]]]),
        np.random.default_rng(0).uniform(0, 1, (1500, 2)),
    ],
    ids=["none", "one", "all in one place", "three", "two", "a line", "one far away", "scattered"],
)
def test_odd_maps_are_packed_without_losing_a_number(places):
    made = packed(places)
    assert made.shape == np.shape(places) and made.dtype == np.float32
    assert np.isfinite(made).all()


def test_a_single_island_stays_as_it_is():
    blob = np.stack(np.meshgrid(np.arange(20), np.arange(30)), axis=-1).reshape(-1, 2).astype(np.float32)
    assert set(island_numbers(blob)) == {0}
    assert np.array_equal(packed(blob), blob)


def test_samples_that_are_scattered_are_not_thousands_of_islands():
    assert island_numbers(np.random.default_rng(1).uniform(0, 100, (6000, 2))).max() < 160
