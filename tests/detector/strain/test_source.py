"""Strain files, alone and as a folder: whose they are, when they are, their gaps; what is wrong is one sentence."""

import h5py
import numpy as np
import pytest

from core.detector.strain.model import detector_of
from core.detector.strain.source import open_strain
from core.errors import GlitchAuditError
from tests.detector.strain.strain_files import RATE, START, noise, write_gwosc, write_gwpy


def said(error):
    text = str(error.value)
    assert "\n" not in text
    return text


def test_a_gwosc_file_says_whose_strain_it_is_and_when(tmp_path):
    values = noise(4)
    source = open_strain(write_gwosc(tmp_path / "x.hdf5", values))
    (file,) = source.files
    assert (file.detector, file.start, file.rate, file.samples) == ("H1", START, RATE, 4 * RATE)
    read = source.read("H1", START + 1, START + 3)
    np.testing.assert_array_equal(read.values, values[RATE : 3 * RATE])
    assert read.end == START + 3


def test_a_file_of_gwpy_is_read_without_gwpy(tmp_path):
    values = noise(2)
    source = open_strain(write_gwpy(tmp_path / "any.h5", values))
    assert source.detectors == ("L1",) and source.files[0].location == "L1:GDS-CALIB_STRAIN"
    np.testing.assert_array_equal(source.read("L1", START, START + 2).values, values)


def test_what_gwpy_itself_writes_is_read(tmp_path):
    series = pytest.importorskip("gwpy.timeseries", reason="gwpy is not installed")
    values = noise(2)
    written = series.TimeSeries(values, t0=START, sample_rate=RATE, channel="V1:Hrec_hoft_16384Hz", unit="strain")
    written.write(tmp_path / "written.h5", path="V1:Hrec_hoft_16384Hz")
    source = open_strain(tmp_path / "written.h5")
    assert source.detectors == ("V1",)
    np.testing.assert_array_equal(source.read("V1", START + 1, START + 2).values, values[RATE:])


def test_a_gwf_file_is_read_through_gwpy(tmp_path):
    pytest.importorskip("lalframe", reason="lalsuite is not installed")
    series = pytest.importorskip("gwpy.timeseries", reason="gwpy is not installed")
    values = noise(4)
    path = tmp_path / "H-H1_TEST-1200000000-4.gwf"
    series.TimeSeries(values, t0=START, sample_rate=RATE, channel="H1:GDS-CALIB_STRAIN").write(str(path))
    source = open_strain(path)
    (file,) = source.files
    assert (file.detector, file.start, file.rate, file.samples) == ("H1", START, RATE, 4 * RATE)
    np.testing.assert_array_equal(source.read("H1", START + 1, START + 2).values, values[RATE : 2 * RATE])
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(GlitchAuditError) as error:
        open_strain(path)
    assert "cannot be read as GWF" in said(error) or "damaged" in said(error)


def test_many_files_are_joined_and_gaps_between_them_are_known(tmp_path):
    values = noise(6)
    for first, last in ((0, 2), (2, 3), (5, 6)):
        write_gwosc(tmp_path / f"{first}.hdf5", values[first * RATE : last * RATE], start=START + first)
    write_gwosc(tmp_path / "other.hdf5", noise(1, seed=2), detector="L1")
    source = open_strain(tmp_path)
    assert source.detectors == ("H1", "L1") and len(source.of("H1")) == 3
    np.testing.assert_array_equal(source.covered("H1").spans, [[START, START + 3], [START + 5, START + 6]])
    read = source.read("H1", START + 1, START + 6).values
    expected = values[RATE:].copy()
    expected[2 * RATE : 4 * RATE] = np.nan
    np.testing.assert_array_equal(read, expected)


def test_the_fingerprint_follows_the_files(tmp_path):
    write_gwosc(tmp_path / "a.hdf5", noise(1))
    before = open_strain(tmp_path).fingerprint
    assert open_strain(tmp_path).fingerprint == before
    write_gwosc(tmp_path / "b.hdf5", noise(1), start=START + 1)
    assert open_strain(tmp_path).fingerprint != before


def test_overlapping_files_of_one_detector_are_refused_and_of_two_are_not(tmp_path):
    write_gwosc(tmp_path / "a.hdf5", noise(2))
    write_gwosc(tmp_path / "b.hdf5", noise(2), start=START + 1, detector="L1")
    assert len(open_strain(tmp_path).files) == 2
    write_gwosc(tmp_path / "c.hdf5", noise(2), start=START + 1)
    with pytest.raises(GlitchAuditError) as error:
        open_strain(tmp_path)
    text = said(error)
    assert "a.hdf5 and c.hdf5 both hold H1" in text and "1200000001 to 1200000002" in text and "keep one" in text


def test_another_detector_and_another_rate_are_told(tmp_path):
    write_gwosc(tmp_path / "a.hdf5", noise(2))
    write_gwosc(tmp_path / "b.hdf5", noise(2, rate=2048), start=START + 2, rate=2048)
    source = open_strain(tmp_path)
    with pytest.raises(GlitchAuditError) as error:
        source.read("L1", START, START + 1)
    assert "no strain of L1, but of H1" in said(error)
    with pytest.raises(GlitchAuditError) as error:
        source.read("H1", START + 1, START + 3)
    assert "2048" in said(error) and "4096" in said(error)


@pytest.mark.parametrize(
    ("names", "detector"),
    [
        (("H1:GDS-CALIB_STRAIN",), "H1"),
        (("", "L1"), "L1"),
        (("strain", "V-V1_O3-1200000000-4096.gwf"), "V1"),
        (("L-L1_GWOSC_4KHZ_R1-1200000000-32.hdf5",), "L1"),
        (("K-K1_HOFT-1200000000-32.gwf",), "K1"),
        (("H-HOFT_C00-1200000000-32.gwf",), "H1"),
        (("H1000", "strain.hdf5"), ""),
    ],
)
def test_the_detector_is_told_by_channel_or_file_name(names, detector):
    assert detector_of(*names) == detector


def test_a_file_that_names_no_detector_asks_for_one(tmp_path):
    path = write_gwosc(tmp_path / "mine.hdf5", noise(1), detector="")
    with pytest.raises(GlitchAuditError) as error:
        open_strain(path)
    assert "which detector" in said(error)
    assert open_strain(path, detector="G1").detectors == ("G1",)


def test_several_series_need_a_name(tmp_path):
    path = write_gwpy(tmp_path / "two.h5", noise(1), channel="L1:A-STRAIN")
    write_gwpy(path, noise(1, seed=3), channel="L1:B-STRAIN")
    with pytest.raises(GlitchAuditError) as error:
        open_strain(path)
    assert "L1:A-STRAIN, L1:B-STRAIN" in said(error)
    assert open_strain(path, channel="L1:B-STRAIN").files[0].location == "L1:B-STRAIN"
    with pytest.raises(GlitchAuditError) as error:
        open_strain(path, channel="L1:C")
    assert "no series L1:C" in said(error)


def broken(tmp_path, name, make):
    with h5py.File(tmp_path / name, "w") as file:
        make(file)
    return tmp_path / name


def series(file, name="strain/Strain", *, data=(1.0, 2.0), **attrs):
    file.create_dataset(name, data=np.asarray(data)).attrs.update(attrs)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda file: file.create_group("strain"), "holds no strain"),
        (lambda file: series(file, Xspacing=1 / 4096), "does not say"),
        (lambda file: series(file, Xspacing=0.0, Xstart=START), "no series in time"),
        (lambda file: series(file, Xspacing=1e-9, Xstart=START), "no strain"),
        (lambda file: series(file, Xspacing=float("nan"), Xstart=START), "no series in time"),
        (lambda file: series(file, Xspacing=1 / 4096, Xstart=-5), "no GPS time"),
        (lambda file: series(file, Xspacing=1 / 4096, Xstart=1e30), "no GPS time"),
        (lambda file: series(file, Xspacing=1 / 4096, Xstart=START, data=()), "no samples"),
        (lambda file: series(file, "H1:X", x0=START, dx=0.5, xunit="Hz"), "no series in time"),
        (lambda file: series(file, "H1:X", x0=b"\xff", dx=b"\x01"), "does not say"),
        (lambda file: file.__setitem__("strain", h5py.ExternalLink("/etc/passwd", "/")), "holds no strain"),
        (
            lambda file: file.create_dataset(
                "strain/Strain", (4,), dtype="f8", external=[("/etc/passwd", 0, 32)]
            ).attrs.update(Xspacing=1 / 4096, Xstart=START),
            "holds no strain",
        ),
    ],
)
def test_hostile_and_odd_files_are_one_sentence(tmp_path, make, sentence):
    with pytest.raises(GlitchAuditError) as error:
        open_strain(broken(tmp_path, "H-H1_X-1-1.hdf5", make))
    assert sentence in said(error)


@pytest.mark.parametrize("kept", [0, 100, 3000])
def test_truncated_files_are_one_sentence(tmp_path, kept):
    path = write_gwosc(tmp_path / "x.hdf5", noise(1))
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(GlitchAuditError) as error:
        open_strain(path)
    assert "x.hdf5" in said(error)


def test_places_without_strain_are_one_sentence(tmp_path):
    for place, sentence in (
        (tmp_path / "none", "no such file or folder"),
        (tmp_path, "holds no strain file"),
    ):
        with pytest.raises(GlitchAuditError) as error:
            open_strain(place)
        assert sentence in said(error)
    (tmp_path / "notes.txt").write_text("strain")
    with pytest.raises(GlitchAuditError) as error:
        open_strain(tmp_path / "notes.txt")
    assert ".hdf5" in said(error)
