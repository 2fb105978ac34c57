"""The packed demo: its planted faults are found, and nothing is once its labels are shuffled."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.audit.failure_modes import judge_failure_modes
from core.pipeline.audit import load_audit
from core.pipeline.audit_input import audit_input
from core.pipeline.stages import load_prepared
from core.workspace import HOME_VARIABLE, demo_workspace


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        return load_prepared(demo_workspace())


@pytest.fixture(scope="module")
def case(prepared):
    return audit_input(prepared)


@pytest.fixture(scope="module")
def stability(prepared):
    """As packed: measuring it here would take a minute."""
    return load_audit(prepared).clusters["stability"]


@pytest.fixture(scope="module")
def verdicts(case, stability):
    return judge_failure_modes(case, stability=stability)


def test_only_the_broad_label_is_supported(verdicts):
    supported = verdicts[verdicts["verdict"] == "supported"]
    found = {(row.mode, row.label) for row in supported.itertuples()}
    assert found == {("over-compression", "None_of_the_Above")}
    assert len(json.loads(supported.iloc[0]["clusters"])) == 3


def test_the_tossed_labels_are_too_few_to_be_called_one(verdicts):
    """Nothing tells them apart, but some thirty glitches of each in 2,048 numbers would hide a large difference too."""
    pair = verdicts[verdicts["labels"].map(lambda names: set(json.loads(names)) == {"Power_Line", "Air_Compressor"})]
    assert pair["verdict"].tolist() == ["cannot tell"]
    assert "nothing found tells them apart" in pair.iloc[0]["sentence"]
    numbers = json.loads(pair.iloc[0]["numbers"])
    assert min(numbers["counts"]) >= 20
    assert numbers["smallest_seen"] is None or numbers["smallest_seen"] > 0.9


def test_every_cluster_and_label_has_a_verdict(case, verdicts):
    splitting = verdicts[verdicts["mode"] == "over-splitting"]
    assert set(splitting["cluster"]) == set(case.cluster_numbers.tolist())
    assert sorted(verdicts.loc[verdicts["mode"] == "over-compression", "label"]) == sorted(set(case.labels))


def test_nothing_is_supported_where_labels_are_shuffled_within_detector(case, stability):
    random = np.random.default_rng(0)
    labels = case.labels.astype(object)
    for detector in case.samples["detector"].unique():
        rows = np.flatnonzero(case.samples["detector"] == detector)
        labels[rows] = labels[random.permutation(rows)]
    shuffled = replace(case, samples=case.samples.assign(label=labels))
    assert not (judge_failure_modes(shuffled, stability=stability)["verdict"] == "supported").any()
