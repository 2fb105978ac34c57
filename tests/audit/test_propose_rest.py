"""The rest of a kind is offered where it can be told from the label, and as often right as is said; else nothing is."""

import numpy as np
import pytest

from core.audit.propose_rest import propose_rest

EACH = 60


def groups_of_two(apart=3.0, *, wrong=20, width=6, seed=0):
    """Directions around two places; the last ``wrong`` of the second kind are called by the first's name."""
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(2 * EACH, width))
    matrix[:, 0] += 4
    matrix[EACH:, 1] += apart
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    truth = np.array(["a"] * EACH + ["b"] * EACH)
    labels = truth.copy()
    labels[2 * EACH - wrong :] = "a"
    return matrix.astype(np.float32), truth, labels


def asked(matrix, labels, *, seeds, kept=(), **options):
    return propose_rest(
        matrix, labels, seeds=np.array(seeds, int), kept=np.array(kept, int), label="a", other="b", **options
    )


WRONG = list(range(2 * EACH - 20, 2 * EACH))


def test_the_rest_is_offered_and_right_as_often_as_is_said():
    matrix, truth, labels = groups_of_two(8.0)
    rest = asked(matrix, labels, seeds=WRONG[:6])
    assert not rest.why_not and rest.expected >= 0.95
    assert len(rest.rows) >= 10 and (truth[rest.rows] == "b").mean() >= 0.95
    assert (np.diff(rest.chances) <= 0).all()
    assert not set(rest.rows) & set(WRONG[:6])


def test_what_cannot_be_told_apart_is_not_offered():
    matrix, _, labels = groups_of_two(0.0)
    rest = asked(matrix, labels, seeds=WRONG[:6])
    assert len(rest.rows) == 0 and np.isnan(rest.expected)
    assert rest.why_not == "No other sample called a looks enough like b to be offered unseen."


@pytest.mark.parametrize("seeds", [[], WRONG[:2], [WRONG[0]] * 5])
def test_too_few_decisions_offer_nothing(seeds):
    matrix, _, labels = groups_of_two(8.0)
    assert "Fewer than 3 samples called a" in asked(matrix, labels, seeds=seeds).why_not


def test_too_few_of_the_other_label_offer_nothing():
    matrix, _, labels = groups_of_two(8.0, wrong=56)
    assert "Fewer than 10 samples are known to be b" in asked(matrix, labels, seeds=range(117, 120)).why_not


def test_views_of_one_glitch_are_one_decision():
    matrix, _, labels = groups_of_two(8.0)
    groups = np.arange(2 * EACH)
    groups[WRONG[:6]] = WRONG[0]
    assert "Fewer than 3" in asked(matrix, labels, seeds=WRONG[:6], groups=groups).why_not


def test_what_is_done_is_not_offered_again():
    matrix, _, labels = groups_of_two(8.0)
    done = np.zeros(2 * EACH, bool)
    done[WRONG[:15]] = True
    rest = asked(matrix, labels, seeds=WRONG[:6], done=done)
    assert len(rest.rows) and not set(rest.rows) & set(WRONG[:15])


def test_kept_ones_among_the_likely_lower_every_chance():
    matrix, _, labels = groups_of_two(8.0)
    before = asked(matrix, labels, seeds=WRONG[:3], least_share=0.1)
    after = asked(matrix, labels, seeds=WRONG[:3], kept=WRONG[3:9], least_share=0.1)
    assert not set(after.rows) & set(WRONG[3:9])
    assert after.chances.max() < 0.8 * before.chances.max()


def test_a_third_kind_that_is_nearer_to_the_other_label_is_not_offered():
    matrix, _, labels = groups_of_two(8.0)
    random = np.random.default_rng(5)
    third = random.normal(size=(8, 6)) * 0.3
    third[:, 1] += 6
    third[:, 2] += 9
    third /= np.linalg.norm(third, axis=1, keepdims=True)
    matrix = np.concatenate([matrix, third.astype(np.float32)])
    labels = np.append(labels, ["a"] * 8)
    rest = asked(matrix, labels, seeds=WRONG[:6])
    assert len(rest.rows) and rest.rows.max() < 2 * EACH


def test_missing_views_are_compared_by_their_weights():
    matrix, truth, labels = groups_of_two(8.0)
    weights = np.ones((2 * EACH, 2), np.float32)
    blocks = np.repeat(matrix[:, None], 2, axis=1) / np.sqrt(2)
    # A view that is filled in with something else hardly counts.
    weights[::3, 1] = 0.0
    blocks[::3, 1] = 0.0
    blocks[::3] *= np.sqrt(2)
    rest = asked(blocks.reshape(2 * EACH, -1), labels, seeds=WRONG[:6], weights=weights)
    plain = asked(matrix, labels, seeds=WRONG[:6])
    assert set(rest.rows) == set(plain.rows) and (truth[rest.rows] == "b").mean() >= 0.95
