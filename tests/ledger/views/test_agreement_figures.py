"""Agreement figures against published examples, worked by hand, and against what the ledger holds."""

import numpy as np
import pandas as pd
import pytest

from core.dataset.selection import Selection
from core.ledger import proposals, propose, withdraw
from core.ledger.acts.reviewing import review
from core.ledger.views import agreement_figures as figures


def said(**by_person):
    """Opinions from a text or list of labels a person, one place a sample; "." and None are nothing said."""
    rows = [
        (person, f"s{place:02d}", label)
        for person, labels in by_person.items()
        for place, label in enumerate(labels)
        if label not in (".", None)
    ]
    return pd.DataFrame(rows, columns=list(figures.OPINION_COLUMNS))


def test_cohens_kappa_of_the_fifty_grant_proposals():
    """20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: kappa = (0.7 - 0.5) / (1 - 0.5) = 0.4 (Cohen's textbook example)."""
    pairs = figures.pair_agreement(said(a="y" * 25 + "n" * 25, b="y" * 20 + "n" * 5 + "y" * 10 + "n" * 15))
    row = pairs.iloc[0]
    assert (row["samples"], row["agreed"], row["small"]) == (50, 35, False)
    assert row["kappa"] == pytest.approx(0.4)
    assert row["share"] == 0.7 and row["share_low"] == pytest.approx(0.5625, abs=1e-4)


def test_kappa_counts_shared_samples_only_and_is_unknown_without_a_choice():
    pairs = figures.pair_agreement(said(a="xx.y", b="xxy.", c="...y")).set_index(["first", "second"])
    assert pairs.loc[("a", "b"), "samples"] == 2 and np.isnan(pairs.loc[("a", "b"), "kappa"])
    assert pairs.loc[("a", "c"), "samples"] == 1 and bool(pairs.loc[("a", "c"), "small"])
    assert ("b", "c") not in pairs.index


def test_krippendorffs_alpha_of_his_own_example():
    """Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", example C: nominal alpha 0.743."""
    alpha = figures.krippendorff_alpha(said(A="123321412...", B="1233224125.3", C=".3332342251.", D="12332441251."))
    assert alpha.alpha == pytest.approx(0.743, abs=5e-4)
    assert (alpha.samples, alpha.people, alpha.small) == (11, 4, True)
    assert "0.74" in alpha.sentence() and "11 samples are few" in alpha.sentence()


def test_alpha_of_two_people_by_hand():
    """Krippendorff 2011, example A: 4 of 10 samples disagree, so alpha = 1 - (20 - 1) * 4 / (14 * 6) = 0.095."""
    alpha = figures.krippendorff_alpha(said(meg="0100000010", owen="1110010000"))
    assert alpha.alpha == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_samples_that_not_everybody_saw_by_hand():
    """Opinions xx, xxy, yy, xyy and a lone y: 2 of 4 samples hold unequal pairs, 4 of 6 ordered ones each, weight 1/2.

    Observed 0 + 2 + 0 + 2 = 4 of n = 10 opinions (the lone one is none), 5 of them x: by chance 100 - 50 = 50.
    alpha = 1 - 9 * 4 / 50 = 0.28, and krippendorff 0.9.0 gives the same.
    """
    alpha = figures.krippendorff_alpha(said(a="xxyx.", b="xx.yy", c=".yyy."))
    assert alpha.alpha == pytest.approx(0.28) and alpha.samples == 4


@pytest.mark.parametrize("case", [said(), said(a="x"), said(a="xx", b="xx"), said(a="xy"), said(a="x", b="y")])
def test_alpha_is_unknown_where_it_is_not_defined(case):
    alpha = figures.krippendorff_alpha(case)
    assert np.isnan(alpha.alpha) and "cannot be told" in alpha.sentence()


def test_confusion_against_decided_labels():
    table = figures.confusion(said(a="xxyy"), pd.Series({"s00": "x", "s01": "y", "s02": "y", "s03": ""}))
    assert table[["truth", "label", "count", "share"]].to_dict("records") == [
        {"truth": "x", "label": "x", "count": 1, "share": 1.0},
        {"truth": "y", "label": "x", "count": 1, "share": 0.5},
        {"truth": "y", "label": "y", "count": 1, "share": 0.5},
    ]
    assert table["small"].all()


def test_confusion_measures_nobody_against_their_own_opinion():
    """a says x; b and c say y: for a the others say y; for b and c the others are split, so they count for nothing."""
    table = figures.confusion(said(a="x", b="y", c="y"))
    assert table[["person", "truth", "label"]].to_numpy().tolist() == [["a", "y", "x"]]
    assert figures.confusion(said()).empty


def test_dawid_and_skene_trust_the_careful_more():
    """Three careful people against four who give the same label whatever they see: the majority is wrong on each y."""
    rng = np.random.default_rng(0)
    truth = np.array(list("xy" * 100))
    people = {}
    for name in ("a", "b", "c"):
        wrong = rng.random(200) < 0.05
        people[name] = np.where(wrong, np.where(truth == "x", "y", "x"), truth)
    for name in ("d", "e", "f", "g"):
        people[name] = np.where(rng.random(200) < 0.9, "x", "y")
    opinions = said(**people)
    found = figures.dawid_skene(opinions)
    majority = opinions.groupby("sample_id")["label"].agg(lambda labels: labels.mode()[0]).to_numpy()
    assert (found.labels["label"].to_numpy() == truth).mean() > 0.97 > 0.7 > (majority == truth).mean()
    assert found.accuracy[["a", "b", "c"]].min() > 0.9 > 0.7 > found.accuracy[["d", "e", "f", "g"]].max()
    assert not found.small and (found.labels["opinions"] == 7).all()


def test_dawid_and_skene_of_nothing_and_of_one_opinion():
    assert figures.dawid_skene(said()).labels.empty
    one = figures.dawid_skene(said(a="x"))
    assert one.labels["label"].to_dict() == {"s00": "x"} and one.small


def test_ones_own_view():
    """Of a's four shared samples the others agree on s00 and s01; on s02 they split; on s03 they say z."""
    view = figures.own_view(said(a="xxyyx", b="xxyz.", c="x.zz."), "A")
    assert (view.samples, view.agreed, view.small) == (4, 2, True)
    assert view.by_label.loc["x"].tolist() == [2, 2, ""] and view.by_label.loc["y"].tolist() == [2, 0, "z"]
    assert view.low == pytest.approx(0.15, abs=0.01) and "2 of 4 samples, 50%" in view.sentence()
    assert "Nobody else" in figures.own_view(said(a="xx"), "a").sentence()
    assert "Nobody else" in figures.own_view(said(), "a").sentence()


def test_opinions_are_read_from_the_ledger_blind_choices_first(ledger, labels):
    batch = propose(
        ledger, Selection(("id0", "id1", "id2"), how="click"), labels, "Whistle", author="Ada", app_version="0"
    )
    ids = proposals(ledger).set_index("sample_id")["correction_id"]
    review(ledger, ids["id0"], "accept", author="Ben", blind_label="Chirp", app_version="0")
    review(ledger, ids["id1"], "reject", author="Ben", app_version="0")
    review(ledger, ids["id2"], "unsure", author="Ben", app_version="0")
    table = figures.opinions(ledger).set_index(["person", "sample_id"])["label"].to_dict()
    assert table == {
        **{("Ada", sample_id): "Whistle" for sample_id in ("id0", "id1", "id2")},
        ("Ben", "id0"): "Chirp",
        ("Ben", "id1"): "Blip",
    }
    withdraw(ledger, batch.batch_id, author="Ada")
    assert figures.opinions(ledger).empty


def test_a_missing_ledger_has_no_opinions_and_figures_do_not_mind(ledger):
    nothing = figures.opinions(ledger)
    assert nothing.empty and figures.pair_agreement(nothing).empty and figures.confusion(nothing).empty
    assert figures.krippendorff_alpha(nothing).samples == 0
