"""The chance to be of the kind that is looked for follows the mixture that the scores were drawn from."""

import numpy as np
import pytest
from scipy import stats

from core.audit.two_kinds import _place, chances_of_kind


def drawn(share, *, apart, count=4000, seed=0):
    random = np.random.default_rng(seed)
    of_kind = random.random(count) < share
    scores = 0.1 * random.standard_t(4, count) + apart * of_kind
    return scores, 0.1 * random.standard_t(4, 500) + apart, of_kind


def none_known(scores):
    return {"of_kind": np.zeros(len(scores), bool), "of_other": np.zeros(len(scores), bool)}


@pytest.mark.parametrize(("share", "apart"), [(0.1, 0.8), (0.4, 0.8), (0.2, 0.5)])
def test_chances_are_at_least_as_often_right_as_they_say(share, apart):
    scores, reference, truth = drawn(share, apart=apart)
    chances = chances_of_kind(scores, reference, **none_known(scores))
    # Where the two overlap it may say less than there is, and never more.
    assert -0.1 < chances.mean() - truth.mean() < 0.03
    likely = chances > 0.8
    assert likely.sum() > 100 and -0.03 < truth[likely].mean() - chances[likely].mean() < 0.1


def test_middle_and_scale_are_those_most_likely_under_the_t():
    scores = np.random.default_rng(4).standard_t(4, 3000) * 0.1 + 0.3
    middle, spread = _place(scores, np.ones(3000))
    _, its_middle, its_scale = stats.t.fit(scores, fdf=4)
    assert (middle, spread) == pytest.approx((its_middle, its_scale), rel=0.01)


def test_the_chance_never_falls_as_the_score_rises():
    scores, reference, _ = drawn(0.3, apart=0.4)
    chances = chances_of_kind(scores, reference, **none_known(scores))
    assert (np.diff(chances[np.argsort(scores)]) >= 0).all()
    assert ((chances >= 0) & (chances <= 1)).all()


def test_where_nothing_of_the_kind_is_there_hardly_any_is_likely():
    scores, reference, _ = drawn(0.0, apart=0.8)
    assert (chances_of_kind(scores, reference, **none_known(scores)) > 0.9).mean() < 0.005


def test_what_is_known_of_the_other_kind_speaks_against_its_like():
    scores, reference, _ = drawn(0.1, apart=0.5, count=400)
    near = np.abs(scores - 0.5) < 0.1
    known = none_known(scores) | {"of_other": near}
    before = chances_of_kind(scores, reference, **none_known(scores))
    assert chances_of_kind(scores, reference, **known)[near].mean() < before[near].mean()


def test_all_scores_in_one_place_are_no_error():
    scores = np.zeros(5)
    assert np.isfinite(chances_of_kind(scores, np.zeros(3), **none_known(scores))).all()
