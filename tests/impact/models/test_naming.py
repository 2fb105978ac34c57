"""Which family a glitch will be, from the channels alone."""

import dataclasses

import numpy as np
import pytest

from core.detector.model import GlitchTimes
from core.errors import GlitchAuditError
from core.impact.models.naming import model_family
from tests.impact.conftest import PARAMS


def part(glitches, families):
    own = np.isin(glitches.families, families)
    return GlitchTimes(glitches.sample_ids[own], glitches.times[own], glitches.detectors[own], glitches.families[own])


def test_coupled_families_are_told_apart(coupled):
    own = part(coupled.glitches, ("Scattered_Light", "Fast_Scattering", "Blip"))
    found = model_family(coupled.channels, own, detector="L1", params=PARAMS)
    assert found.families == ("Blip", "Fast_Scattering", "Scattered_Light")
    assert found.skilled
    assert found.p_value == pytest.approx(1 / 20)
    assert 0 < found.skill.low < found.skill.value < found.skill.high
    known = np.isfinite(found.chances).all(axis=1)
    assert known.all()
    assert found.chances.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert found.by_hour.sum(axis=1) == pytest.approx(1.0)
    # Glitches that are foreseen to be Scattered_Light with 0.5 to 0.7 are it about so often.
    chance = found.chances[:, 2]
    often = (found.given == "Scattered_Light")[(chance > 0.5) & (chance < 0.7)]
    assert 0.45 < often.mean() < 0.75
    assert found.importance.shape == (3, len(found.groups))
    driver = max(range(len(found.groups)), key=lambda number: found.importance[2, number])
    assert "100M_300M" in found.groups[driver]


def test_controls_are_not_and_nothing_is_explained(coupled):
    found = model_family(coupled.channels, part(coupled.glitches, ("Blip", "Tomte")), detector="L1", params=PARAMS)
    assert not found.skilled
    assert len(found.importance) == 0
    assert "no better than chance" in found.sentence


def test_one_family_or_too_few_days(coupled):
    with pytest.raises(GlitchAuditError, match="takes two to tell one from another"):
        model_family(coupled.channels, part(coupled.glitches, ("Blip",)), detector="L1", params=PARAMS)
    rare = dataclasses.replace(PARAMS, fewest_glitches=5000)
    with pytest.raises(GlitchAuditError, match="0 families of L1"):
        model_family(coupled.channels, coupled.glitches, detector="L1", params=rare)
    early = coupled.glitches.times < coupled.channels.start + 6 * 86400
    few = GlitchTimes(
        *(getattr(coupled.glitches, name)[early] for name in ("sample_ids", "times", "detectors", "families"))
    )
    with pytest.raises(GlitchAuditError, match="6 days, too few"):
        model_family(coupled.channels, few, detector="L1", params=PARAMS)
    assert (
        model_family(
            coupled.channels,
            part(coupled.glitches, ("Blip", "Tomte")),
            detector="L1",
            params=dataclasses.replace(PARAMS, trees=10),
        ).left_out
        == {}
    )
