"""What the detector's channels say of a failure mode: one line beside its verdict."""

import numpy as np
import pandas as pd
import pytest

from core.audit.failure_modes.verdicts import Verdict, verdict_table
from core.detector.simulated import SimulationParams, simulate_detector
from core.pipeline.by_channels import channel_lines, line_key

FAMILIES = ("Scattered_Light", "Blip", "Tomte", "Fast_Scattering", "Koi_Fish")
SPLIT, COMPRESSED = "over-splitting", "over-compression"


@pytest.fixture(scope="module")
def simulated():
    return simulate_detector(SimulationParams(days=30), seed=5)


def samples_of(simulated, *, labels=None, detector="L1"):
    """The glitches as samples, each under its family, or under the label that stands for it."""
    families = pd.Series(simulated.glitches.families.astype(str))
    return pd.DataFrame(
        {
            "label": families.replace(labels or {}).to_numpy(dtype=object),
            "event_time": simulated.glitches.times,
            "detector": detector,
        },
        index=pd.Index(simulated.glitches.sample_ids, name="sample_id"),
    )


def one_line(simulated, verdict, clusters, **given):
    table = verdict_table([verdict])
    lines = channel_lines(simulated.channels, samples_of(simulated, **given), clusters, table)
    return lines.get(line_key(table.iloc[0]))


def places(simulated):
    """Each family in a cluster of its own."""
    return np.array([FAMILIES.index(one) for one in simulated.glitches.families])


def look_alikes(*labels, verdict="supported"):
    return Verdict(SPLIT, verdict, "said", cluster=0, clusters=(0,), labels=labels)


def test_names_that_look_alike_and_go_with_different_channels(simulated):
    together = np.zeros(len(simulated.glitches.times), dtype=int)
    line = one_line(simulated, look_alikes("Scattered_Light", "Blip"), together)
    assert line.answer == "different"
    assert line.sentence.startswith("They go with different channels: the rate of Scattered_Light changes ")
    channel = simulated.truth.goes_with["Scattered_Light"]
    assert channel in line.sentence or simulated.truth.twins[channel] in line.sentence
    assert "That channel measures ground motion, 0.1 to 0.3 Hz." in line.sentence
    assert "two kinds that look alike" in line.so


def test_names_that_no_channel_tells_apart_come_with_what_would_have_been_seen(simulated):
    together = np.zeros(len(simulated.glitches.times), dtype=int)
    line = one_line(simulated, look_alikes("Tomte", "Blip", verdict="cannot tell"), together)
    assert line.answer == "no difference to be told"
    assert line.sentence.startswith("They are not to be told apart by ") and "channels of L1" in line.sentence
    size = float(line.sentence.split("a difference of ")[1].split("-fold")[0])
    # A difference that would not have been seen up to a factor of 4 is not spoken of.
    assert 1 < size <= 4 and line.so == "The channels give no reason to keep the names apart."


def test_the_parts_of_one_label_are_compared_by_the_piles_they_lie_in(simulated):
    verdict = Verdict(COMPRESSED, "supported", "said", label="Mixed", clusters=(0, 3), labels=("Mixed",))
    line = one_line(
        simulated, verdict, places(simulated), labels={"Scattered_Light": "Mixed", "Fast_Scattering": "Mixed"}
    )
    assert line.answer == "different" and "This speaks for several kinds" in line.so
    assert "pile 1 (cluster 0)" in line.sentence and "pile 2 (cluster 3)" in line.sentence


def test_of_three_names_two_that_differ_are_named(simulated):
    together = np.zeros(len(simulated.glitches.times), dtype=int)
    line = one_line(simulated, look_alikes("Blip", "Tomte", "Fast_Scattering"), together)
    assert line.answer == "different" and "Fast_Scattering" in line.sentence


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"labels": {"Koi_Fish": "Tomte"}}, "no channel is of a detector"),
        ({"detector": "V1"}, "no channel is of a detector"),
    ],
)
def test_where_nothing_can_be_compared_the_line_says_why(simulated, given, said):
    together = np.zeros(len(simulated.glitches.times), dtype=int)
    line = one_line(simulated, look_alikes("Koi_Fish", "Blip"), together, **given)
    assert line.answer == "cannot tell" and said in line.sentence and line.so == ""


def test_too_few_glitches_are_told_with_how_many_are_needed(simulated):
    place = np.full(len(simulated.glitches.times), -1)
    place[np.flatnonzero(simulated.glitches.families == "Blip")[:20]] = 0
    place[simulated.glitches.families == "Tomte"] = 0
    line = one_line(simulated, look_alikes("Blip", "Tomte"), place)
    assert line.sentence == (
        "Whether they go with different channels cannot be told: Blip or Tomte has too few glitches (50 each are "
        "needed while a channel was recorded)."
    )


def test_channels_that_could_hide_a_difference_are_named_and_nothing_follows_from_the_others():
    few = simulate_detector(SimulationParams(days=30, glitches=300.0, beta=0.5), seed=5)
    together = np.zeros(len(few.glitches.times), dtype=int)
    line = one_line(few, look_alikes("Scattered_Light", "Blip"), together)
    # A coupling of that size is there, and these glitches are too few to see it.
    assert line.answer == "no difference to be told" and line.so == ""
    assert "It cannot be told for L1:PEM-CS_ACC_1_BLRMS and L1:PEM-CS_ACC_2_BLRMS, with which" in line.sentence
    assert line.sentence.endswith("even a noticeable difference would not have been seen.")


def test_verdicts_that_ask_for_nothing_and_single_parts_have_no_line(simulated):
    together = np.zeros(len(simulated.glitches.times), dtype=int)
    assert one_line(simulated, look_alikes("Blip", "Tomte", verdict="not supported"), together) is None
    alone = Verdict(COMPRESSED, "cannot tell", "said", label="Blip", clusters=(0,), labels=("Blip",))
    assert one_line(simulated, alone, together) is None
    assert channel_lines(simulated.channels, samples_of(simulated), together, verdict_table([])) == {}
