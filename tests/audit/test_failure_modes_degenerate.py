"""Data sets with next to nothing in them get "cannot tell" or no verdict, and no traceback."""

import json

import numpy as np
import pandas as pd
import pytest

from core.audit.failure_modes import (
    FailureModeParams,
    failure_modes_fingerprint,
    judge_failure_modes,
    load_verdicts,
    save_verdicts,
)
from core.audit.failure_modes.verdicts import COLUMNS
from core.errors import Cancelled, GlitchAuditError

STABLE = pd.Series(0.9, index=range(4))


def random_matrix(count, dimensions=6):
    return np.random.default_rng(0).normal(size=(count, dimensions))


def judged(case, **options):
    table = judge_failure_modes(case, stability=STABLE, **options)
    assert tuple(table.columns) == COLUMNS
    assert str(table["cluster"].dtype) == "Int64"
    for row in table.itertuples():
        assert row.sentence.endswith(".") and "nan" not in row.sentence
        assert isinstance(json.loads(row.numbers), dict)
        assert isinstance(json.loads(row.clusters), list) and isinstance(json.loads(row.labels), list)
    assert not (table["verdict"] == "supported").any()
    return table


def test_one_sample(make_input):
    table = judged(make_input(random_matrix(1), ["A"]))
    assert set(table["subject"]) == {"cluster 0", "label A"}


def test_no_samples(make_input):
    table = judged(make_input(np.zeros((0, 4)), []))
    assert table.empty


def test_one_label(make_input):
    table = judged(make_input(random_matrix(80), ["A"] * 80))
    assert len(table) == 2


def test_all_noise(make_input):
    table = judged(make_input(random_matrix(60), list("AB") * 30, clusters=np.full(60, -1)))
    assert set(table["mode"]) == {"over-compression"}
    assert set(table["verdict"]) == {"cannot tell"}


def test_every_sample_its_own_label(make_input):
    table = judged(make_input(random_matrix(40), [f"L{number}" for number in range(40)]))
    assert (table["mode"] == "over-compression").sum() == 40


def test_all_duplicates(make_input):
    case = make_input(
        np.ones((80, 4)), list("AABB") * 20, clusters=np.repeat([0, 1], 40), profiles=np.ones((80, 5), np.float32)
    )
    judged(case)


def test_one_glitch_in_many_rows(make_input):
    judged(make_input(random_matrix(60), ["A"] * 60, glitches=np.zeros(60, int)))


def test_rows_without_embedding_and_columns_without_values(make_input):
    matrix = random_matrix(90)
    matrix[:20] = 0
    judged(
        make_input(
            matrix,
            list("ABC") * 30,
            clusters=np.repeat([0, 1, 2], 30),
            peak_frequency=np.full(90, np.nan),
            snr=np.where(np.arange(90) % 3, np.nan, np.arange(90) + 1.0),
            detector=[None, "H1", "L1"] * 30,
            profiles=np.zeros((90, 5), np.float32),
        )
    )


def test_a_label_under_two_names_in_all_of_a_tiny_data_set(make_input):
    judged(make_input(random_matrix(6), list("ABABAB"), clusters=np.zeros(6)))


def test_impossible_parameters():
    with pytest.raises(GlitchAuditError, match="between 0 and 1"):
        FailureModeParams(error_rate=0)
    with pytest.raises(GlitchAuditError, match="guessing"):
        FailureModeParams(margin=0.55)
    with pytest.raises(GlitchAuditError, match="at least 99"):
        FailureModeParams(permutations=10)


def test_progress_rises_to_the_end_and_may_cancel(make_input):
    case = make_input(random_matrix(80), list("ABCD") * 20, clusters=np.repeat([0, 1], 40))
    seen = []
    judge_failure_modes(case, stability=STABLE, on_progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen) and seen[-1] == (100, 100)

    def stop(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        judge_failure_modes(case, stability=STABLE, on_progress=stop)


def test_saved_and_loaded(make_input, tmp_path):
    table = judged(make_input(random_matrix(80), list("ABCD") * 20, clusters=np.repeat([0, 1], 40)))
    save_verdicts(table, tmp_path / "verdicts")
    pd.testing.assert_frame_equal(load_verdicts(tmp_path / "verdicts"), table)
    with pytest.raises(GlitchAuditError, match="missing or damaged"):
        load_verdicts(tmp_path / "nothing")


def test_the_fingerprint_names_input_parameters_and_seed():
    names = {
        failure_modes_fingerprint("a", FailureModeParams()),
        failure_modes_fingerprint("b", FailureModeParams()),
        failure_modes_fingerprint("a", FailureModeParams(margin=0.7)),
        failure_modes_fingerprint("a", FailureModeParams(), seed=1),
    }
    assert len(names) == 4
