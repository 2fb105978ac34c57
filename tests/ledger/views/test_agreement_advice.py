"""What is said of two people's labels: only what so many samples can carry, and of nobody but who may see it."""

import pandas as pd
import pytest

from core.ledger.people import Person
from core.ledger.views.agreement_advice import LOOK_TOGETHER, NOTHING, REVIEW_MORE, agreement_advice

MO = Person("Mo", role="moderator")


def said(**by_person):
    """Opinions from a text a person, a letter a sample; "." is nothing said."""
    rows = [
        (person, f"s{place:02d}", label, Person(person).key)
        for person, labels in by_person.items()
        for place, label in enumerate(labels)
        if label != "."
    ]
    return pd.DataFrame(rows, columns=["person", "sample_id", "label", "author_key"])


TOMTES = said(Ada="t" * 12 + "b" * 38, Ben="b" * 7 + "t" * 5 + "b" * 36 + "k" * 2)
"""Of 50 they agree on 41. Ada calls 12 "t": Ben calls 7 of these "b". Of her 38 "b" he calls 2 "k"."""


def test_a_label_on_which_two_people_differ_more_is_named_with_its_samples():
    found = agreement_advice(TOMTES, MO)
    assert found.sentence == "Ada and Ben gave the same label to 41 of 50 samples."
    assert "For 7 of the other 9, Ada says t, and Ben often says b" in found.because
    assert found.todo == "Look at these 7 samples together, and agree when to say t and when b."
    assert found.action == LOOK_TOGETHER and list(found.differing.index) == [f"s{place:02d}" for place in range(7)]
    assert found.differing.iloc[0].tolist() == ["t", "b"]


def test_its_chance_is_that_of_fishers_exact_test():
    """SciPy says the same of the table of 7 and 5 against 2 and 36."""
    from scipy.stats import fisher_exact

    chance = fisher_exact([[7, 5], [2, 36]], alternative="greater").pvalue
    assert f"p = {chance:.2g}" in agreement_advice(TOMTES, MO).figures
    assert "41 of 50 samples, 82 % (95 % interval 69 % to 90 %)" in agreement_advice(TOMTES, MO).figures


def test_differences_that_chance_would_spread_so_name_no_label():
    """One in five of each label differs: no label has more than its share."""
    found = agreement_advice(said(Ada="a" * 20 + "b" * 20, Ben="baaaa" * 4 + "abbbb" * 4), MO)
    assert found.sentence == "Ada and Ben gave the same label to 32 of 40 samples."
    assert "It is not clear whether one label" in found.because and len(found.differing) == 8


def test_below_thirty_samples_nothing_is_said_but_that_they_are_few():
    few = agreement_advice(said(Ada="t" * 29, Ben="b" * 29), MO)
    assert (few.sentence, few.action) == ("Only 29 samples have a label from Ada and one from Ben, too.", REVIEW_MORE)
    assert "too few" in few.because and few.differing.empty
    assert agreement_advice(said(Ada="t" * 30, Ben="b" * 30), MO).sentence.endswith("0 of 30 samples.")


def test_nobody_who_saw_the_same_is_asked_to_review():
    assert agreement_advice(said(Ada="t.", Ben=".b"), MO).action == REVIEW_MORE


def test_full_agreement_asks_for_nothing():
    found = agreement_advice(said(Ada="ab" * 20, Ben="ab" * 20), MO)
    assert found.action == NOTHING and found.todo == "" and "all 40 samples" in found.sentence


def test_of_several_pairs_the_one_that_differs_most_is_told_of():
    labels = "ab" * 20
    found = agreement_advice(said(Ada=labels, Ben=labels, Cy="bbaa" + labels[4:]), MO)
    assert found.sides == ("Ada", "Cy") and "these two differ most" in found.because


@pytest.mark.parametrize("role", ["reviewer", "viewer"])
def test_who_is_no_moderator_is_told_of_all_others_together(role):
    asking = Person("Ada", role=role)
    found = agreement_advice(TOMTES, asking)
    assert found.sentence == "You and the others gave the same label to 41 of 50 samples."
    assert "Ben" not in found.because + found.figures + found.todo
    assert "For 7 of the other 9, you say t, and the others often say b" in found.because
    assert agreement_advice(TOMTES, Person("Di", role=role)) is None


def test_others_agree_where_more_than_half_of_them_do():
    """On each of 30 samples Ben says what Ada says and Cy does not: half is not more than half."""
    asking = Person("Ada")
    found = agreement_advice(said(Ada="a" * 30, Ben="a" * 30, Cy="b" * 30), asking)
    assert found.sentence == "You and the others gave the same label to 0 of 30 samples."


def test_what_waits_for_ones_own_review_is_not_named():
    found = agreement_advice(TOMTES, MO, hidden={"s00", "s01"})
    assert len(found.differing) == 5 and "these 5 samples" in found.todo
    assert "wait for your own opinion" in agreement_advice(TOMTES, MO, hidden={f"s0{n}" for n in range(7)}).todo


def test_who_shares_few_samples_with_others_is_told_so():
    few = agreement_advice(said(Ada="ttt.", Ben="bb.b"), Person("Ada"))
    assert few.sentence == "Of the samples that you labelled, others labelled only 2, too."
    none = agreement_advice(said(Ada="t.", Ben=".b"), Person("Ada"))
    assert none.sentence == "Nobody else has labelled a sample that you labelled." and none.action == REVIEW_MORE


def test_where_the_other_side_says_now_this_now_that_no_other_label_is_named():
    found = agreement_advice(said(Ada="t" * 12 + "b" * 38, Ben="abcdefg" + "t" * 5 + "b" * 36 + "k" * 2), MO)
    assert "For 7 of the other 9, Ada says t, and Ben often says something else" in found.because
    assert found.todo == "Look at these 7 samples together, and agree when to say t."
