"""Channels in HDF5, frames and text: what was written is read, units kept, and what is wrong is told."""

import math

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.detector.channels.samples import pieces_in, samples_of
from core.errors import GlitchAuditError
from tests.detector.channels.making import START, series_file

NAME = "L1:ISI-GND_STS_ETMX_Z"
EACH = settings(
    max_examples=30, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FLOATS = st.floats(allow_nan=True, allow_infinity=False, width=32)


@EACH
@given(values=st.lists(FLOATS, min_size=1, max_size=50), step=st.sampled_from([1.0, 60.0, 1 / 16]), data=st.data())
def test_any_part_of_an_hdf5_channel_is_read_as_it_was_written(tmp_path, values, step, data):
    from core.detector.channels.hdf5 import hdf5_pieces

    (piece,) = hdf5_pieces(series_file(tmp_path / "a.h5", {NAME: np.array(values)}, step=step, unit="um / s"))
    assert (piece.name, piece.unit, piece.start, piece.step, piece.samples) == (
        NAME,
        "um / s",
        START,
        step,
        len(values),
    )
    first = data.draw(st.integers(0, len(values) - 1))
    last = data.draw(st.integers(first, len(values)))
    np.testing.assert_array_equal(samples_of(piece, first, last), np.array(values[first:last]))


@EACH
@given(values=st.lists(FLOATS, min_size=3, max_size=30), gap=st.integers(1, 5))
def test_a_table_with_times_left_out_is_two_pieces(tmp_path, values, gap):
    from core.detector.channels.text_series import text_pieces

    where = len(values) // 2 + 1
    times = [START + 60 * (n + (gap if n >= where else 0)) for n in range(len(values))]
    path = tmp_path / f"table{gap}-{len(values)}-{hash(tuple(map(str, values)))}.csv"
    rows = "".join(f"{t},{'' if math.isnan(v) else v}\n" for t, v in zip(times, values, strict=True))
    path.write_text(f"time,{NAME} [um]\n{rows}")
    pieces = text_pieces(path)
    if len(set(np.diff(times))) == 2 and len(values) > 3:
        assert len(pieces) == 2
    assert {piece.unit for piece in pieces} == {"um"}
    read = np.concatenate([samples_of(piece, 0, piece.samples) for piece in pieces])
    np.testing.assert_allclose(read, values, rtol=1e-9)


def test_gwpys_own_files_read_as_gwpy_reads_them(tmp_path):
    timeseries = pytest.importorskip("gwpy.timeseries")
    rng = np.random.default_rng(0)
    written = timeseries.TimeSeriesDict(
        {
            NAME: timeseries.TimeSeries(rng.normal(size=1200), t0=START, dt=1, unit="um", name=NAME),
            "L1:PEM-WIND": timeseries.TimeSeries(
                rng.normal(size=19200).astype("f4"), t0=START, dt=1 / 16, unit="m/s", name="L1:PEM-WIND"
            ),
        }
    )
    for name in ("a.h5", "a.gwf"):
        if name == "a.gwf":
            pytest.importorskip("lalframe")
        written.write(tmp_path / name)
        pieces = {piece.name: piece for piece in pieces_in(tmp_path / name)}
        assert set(pieces) == set(written)
        for channel, series in timeseries.TimeSeriesDict.read(tmp_path / name, list(written)).items():
            piece = pieces[channel]
            assert (piece.start, piece.step, piece.samples) == (series.t0.value, series.dt.value, len(series))
            np.testing.assert_array_equal(samples_of(piece, 3, 99), series.value[3:99])
        assert pieces[NAME].unit == "um"
    written[NAME].write(tmp_path / "L1-OF_GWPY.txt")
    (piece,) = pieces_in(tmp_path / "L1-OF_GWPY.txt")
    assert (piece.name, piece.start, piece.step) == ("L1:OF_GWPY", START, 1)
    np.testing.assert_allclose(samples_of(piece, 0, 1200), written[NAME].value)


@pytest.mark.parametrize(
    ("attribute", "value", "said"),
    [
        ("x0", 0.0, "before 1995"),
        ("x0", 1.9e9, "lies in the future"),
        ("x0", np.nan, "is no number"),
        ("dx", 0.0, "samples are 0.0 s apart"),
        ("dx", np.nan, "samples are nan s apart"),
        ("dx", 1e12, "20 years"),
    ],
)
def test_times_that_cannot_be_are_refused(tmp_path, attribute, value, said):
    path = series_file(tmp_path / "a.h5", {NAME: np.ones(3)})
    with h5py.File(path, "a") as file:
        file[NAME].attrs[attribute] = value
    with pytest.raises(GlitchAuditError, match=said):
        pieces_in(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("time,A\n1187008800,1\n1187008860,x\n", "a value is no number"),
        ("when,A\n1187008800,1\n1187008860,2\n", "it has to be time"),
        ("time,A\n1187008800,1\n1187008800,2\n", "run back or repeat"),
        ("time,A\n1167264016,1\n1167264016,2\n1167264017,3\n", "UTC had a leap second"),
        ("time,A\n1187008800,1\n", "one line"),
        ("time,A\n2017-08-17T12:41:04,1\n2017-08-17T12:42:04,1\n", "bring GPS seconds"),
        ("1187008800\n", "a column of GPS seconds and one of values"),
        ("", "cannot be read as a table"),
    ],
)
def test_a_table_that_is_no_channel_is_refused(tmp_path, text, said):
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(GlitchAuditError, match=said):
        pieces_in(tmp_path / "a.csv")


def test_what_is_no_file_of_channels_is_refused(tmp_path):
    (tmp_path / "a.h5").write_bytes(b"no HDF5")
    (tmp_path / "a.gwf").write_bytes(b"no frame")
    for name, said in (("a.h5", "as HDF5"), ("a.gwf", "frame"), ("nowhere.h5", "no such file")):
        with pytest.raises(GlitchAuditError, match=said):
            pieces_in(tmp_path / name)


def test_a_link_out_of_the_file_and_a_claim_beyond_its_size_are_not_followed(tmp_path):
    secret = series_file(tmp_path / "secret.h5", {NAME: np.ones(3)})
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file["L1:OUT"] = h5py.ExternalLink(str(secret), NAME)
    with pytest.raises(GlitchAuditError, match="no channel in it"):
        pieces_in(tmp_path / "a.h5")
    with h5py.File(tmp_path / "b.h5", "w") as file:
        huge = file.create_dataset(NAME, shape=(10**8,), dtype="f8", chunks=(10**6,))
        huge.attrs.update({"x0": START, "dx": 1.0, "xunit": "s"})
    with pytest.raises(GlitchAuditError, match="far more than the file holds"):
        pieces_in(tmp_path / "b.h5")
