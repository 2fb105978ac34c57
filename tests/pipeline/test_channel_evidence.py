"""What the channels say of the labels is kept beside the data set, and found again for the same detector and times."""

import numpy as np
import pandas as pd
import pytest

from core.detector.simulated import SimulationParams, simulate_detector
from core.pipeline import channel_evidence as room
from core.pipeline.channel_evidence import (
    evidence_stamp,
    find_channel_evidence,
    load_channel_evidence,
    params_for,
)
from core.pipeline.detector import Bringing, forget_bringing, glitches_of, keep_bringing
from core.pipeline.kept_detector import Detector
from core.workspace import Workspace


@pytest.fixture(scope="module")
def made():
    return simulate_detector(SimulationParams(days=24, glitches=500, others=0, beta=2.0), seed=5)


@pytest.fixture
def samples(made):
    glitches = made.glitches
    return pd.DataFrame(
        {"label": glitches.families, "detector": glitches.detectors, "event_time": glitches.times},
        index=pd.Index(glitches.sample_ids, name="sample_id"),
    )


@pytest.fixture
def found(made, samples, tmp_path):
    """The workspace, what was brought, and what was found."""
    workspace = Workspace(tmp_path / "workspace", tmp_path / "data.csv")
    (tmp_path / "minutes.csv").write_text("time,value\n")
    bringing = Bringing((str(tmp_path / "minutes.csv"),))
    keep_bringing(workspace, bringing)
    detector = Detector(made.channels, fingerprint=made.channels.fingerprint)
    glitches = glitches_of(samples, np.zeros(len(samples)))
    return workspace, bringing, find_channel_evidence(workspace, bringing, detector, glitches)


def test_what_was_found_comes_back_as_it_was(found, samples):
    workspace, _, evidence = found
    kept = load_channel_evidence(workspace, samples)
    assert evidence.skilled and kept.skilled
    entries = samples.assign(suggested=np.where(samples["label"] == "Blip", "Scattered_Light", "Blip"))
    np.testing.assert_array_equal(kept.log_odds(entries), evidence.log_odds(entries))
    assert np.isfinite(kept.log_odds(entries)).mean() > 0.9
    surest = entries.index[np.nanargmax(np.abs(kept.log_odds(entries)))]
    label, other = entries.loc[surest, ["label", "suggested"]]
    said = kept.said_of(surest, label, other)
    assert said.startswith("From the channels alone, ") and said == evidence.said_of(surest, label, other)
    assert kept.said_of("not here", label, other) == "" and kept.said_of(surest, label, "") == ""


def test_other_times_another_detector_and_none_leave_nothing(found, samples):
    workspace, bringing, _ = found
    stamp = evidence_stamp(workspace)
    assert stamp and load_channel_evidence(workspace, samples.assign(event_time=samples["event_time"] + 1)) is None
    assert load_channel_evidence(workspace, samples.drop(columns="event_time")) is None
    # Labels that were decided since do not take it away.
    assert load_channel_evidence(workspace, samples.assign(label="Blip")) is not None
    keep_bringing(workspace, Bringing(bringing.places, borders=(1_240_000_000.0,)))
    assert load_channel_evidence(workspace, samples) is None and evidence_stamp(workspace) != stamp
    forget_bringing(workspace)
    assert load_channel_evidence(workspace, samples) is None and evidence_stamp(workspace) == ""


def test_too_few_glitches_say_why_and_are_no_error(made, samples, tmp_path):
    workspace = Workspace(tmp_path / "workspace", tmp_path / "data.csv")
    few = glitches_of(samples.iloc[:50], np.zeros(50))
    detector = Detector(made.channels, fingerprint=made.channels.fingerprint)
    evidence = find_channel_evidence(workspace, Bringing(("here",)), detector, few)
    assert not evidence.skilled and "it takes two to tell one from another" in evidence.by_detector[0].sentence
    assert [one.detector for one in evidence.by_detector] == ["L1"]


def test_of_several_detectors_one_in_twenty_speaks_by_chance_of_all_together():
    assert params_for(["H1", "L1"]).level == pytest.approx(0.025)
    for count in (1, 2, 3):
        params = params_for(["H1", "L1", "V1"][:count])
        # The smallest chance that so many refits can show lies below the level.
        assert 1 / (params.refits + 1) <= params.level
    assert room.REFITS == 39
