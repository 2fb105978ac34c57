"""Dawid and Skene's model against their own published example and against crowd-kit 1.4.2's figures."""

import numpy as np
import pandas as pd
import pytest

from core.ledger.views.dawid_skene import fit_confusion_model

# Dawid and Skene 1979, table 1: five anaesthetists say how fit 45 patients are for surgery, the first of them thrice.
FIRST = """
111 333 112 222 222 222 122 333 222 232 444 222 111 222 121 111 111 111 222 222 222 222 222
221 111 111 232 111 111 112 111 333 111 222 222 433 221 232 333 111 111 121 232 121 222
"""
OTHERS = """
1111 4334 2122 3121 3222 3322 2111 3433 2223 2223 4444 3343 1111 3212 1111 2111 1111 1111 2221 1322 2222 2221 3222
2222 1111 1111 2222 1111 1111 1121 1111 3233 1111 2222 3232 4343 2232 3233 3432 1111 1111 2111 2222 1111 2222
"""

# What crowd-kit gives is of one iteration: later ones agree as well but are nearly certain of every sample.
FOUR = {"ada": "xxyzz.xyzxyy", "ben": "xyyzz.x.zxzy", "cyd": "xxyxzy.yz.yy", "dan": "x.zzzyxyyxy."}
CROWD_KIT = [1, 0.971384, 0.991196, 0.993365, 0.998887, 0.955752, 1, 0.991078, 0.991166, 1, 0.975188, 0.997342]


def said(by_person):
    rows = [
        (person, f"s{place:02d}", label)
        for person, labels in by_person.items()
        for place, words in enumerate(labels)
        for label in words
        if label != "."
    ]
    return pd.DataFrame(rows, columns=["person", "sample_id", "label"])


def test_the_anaesthetists_of_the_paper():
    """Tables 2 and 3 of the paper: the shares, and the first observer's errors, rows the true class."""
    four_more = {str(number + 2): [words[number] for words in OTHERS.split()] for number in range(4)}
    model = fit_confusion_model(said({"1": FIRST.split(), **four_more}))
    assert model.shares.round(2).tolist() == [0.40, 0.42, 0.11, 0.07]
    np.testing.assert_allclose(
        model.errors.loc["1"].T,
        [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]],
        atol=0.005,
    )
    # Patient 3, called 1 three times and 2 four times, is a 2.
    assert model.probable.loc["s02", "2"] > 0.99


def test_one_iteration_is_that_of_crowd_kit():
    model = fit_confusion_model(said(FOUR), iterations=1)
    np.testing.assert_allclose(model.probable.sort_index().max(axis=1), CROWD_KIT, atol=1e-6)
    np.testing.assert_allclose(model.shares, [0.331215, 0.412714, 0.256072], atol=1e-6)


def test_three_iterations_and_the_accuracies_are_those_of_crowd_kit():
    model = fit_confusion_model(said(FOUR), iterations=3)
    np.testing.assert_allclose(model.shares, [0.333333, 0.4166, 0.250067], atol=1e-6)
    assert model.probable.loc["s05"].round(6).tolist() == [0, 0.999199, 0.000801]
    assert model.accuracy().to_dict() == pytest.approx(
        {"ada": 1, "ben": 0.7778, "cyd": 0.9166, "dan": 0.812429}, abs=1e-6
    )


def test_no_order_of_rows_changes_anything_but_the_order_of_samples():
    table = said(FOUR)
    one, other = fit_confusion_model(table), fit_confusion_model(table.sample(frac=1, random_state=3))
    pd.testing.assert_frame_equal(other.probable.loc[one.probable.index], one.probable, check_exact=False, atol=1e-12)
    assert list(one.probable.index) == list(dict.fromkeys(table["sample_id"]))


def test_a_person_alone_is_repeated_and_nothing_is_divided_by_zero():
    with np.errstate(all="raise"):
        model = fit_confusion_model(said({"ada": "xyx"}))
    assert model.probable.idxmax(axis=1).tolist() == ["x", "y", "x"]
    assert model.accuracy().to_dict() == pytest.approx({"ada": 1})


def test_likelihood_never_falls():
    """What expectation-maximisation promises, seen from outside: more steps, never a less likely table of opinions."""
    table, reached = said(FOUR), []
    for steps in range(1, 6):
        model = fit_confusion_model(table, iterations=steps)
        chances = model.errors.loc[list(zip(table["person"], table["label"], strict=True))].to_numpy()
        joint = pd.DataFrame(np.log(chances)).groupby(table["sample_id"].to_numpy()).sum()
        reached.append(np.log((np.exp(joint) * model.shares.to_numpy()).sum(axis=1)).sum())
    assert (np.diff(reached) >= -1e-9).all()
