"""Scattered light: the fringe frequency of a known motion, and units that are no length."""

import numpy as np
import pytest

from core.detector.channels.fringes import fringe_frequency, in_um
from core.errors import GlitchAuditError


def test_five_um_at_the_microseism_beat_at_8_858_hz():
    seconds = np.arange(0, 60, 1 / 16)
    found = fringe_frequency(5 * np.sin(2 * np.pi * 0.15 * seconds), rate=16)
    assert found.shape == (4, 960)
    # f = (2 / 1.064 um) 2 pi 0.15 Hz 5 um, and m times that on m passes.
    np.testing.assert_allclose(found.max(axis=1), np.arange(1, 5) * 8.858, rtol=0.005)


def test_a_displacement_is_brought_to_um_and_counts_are_refused():
    np.testing.assert_allclose(in_um(np.array([2e-6]), "m", name="A"), [2])
    np.testing.assert_allclose(in_um(np.array([500.0]), "nm", name="A"), [0.5])
    with pytest.raises(GlitchAuditError, match="L1:OSEM is in “counts”, and fringes come from a displacement"):
        in_um(np.array([1.0]), "counts", name="L1:OSEM")
    with pytest.raises(GlitchAuditError, match="at least 5 samples"):
        fringe_frequency(np.ones(4), rate=16)
