"""Missing views filled in: who gives them, how much of them, and what cannot be filled in."""

import numpy as np
import pytest

from core.embed.combine import unit_rows
from core.embed.expected_views import expected_view, learn_views
from core.embed.likeness import EXPECTED_WEIGHT, FILLED_WEIGHT
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.space import filling as stage
from core.space.filling import EXPECTED_AT, fill_in, filling_fingerprint, find_filling, load_filling, save_filling


def at(*degrees):
    """A glitch of views in the plane at these angles; None where one is missing."""
    return [None if angle is None else (np.cos(np.radians(angle)), np.sin(np.radians(angle))) for angle in degrees]


def embedding(*glitches):
    found = np.zeros((len(glitches), len(glitches[0]), 2), np.float32)
    seen = np.zeros(found.shape[:2], bool)
    for row, views in enumerate(glitches):
        for number, view in enumerate(views):
            if view is not None:
                found[row, number], seen[row, number] = view, True
    flat = found.reshape(len(glitches), -1)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True), seen


def many(count=400, views=4, seed=0):
    random = np.random.default_rng(seed)
    blocks = random.normal(size=(count, views, 8)).astype(np.float32)
    seen = random.random((count, views)) < 0.5
    seen[~seen.any(axis=1), 0] = True
    flat = (blocks / np.linalg.norm(blocks, axis=2, keepdims=True) * seen[:, :, None]).reshape(count, -1)
    return flat / np.linalg.norm(flat, axis=1, keepdims=True), seen


def test_the_two_nearest_give_their_mean_by_nearness():
    # The first glitch lacks the third view. By its two views the others are at 0, 60 and 90 degrees from it.
    matrix, seen = embedding(at(0, 0, None), at(60, 60, 10), at(90, 90, 80), at(180, 180, 200))
    found = find_filling(matrix, seen)
    assert found.donors[0].tolist() == [[-1, -1], [-1, -1], [1, 2]]
    # 1 - cos is 0.5 and 1; two of three views in common make both sqrt(3/2) times that.
    assert found.shares[0, 2] == pytest.approx([2 / 3, 1 / 3], abs=1e-4)
    assert found.donors[1:].max() == -1
    vectors = fill_in(matrix, seen, found)
    mean = 2 * np.array(at(10)[0]) + np.array(at(80)[0])
    assert vectors.matrix[0, 4:] == pytest.approx(mean / np.linalg.norm(mean) / np.sqrt(3), abs=1e-4)
    assert vectors.weights.tolist() == [[1, 1, FILLED_WEIGHT], [1, 1, 1], [1, 1, 1], [1, 1, 1]]
    assert np.linalg.norm(vectors.matrix, axis=1) == pytest.approx(np.ones(4), abs=1e-6)
    assert vectors.matrix[1:] == pytest.approx(matrix[1:], abs=1e-6)


@pytest.mark.parametrize(("angle", "order"), [(25, [2, 1]), (27, [1, 2])])
def test_few_common_views_must_be_nearer(angle, order):
    # Two common views at 30 degrees are at sqrt(3/2) (1 - cos 30) = 0.164; one at 25 degrees is at 0.162, at 27 0.189.
    matrix, seen = embedding(at(0, 0, None), at(30, 30, 10), at(angle, None, 80))
    assert find_filling(matrix, seen).donors[0, 2].tolist() == order


def test_a_duplicate_gives_its_own_view():
    matrix, seen = many()
    matrix[0] = matrix[1] = np.tile(np.eye(8)[0], 4) / 2
    seen[0], seen[1] = True, [True, True, False, True]
    vectors = fill_in(matrix, seen, find_filling(matrix, seen))
    assert vectors.matrix[1] == pytest.approx(matrix[0], abs=1e-4)


def test_nobody_to_ask():
    # No view in common with those that have the missing one; and a view that nobody has.
    matrix, seen = embedding(at(0, None, None), at(None, 10, None), at(None, 20, None))
    found = find_filling(matrix, seen)
    assert found.donors.max() == -1 and found.shares.max() == 0
    vectors = fill_in(matrix, seen, found)
    assert vectors.matrix == pytest.approx(matrix, abs=1e-6)
    assert np.array_equal(vectors.weights, seen.astype(np.float32))


def test_one_donor_gives_all():
    matrix, seen = embedding(at(0, None), at(40, 10), at(50, None))
    found = find_filling(matrix, seen)
    assert found.donors[[0, 2], 1].tolist() == [[1, -1], [1, -1]]
    assert found.shares[[0, 2], 1].tolist() == [[1, 0], [1, 0]]


def test_nothing_missing_is_the_very_matrix():
    matrix, _ = many()
    vectors = fill_in(matrix, None, None)
    assert vectors.matrix is matrix and vectors.weights is None


def test_blocks_do_not_matter(monkeypatch):
    matrix, seen = many()
    whole = find_filling(matrix, seen)
    monkeypatch.setattr(stage, "_BLOCK_VALUES", 400 * 16)
    assert np.mean(find_filling(matrix, seen).donors == whole.donors) > 0.999


def test_large_data_sets_ask_some_and_never_themselves():
    matrix, seen = many()
    found = find_filling(matrix, seen, most_possible_donors=100)
    given = np.unique(found.donors[found.donors >= 0])
    assert 20 < len(given) <= 100
    assert not (found.donors == np.arange(400)[:, None, None]).any()
    for row in range(400):
        for view in np.flatnonzero(~seen[row]):
            assert seen[found.donors[row, view], view].all()


def test_progress_ends_and_files_come_back(tmp_path):
    matrix, seen = many()
    calls = []
    found = find_filling(matrix, seen, embedding_fingerprint="abc", on_progress=lambda *call: calls.append(call))
    assert calls[-1] == ((~seen.all(axis=1)).sum(),) * 2
    save_filling(found, tmp_path)
    again = load_filling(tmp_path)
    assert np.array_equal(again.donors, found.donors) and np.array_equal(again.shares, found.shares)
    assert again.fingerprint == found.fingerprint == stage.filling_fingerprint("abc")


def test_numbers_that_are_none_are_refused():
    matrix, seen = many()
    matrix[7, 0] = np.nan
    with pytest.raises(GlitchAuditError, match="row 7"):
        find_filling(matrix, seen)


def learnt_of(matrix, views=4):
    return learn_views(unit_rows(matrix.reshape(len(matrix) * views, -1)).reshape(len(matrix), views, -1), components=2)


def test_what_is_expected_is_one_more_donor_at_its_distance():
    matrix, seen = embedding(at(0, 0, None), at(60, 60, 10), at(90, 90, 80), at(180, 180, 200))
    learnt = learn_views(np.random.default_rng(0).normal(size=(50, 3, 2)), components=2)
    found = find_filling(matrix, seen, learnt=learnt)
    by_donors = find_filling(matrix, seen)
    assert np.array_equal(found.donors, by_donors.donors)
    # At sqrt(3/2) times 0.5 and 1 the two donors are; beside them what is expected at its own distance.
    near = 1 / (np.sqrt(1.5) * np.array([0.5, 1.0]))
    assert found.shares[0, 2] == pytest.approx(near / (near.sum() + 1 / EXPECTED_AT), abs=1e-4)
    vectors = fill_in(matrix, seen, found, learnt=learnt)
    blocks = unit_rows(matrix.reshape(12, 2)).reshape(4, 3, 2)
    told = expected_view(blocks, seen, 2, learnt)[0]
    given = found.shares[0, 2] @ np.array([at(10)[0], at(80)[0]]) + (1 - found.shares[0, 2].sum()) * told
    assert vectors.matrix[0, 4:] == pytest.approx(given / np.linalg.norm(given) / np.sqrt(3), abs=1e-4)
    assert vectors.weights.tolist() == [[1, 1, EXPECTED_WEIGHT], [1, 1, 1], [1, 1, 1], [1, 1, 1]]
    assert vectors.matrix[1:] == pytest.approx(matrix[1:], abs=1e-6)


def test_a_duplicate_gives_its_own_view_whatever_is_expected():
    matrix, seen = many()
    learnt = learnt_of(many(seed=1)[0])
    matrix[0] = matrix[1] = np.tile(np.eye(8)[0], 4) / 2
    seen[0], seen[1] = True, [True, True, False, True]
    vectors = fill_in(matrix, seen, find_filling(matrix, seen, learnt=learnt), learnt=learnt)
    assert vectors.matrix[1] == pytest.approx(matrix[0], abs=1e-3)


def test_who_has_nobody_to_ask_gets_what_is_expected():
    matrix, seen = embedding(at(0, None, None), at(None, 10, None), at(None, 20, None))
    learnt = learn_views(np.random.default_rng(0).normal(size=(50, 3, 2)), components=2)
    vectors = fill_in(matrix, seen, find_filling(matrix, seen, learnt=learnt), learnt=learnt)
    assert np.array_equal(vectors.weights, np.where(seen, 1, np.float32(EXPECTED_WEIGHT)))
    blocks = unit_rows(matrix.reshape(9, 2)).reshape(3, 3, 2)
    assert vectors.matrix[:, 4:] * np.sqrt(3) == pytest.approx(expected_view(blocks, seen, 2, learnt), abs=1e-5)


def test_keys_are_the_old_ones_where_nothing_was_learnt():
    assert filling_fingerprint("abc") == fingerprint("filling", 1, FILLED_WEIGHT, "abc")
    learnt = learnt_of(many(seed=1)[0])
    assert filling_fingerprint("abc", learnt) != filling_fingerprint("abc")
