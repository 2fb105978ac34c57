"""What a channel's name says in plain words."""

import pytest

from core.detector.channels.names import plain_name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("L1:ISI-GND_STS_ETMX_X_BLRMS_100M_300M", "ground motion, 0.1 to 0.3 Hz"),
        ("L1:ISI-GND_STS_ITMY_Z_BLRMS_30M_100M.mean,m-trend", "ground motion, 0.03 to 0.1 Hz"),
        ("H1:ISI-GND_STS_ITMY_Z_BLRMS_1_3", "ground motion, 1 to 3 Hz"),
        ("L1:ASC-X_BLRMS_300M_1", "motion, 0.3 to 1 Hz"),
        ("L1:PEM-CS_TEMPERATURE", "temperature"),
        ("L1:PEM-CS_ACC_1_BLRMS", "acceleration"),
        ("L1:ASC-X_TR_A_NSUM_OUT_DQ", ""),
    ],
)
def test_what_is_measured_and_in_which_band(name, words):
    assert plain_name(name) == words
