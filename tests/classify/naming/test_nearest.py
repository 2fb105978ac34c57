"""The nearest labelled samples: cosines over the views that both have, every sample once."""

import numpy as np
import pytest

from core.classify.naming.nearest import NeighbourSource, neighbours_in_embedding
from core.embed.combine import combine_views
from core.errors import GlitchAuditError

VIEWS = ("0.5", "1.0", "2.0")
RNG = np.random.default_rng(0)
RAW = RNG.normal(size=(5, 3, 4)).astype(np.float32)


def joined(raw, missing=()):
    """As the embedding stage joins them."""
    rows = [(n, v) for n in range(len(raw)) for v in range(3) if (n, v) not in missing]
    return combine_views(
        np.stack([raw[n, v] for n, v in rows]),
        sample_ids=[f"s{n}" for n, _ in rows],
        views=[VIEWS[v] for _, v in rows],
        order=VIEWS,
    )


def source(missing=()):
    ids, matrix = joined(RAW, missing)
    return neighbours_in_embedding(ids, ["Blip"] * len(ids), matrix, views=VIEWS, about="test")


def cosine(a, b):
    return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))


def test_all_views_give_the_mean_of_their_cosines():
    asked = RNG.normal(size=(3, 4)).astype(np.float32)
    found = source().nearest(asked, VIEWS, count=5)
    expected = {f"s{n}": np.mean([cosine(asked[v], RAW[n, v]) for v in range(3)]) for n in range(5)}
    assert {sample_id: share for sample_id, _, share in found} == pytest.approx(expected, abs=1e-5)
    assert [share for *_, share in found] == pytest.approx(sorted(expected.values(), reverse=True), abs=1e-5)


def test_only_views_that_both_have_count():
    asked = RAW[2, [0, 2]]
    found = {sample_id: share for sample_id, _, share in source().nearest(asked, ("0.5", "2.0"), count=5)}
    assert found["s2"] == pytest.approx(1.0, abs=1e-5)
    expected = np.mean([cosine(asked[0], RAW[0, 0]), cosine(asked[1], RAW[0, 2])])
    assert found["s0"] == pytest.approx(expected, abs=1e-5)


def test_a_view_the_source_has_not_is_passed_over():
    asked = np.stack([RAW[1, 1], RNG.normal(size=4)])
    assert source().nearest(asked, ("1.0", "4.0"))[0][0] == "s1"
    assert source().nearest(asked[1:], ("4.0",)) == ()


def test_a_sample_may_be_left_out_and_counts_once():
    pictures = NeighbourSource(("a", "a", "b"), ("Blip", "Blip", "Helix"), RAW[:3, 0])
    assert [sample_id for sample_id, *_ in pictures.nearest(RAW[0, :1], ("1.0",))] in (["a", "b"], ["b", "a"])
    assert [sample_id for sample_id, *_ in pictures.nearest(RAW[0, :1], ("1.0",), leave_out=("a",))] == ["b"]


def test_vectors_of_another_length_are_not_compared():
    assert source().nearest(np.ones((1, 7), np.float32), ("1.0",)) == ()


def test_nothing_known_and_wrong_counts():
    assert NeighbourSource((), (), np.zeros((0, 4), np.float32)).nearest(np.ones((1, 4)), ("1.0",)) == ()
    with pytest.raises(GlitchAuditError, match="one id and one label"):
        NeighbourSource(("a",), (), np.zeros((1, 4), np.float32))


def test_a_sample_that_lacks_a_view_is_not_farther_for_it():
    # The asked glitch has all three views and is the sample itself, which lacks one.
    found = {sample_id: share for sample_id, _, share in source(missing=[(2, 1)]).nearest(RAW[2], VIEWS, count=5)}
    assert found["s2"] == pytest.approx(1.0, abs=1e-5)
    expected = np.mean([cosine(RAW[2, v], RAW[0, v]) for v in range(3)])
    assert found["s0"] == pytest.approx(expected, abs=1e-5)


def test_filled_in_views_count_by_their_weight():
    ids, matrix = joined(RAW)
    weights = np.ones((5, 3), np.float32)
    weights[0] = [1, 1, 0.25]
    known = neighbours_in_embedding(ids, ["Blip"] * 5, matrix, views=VIEWS, about="test", weights=weights)
    found = {sample_id: share for sample_id, _, share in known.nearest(RAW[2], VIEWS, count=5)}
    cosines = [cosine(RAW[2, v], RAW[0, v]) for v in range(3)]
    assert found["s0"] == pytest.approx((cosines[0] + cosines[1] + 0.25 * cosines[2]) / 2.25, abs=1e-5)
