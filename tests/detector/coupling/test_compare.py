"""Two labels: do they go with different channels?"""

import dataclasses

import numpy as np
import pytest

from core.detector.coupling.compare import compare_families
from core.detector.model import GlitchTimes
from core.detector.simulated import NAMES, SimulationParams, simulate_detector
from core.errors import GlitchAuditError

MICROSEISM, TRAFFIC = f"L1:{NAMES['microseism']}", f"L1:{NAMES['traffic']}"


@pytest.fixture(scope="module")
def simulated():
    return simulate_detector(SimulationParams(days=30), seed=11)


def test_labels_that_go_with_different_channels(simulated):
    found = compare_families(
        simulated.channels, simulated.glitches, "Scattered_Light", "Fast_Scattering", detector="L1"
    )
    by_channel = {one.channel: one for one in found.differences}
    assert found.verdict == "different"
    assert found.sentence.startswith("Scattered_Light and Fast_Scattering do not go with the same channels. ")
    others = sum(one.verdict == "different" for one in found.differences) - 1
    assert found.sentence.endswith(f" They differ with {others} other channels as well.") and others > 1
    # One goes with the microseism as its tenth power a decade and the other not at all.
    assert by_channel[MICROSEISM].low < 10 < by_channel[MICROSEISM].high
    assert by_channel[TRAFFIC].low < 0.1 < by_channel[TRAFFIC].high
    assert by_channel[simulated.truth.unsafe].reason == "unsafe"
    assert by_channel[simulated.truth.dead].reason == "constant"
    assert by_channel[simulated.truth.confounder].reason == "by the hour"
    assert simulated.truth.other_detector not in by_channel


def test_the_quotient_is_that_of_both_ratios(simulated):
    found = compare_families(simulated.channels, simulated.glitches, "Scattered_Light", "Blip", detector="L1")
    one = next(one for one in found.differences if one.channel == MICROSEISM)
    assert one.ratio == pytest.approx(one.first_ratio / one.second_ratio)


def test_two_halves_of_one_label_do_not_differ(simulated):
    own = simulated.glitches.families == "Scattered_Light"
    halves = np.where(np.random.default_rng(0).random(own.sum()) < 0.5, "one half", "other half").astype(object)
    parts = GlitchTimes(
        simulated.glitches.sample_ids[own], simulated.glitches.times[own], simulated.glitches.detectors[own], halves
    )
    found = compare_families(simulated.channels, parts, "one half", "other half", detector="L1")
    assert found.verdict == "no difference to be told"
    told = [one for one in found.differences if one.verdict == found.verdict]
    assert all("would have been seen nine times in ten" in one.sentence for one in told)


def test_too_few_glitches_cannot_be_told_and_unknown_families_are_refused(simulated):
    few = dataclasses.replace(
        simulated.glitches,
        families=np.where(np.arange(len(simulated.glitches.times)) < 20, "rare", "Blip").astype(object),
    )
    found = compare_families(simulated.channels, few, "rare", "Blip", detector="L1")
    assert found.verdict == "cannot tell"
    assert {one.verdict for one in found.differences} == {"cannot tell"}
    with pytest.raises(GlitchAuditError, match="no glitches of Whistle in L1"):
        compare_families(simulated.channels, simulated.glitches, "Whistle", "Blip", detector="L1")
