"""Suspects: planted errors come first, nothing is learnt from a sample's own group, degenerate data stay calm."""

import numpy as np
import pandas as pd
import pytest

from core.audit.suspects import (
    SuspectParams,
    Suspects,
    find_suspects,
    load_suspects,
    save_suspects,
    suspects_fingerprint,
)
from core.audit.suspects.model import PEOPLE_ERROR
from core.errors import Cancelled, GlitchAuditError

QUICK = SuspectParams(plantings=4)


def blobs(random, counts, *, dimensions=16, spread=0.25):
    """Points around one axis a class, and the classes' names."""
    labels = np.repeat([f"class{number}" for number in range(len(counts))], counts)
    centres = np.eye(dimensions)[np.repeat(np.arange(len(counts)), counts)]
    return centres + spread * random.normal(size=centres.shape), labels


def with_errors(random, labels, count):
    rows = random.choice(len(labels), count, replace=False)
    names = np.unique(labels)
    changed = labels.copy()
    for row in rows:
        changed[row] = random.choice(names[names != labels[row]])
    return changed, np.isin(np.arange(len(labels)), rows)


def test_planted_errors_are_flagged_and_their_right_label_suggested(make_input):
    random = np.random.default_rng(1)
    matrix, truth = blobs(random, [80, 60, 40, 20], spread=0.15)
    labels, wrong = with_errors(random, truth, 12)
    table = find_suspects(make_input(matrix, labels), QUICK).table
    assert list(table.index[:2]) == ["s00000", "s00001"]
    assert set(table.sort_values("score").index[-12:]) == set(table.index[wrong])
    assert table["flagged"].to_numpy()[wrong].all()
    assert table["flagged"].sum() <= 14
    assert (table["suggested"].to_numpy() == truth)[wrong].all()
    assert (table["suggested"] != table["label"]).all()
    assert table["chance_wrong"].between(0, 1).all()
    order = table.sort_values("score")["chance_wrong"].to_numpy()
    assert (np.diff(order) >= 0).all()


def test_right_labels_are_left_alone(make_input):
    matrix, labels = blobs(np.random.default_rng(2), [80, 60, 40])
    suspects = find_suspects(make_input(matrix, labels), QUICK)
    assert not suspects.table["flagged"].any()
    assert suspects.table["chance_wrong"].sum() < 4


def test_chances_add_up_to_the_planted_errors(make_input):
    random = np.random.default_rng(3)
    matrix, truth = blobs(random, [150, 100, 50], spread=0.3)
    labels, wrong = with_errors(random, truth, 30)
    suspects = find_suspects(make_input(matrix, labels))
    assert suspects.table["chance_wrong"].sum() == pytest.approx(30, abs=9)
    expected, low, high = suspects.expected_right(suspects.table.index[suspects.table["flagged"]])
    assert low <= expected <= high
    assert low <= wrong[suspects.table["flagged"]].sum() <= high


def test_siblings_never_speak_for_each_other(make_input):
    # Four views of each glitch lie in one place and carry its label; of 30 glitches three carry a wrong one. If views
    # could vouch for each other, all twelve rows would look right.
    random = np.random.default_rng(4)
    matrix, truth = blobs(random, [15, 15], spread=0.2)
    labels, wrong = with_errors(random, truth, 3)
    views = np.repeat(matrix, 4, axis=0) + 0.001 * random.normal(size=(120, 16))
    glitches = np.repeat(np.arange(30), 4)
    table = find_suspects(make_input(views, np.repeat(labels, 4), glitches=glitches), QUICK).table
    rows = np.repeat(wrong, 4)
    assert (table["neighbour_disagreement"].to_numpy()[rows] > 0.8).all()
    assert table["score"].to_numpy()[rows].min() > table["score"].to_numpy()[~rows].max()
    # A label is a glitch's, so its views share one score.
    assert (table.groupby(glitches)[["score", "chance_wrong", "suggested"]].nunique() == 1).all(axis=None)


def test_a_view_that_does_not_show_the_label_makes_no_suspect(make_input):
    random = np.random.default_rng(12)
    matrix, labels = blobs(random, [30, 30], spread=0.1)
    views = np.repeat(matrix, 4, axis=0) + 0.01 * random.normal(size=(240, 16))
    # The first view of each glitch of class1 looks like class0.
    views[120::4] = views[:120:4]
    table = find_suspects(make_input(views, np.repeat(labels, 4), glitches=np.repeat(np.arange(60), 4)), QUICK).table
    assert not table["flagged"].any()


def test_expected_right_worked_by_hand(monkeypatch):
    table = pd.DataFrame({"chance_wrong": [0.8, 0.5, 0.5, np.nan], "glitch": [0, 1, 1, 2]}, index=list("abcd"))
    expected, low, high = Suspects(table, "x").expected_right("abcd")
    assert expected == pytest.approx(1.8)
    assert (low, high) == (0, 3)
    # By half the interval: log-odds of 0.8 are 1.3863; less 0.6745 * 1.1 they are those of 0.6557. The shift of 0.1443
    # and the luck of 0.6745 * 0.4751 make 0.3515 together.
    assert Suspects(table, "x").expected_right("a", confidence=0.5)[1] == pytest.approx(0.8 - 0.3515, abs=1e-4)
    assert Suspects(table, "x", 1.0).expected_right("a", confidence=0.5)[1] < 0.8 - 0.3515
    monkeypatch.setattr("core.audit.suspects.model.PEOPLE_ERROR", 0.0)
    # Luck alone: variance 0.8 * 0.2 for one glitch; two rows of one glitch rise and fall together: 2 * 2 * 0.25.
    together = Suspects(table, "x").expected_right("abc", confidence=0.5)
    assert together[0] - together[1] == pytest.approx(0.6745 * np.sqrt(0.16 + 1), abs=1e-4)
    # Without a glitch column, rows are independent: the variances add up to 0.16 + 2 * 0.25.
    apart = Suspects(table.drop(columns="glitch"), "x").expected_right("abc", confidence=0.5)
    assert apart[0] - apart[1] == pytest.approx(0.6745 * np.sqrt(0.66), abs=1e-4)


def test_what_all_chances_share_is_the_sum_of_both_errors():
    assert Suspects(pd.DataFrame(), "x", 0.6).chance_error == pytest.approx(np.hypot(0.6, PEOPLE_ERROR))


def test_labels_with_few_samples_down_to_one(make_input):
    random = np.random.default_rng(5)
    matrix, labels = blobs(random, [60, 40, 3, 2, 1])
    table = find_suspects(make_input(matrix, labels), QUICK).table
    assert np.isfinite(table.drop(columns=["label", "suggested", "confident_label"]).astype(float)).all(axis=None)
    assert not table["flagged"].to_numpy()[:100].any()


def test_one_label_says_nothing(make_input):
    matrix, labels = blobs(np.random.default_rng(6), [20])
    suspects = find_suspects(make_input(matrix, labels), QUICK)
    assert len(suspects.table) == 20
    assert not suspects.table["flagged"].any()
    assert suspects.table["chance_wrong"].isna().all()
    assert suspects.expected_right(suspects.table.index) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_hardly_any_samples(make_input, count):
    case = make_input(np.eye(4)[:count], [f"label{number}" for number in range(count)])
    table = find_suspects(case, QUICK).table
    assert len(table) == count
    assert not table["flagged"].any()


def test_all_samples_alike(make_input):
    labels = ["a", "b"] * 15
    table = find_suspects(make_input(np.ones((30, 4)), labels), QUICK).table
    assert not table["flagged"].any()


def test_samples_without_picture_have_no_place(make_input):
    matrix, labels = blobs(np.random.default_rng(7), [20, 20])
    matrix[[0, 25]] = 0
    table = find_suspects(make_input(matrix, labels), QUICK).table
    assert np.isfinite(table["score"]).all()
    assert not table["flagged"].any()
    assert table.index[table["chance_wrong"].isna()].tolist() == ["s00000", "s00025"]


def test_too_many_labels_is_a_sentence(make_input):
    case = make_input(np.random.default_rng(8).normal(size=(1500, 4)), [f"label{number}" for number in range(1500)])
    with pytest.raises(GlitchAuditError, match=r"1,500 different labels for 1,500 samples.*label column"):
        find_suspects(case)


def test_the_same_input_gives_the_same_result(make_input):
    random = np.random.default_rng(9)
    matrix, truth = blobs(random, [30, 30])
    case = make_input(matrix, with_errors(random, truth, 4)[0])
    pd.testing.assert_frame_equal(find_suspects(case, QUICK).table, find_suspects(case, QUICK).table)


def test_progress_runs_to_its_end_and_can_stop_the_work(make_input):
    matrix, labels = blobs(np.random.default_rng(10), [20, 20])
    case = make_input(matrix, labels)
    steps = []
    find_suspects(case, QUICK, on_progress=lambda done, total: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1]
    assert steps == sorted(steps)

    def stop(done, total):
        raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        find_suspects(case, QUICK, on_progress=stop)


def test_saved_and_loaded(make_input, tmp_path):
    matrix, labels = blobs(np.random.default_rng(11), [20, 20])
    suspects = find_suspects(make_input(matrix, labels), QUICK)
    save_suspects(suspects, tmp_path / "suspects")
    loaded = load_suspects(tmp_path / "suspects")
    pd.testing.assert_frame_equal(loaded.table, suspects.table)
    assert loaded.fingerprint == suspects.fingerprint == suspects_fingerprint("test", QUICK)
    assert loaded.log_odds_error == suspects.log_odds_error
    (tmp_path / "suspects" / "table.parquet").unlink()
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_suspects(tmp_path / "suspects")


def test_parameters_out_of_range_are_sentences():
    for wrong in ({"width": 0}, {"plantings": 0}, {"flag_above": 1.5}):
        with pytest.raises(GlitchAuditError):
            SuspectParams(**wrong)
