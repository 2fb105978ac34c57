"""The list of channels: joined over files, with gaps and safety; what contradicts itself is refused."""

import numpy as np
import pytest

from core.detector.channels.listing import channel_files, list_channels
from core.detector.channels.names import detector_of, refuse_other_detectors, unit_text, without_trend
from core.detector.model import Channel
from core.errors import GlitchAuditError
from tests.detector.channels.making import START, series_file

NAME = "L1:PEM-WIND.mean"


def test_files_of_one_channel_are_joined_with_their_gap(tmp_path):
    series_file(tmp_path / "b.h5", {NAME: np.ones(5)}, start=START + 600)
    series_file(tmp_path / "a.h5", {NAME: np.ones(5)})
    series_file(tmp_path / "c.h5", {"H1:OTHER": np.ones(5)}, step=1, unit="NONE")
    other, wind = list_channels(channel_files([tmp_path]), safety={"L1:PEM-WIND": "safe"})
    assert wind.channel == Channel(NAME, "L1", "um", "safe") and other.channel == Channel(
        "H1:OTHER", "H1", "", "unknown"
    )
    assert (wind.start, wind.end, wind.rate) == (START, START + 900, 1 / 60)
    assert wind.gaps.spans.tolist() == [[START + 300, START + 600]] and other.rate == 1
    assert wind.recorded.seconds == 600


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"start": START + 240}, "both hold L1:PEM-WIND.mean from GPS 1187009040 to 1187009100; take one"),
        ({"start": START + 600, "unit": "m"}, "is in “um” in .*a.h5 and in “m” in .*b.h5; bring it in one unit"),
        ({"start": START + 600, "step": 1.0}, "a value every 60 s in .* and every 1 s"),
    ],
)
def test_files_that_contradict_each_other_are_refused(tmp_path, second, said):
    series_file(tmp_path / "a.h5", {NAME: np.ones(5)})
    series_file(tmp_path / "b.h5", {NAME: np.ones(5)}, **second)
    with pytest.raises(GlitchAuditError, match=said):
        list_channels(channel_files([tmp_path]))


def test_places_without_a_file_are_refused(tmp_path):
    with pytest.raises(GlitchAuditError, match="no such file or folder"):
        channel_files([tmp_path / "nowhere"])
    with pytest.raises(GlitchAuditError, match="holds no file that is understood"):
        channel_files([tmp_path])


def test_a_name_says_its_detector_and_its_trend():
    assert detector_of("V1:ENV") == "V1"
    assert without_trend("L1:A.mean,m-trend") == "L1:A" and without_trend("L1:A.rms") == "L1:A"
    assert without_trend("L1:A-B_C") == "L1:A-B_C"
    with pytest.raises(GlitchAuditError, match="does not begin with a detector"):
        detector_of("PEM-WIND")


def test_units_are_kept_and_powers_of_ten_named():
    written = ("Mpc", b"mi / h", "NONE", None, "1e-06 m", "10^-9 m", "counts")
    assert [unit_text(one) for one in written] == ["Mpc", "mi / h", "", "", "um", "nm", "counts"]


def test_channels_of_another_detector_are_refused():
    with pytest.raises(GlitchAuditError, match="channels are of L1 and the glitches of H1"):
        refuse_other_detectors([Channel("L1:A", "L1")], ["H1"], where="These")
    refuse_other_detectors([Channel("L1:A", "L1")], ["H1", "L1"], where="These")
