"""The demo's planted label errors and duplicates are found; its truth is read here and nowhere in core."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.audit.duplicates import candidate_samples, find_twins, hash_pictures
from core.audit.model import AuditInput, KnownLabels
from core.audit.suspects import find_suspects
from core.pipeline.stages import load_prepared
from core.workspace import DATA_FOLDER, HOME_VARIABLE, demo_workspace


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        prepared = load_prepared(demo_workspace())
    assert prepared is not None, "the demo's packed results do not fit this version: run python -m core pack-demo"
    case = AuditInput(
        samples=prepared.samples,
        matrix=prepared.embedding.matrix,
        neighbours=prepared.neighbours,
        coordinates=prepared.layout.coordinates,
        clusters=prepared.clustering.labels,
        glitches=np.arange(len(prepared.samples)),
        fingerprint="demo",
    )
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id").loc[prepared.samples.index]
    return prepared, case, truth


def test_label_errors_are_flagged(demo):
    _, case, truth = demo
    suspects = find_suspects(case)
    table = suspects.table
    planted = truth["fault"] == "label error"
    right = table["label"] != truth["true_label"]
    recall = table["flagged"][planted].mean()
    precision = right[table["flagged"]].mean()
    print(f"recall {recall:.3f}, precision {precision:.3f}, flags {table['flagged'].sum()}")
    assert recall >= 0.9
    assert precision >= 0.9
    assert (table["suggested"] == truth["true_label"])[planted & table["flagged"]].mean() >= 0.95
    _, low, high = suspects.expected_right(table.index[table["flagged"]])
    assert low <= right[table["flagged"]].sum() <= high


def test_what_was_decided_acquits_none_of_the_others(demo):
    _, case, truth = demo
    found = find_suspects(case).table
    top = found["score"].sort_values(ascending=False).index[:20]
    samples = case.samples.copy()
    samples.loc[top, "label"] = truth.loc[top, "true_label"]
    known = KnownLabels(brought=case.labels, known=samples.index.isin(top))
    later = find_suspects(replace(case, samples=samples, known=known, fingerprint="decided")).table
    left = found.index[found["flagged"]].difference(top)
    print(f"{len(left)} flagged ones were left, {later['flagged'][left].sum()} of them still are")
    assert not later["flagged"][top].any()
    assert later["flagged"][left].mean() >= 0.9
    assert (samples["label"] != truth["true_label"])[later["flagged"]].mean() >= 0.9


def test_duplicates_are_found(demo):
    prepared, case, truth = demo
    hashes = hash_pictures(candidate_samples(case), prepared.dataset.pictures, prepared.dataset.store)
    table = find_twins(case, picture_hashes=hashes)
    found = {frozenset((row.first, row.second)): row.kind for row in table.itertuples()}
    copies = truth["duplicate_of"].dropna()
    expected = {frozenset(pair): truth["fault"][pair[0]].split()[0] for pair in copies.items()}
    assert found == expected
    assert sorted(expected.values()) == ["exact"] * 6 + ["near"] * 6
