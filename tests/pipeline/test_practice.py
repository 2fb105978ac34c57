"""What can be practised on the demo: labels that are true, no label of the planted coin toss, and what differs."""

import numpy as np
import pandas as pd
import pytest

from core.pipeline.audit import load_audit
from core.pipeline.practice import practice_of
from core.pipeline.stages import load_prepared
from core.workspace import DATA_FOLDER, HOME_VARIABLE, demo_workspace


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo's results and suspects, as they came with the project."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(HOME_VARIABLE, str(tmp_path_factory.mktemp("home")))
        prepared = load_prepared(demo_workspace())
        return prepared, load_audit(prepared).suspects


def said(**states):
    """What people said: of each sample its state and label."""
    rows = {sample: list(one) for sample, one in states.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["state", "label"], dtype=object)


def test_what_is_known_is_true_and_the_tossed_pair_is_not_known(demo):
    practice = practice_of(*demo, said())
    truth = pd.read_parquet(DATA_FOLDER / "demo_truth.parquet").set_index("sample_id")["true_label"]
    truth = truth.loc[practice.samples.index].to_numpy(dtype=str)
    # Whatever fits nothing else has names of its own in the truth.
    rows = np.concatenate([one.rows for name, one in practice.known.items() if name != "None_of_the_Above"])
    assert len(rows) > 900 and (truth[rows] != practice.labels[rows]).sum() <= 2
    # People tossed a coin between these two.
    assert practice.without == ("Air_Compressor", "Power_Line")
    assert len(practice.known) == 20 and practice.names == tuple(sorted(practice.names)) and len(practice.names) == 22


def test_what_differs_is_counted_on_the_data(demo):
    practice = practice_of(*demo, said())
    found = practice.difference("1400Ripples", "1080Lines")
    lines = practice.samples.loc[(practice.labels == "1080Lines") & practice.sound, "peak_frequency"]
    assert "peak frequency" in found and f"1080Lines: {lines.median():,.0f} Hz" in found
    assert practice.difference("Air_Compressor", "Power_Line") == ""


def test_what_was_decided_is_known_under_its_new_label_and_what_is_disputed_is_not(demo):
    prepared, suspects = demo
    before = practice_of(prepared, suspects, said())
    ids = before.samples.index
    tomtes = [str(ids[row]) for row in before.known["Tomte"].rows[:5]]
    blip, other = (str(ids[row]) for row in before.known["Blip"].rows[:2])
    states = dict.fromkeys((*tomtes[:4], blip), ("decided", "Tomte"))
    after = practice_of(prepared, suspects, said(**states, **{other: ("in review", None)}))
    assert after.known["Tomte"].checked and not after.known["Blip"].checked
    assert set(ids[after.known["Tomte"].rows]) == {*tomtes[:4], blip}
    assert not {blip, other} & set(ids[after.known["Blip"].rows])
    assert not after.sound[ids.get_loc(other)] and after.sound[ids.get_loc(blip)]
