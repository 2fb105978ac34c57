"""States: flags, bits, lists of stretches, thresholds."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.detector.channels.states import above, read_livetime, read_states
from core.detector.channels.text_segments import text_spans
from core.detector.model import Channel, ChannelTable
from core.errors import GlitchAuditError
from tests.detector.channels.making import START, flag_file


def test_flags_in_hdf5_are_read_to_the_nanosecond(tmp_path):
    path = flag_file(
        tmp_path / "flags.h5",
        {"L1:A:1": ([(START + 1.5, START + 2.25)], [(START, START + 10)]), "H1:B:1": ([], [(START, START + 10)])},
    )
    second, first = read_states(path)
    assert (first.name, first.detector) == ("L1:A:1", "L1") and (second.name, second.detector) == ("H1:B:1", "H1")
    assert first.active.spans.tolist() == [[START + 1.5, START + 2.25]] and second.active.seconds == 0
    assert first.known.seconds == 10
    assert read_livetime(path, detector="L1").seconds == 0.75
    with pytest.raises(GlitchAuditError, match="empty, so H1 would never have observed"):
        read_livetime(path, detector="H1")
    with pytest.raises(GlitchAuditError, match="the stretches are of H1, L1, and V1 is wanted"):
        read_livetime(path, detector="V1")


def test_gwpys_flags_and_state_vectors_are_read(tmp_path):
    gwpy = pytest.importorskip("gwpy.segments")
    pytest.importorskip("igwn_ligolw")
    from gwpy.timeseries import StateVector

    flag = gwpy.DataQualityFlag("L1:TEST:1", active=[(START + 1, START + 2)], known=[(START, START + 9)])
    flag.write(tmp_path / "flag.xml.gz", format="ligolw")
    flag.write(tmp_path / "flag.h5", path="L1:TEST:1", format="hdf5")
    for name in ("flag.xml.gz", "flag.h5"):
        (state,) = read_states(tmp_path / name)
        assert (state.name, state.detector, state.known.seconds) == ("L1:TEST:1", "L1", 9)
        assert state.active.spans.tolist() == [[START + 1, START + 2]]
    vector = StateVector([0, 1, 1, 3, 2], bits=["locked", "quiet"], t0=START, dt=1, name="L1:ODC")
    vector.write(tmp_path / "vector.h5", path="L1:ODC")
    locked, quiet = read_states(tmp_path / "vector.h5")
    assert (locked.name, quiet.name) == ("L1:ODC locked", "L1:ODC quiet")
    assert locked.active.spans.tolist() == [[START + 1, START + 4]]
    assert quiet.active.spans.tolist() == [[START + 3, START + 5]] and quiet.known.seconds == 5


SPANS = st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=20)


@settings(max_examples=40, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spans=SPANS, form=st.sampled_from(["{a} {b}", "{a},{b}", "{a}\t{b}\t{d}", "{n} {a} {b} {d}"]), headed=st.booleans()
)
def test_stretches_in_any_form_of_text_are_read_as_written(tmp_path, spans, form, headed):
    rows = [(START + a, START + a + d, d) for a, d in spans]
    head = {"{a},{b}": "start,end", "{a} {b}": "start end"}.get(form, "") if headed else "# made by hand"
    text = "\n".join([head, *(form.format(n=n, a=a, b=b, d=d) for n, (a, b, d) in enumerate(rows))])
    (tmp_path / "a.txt").write_text(text)
    np.testing.assert_array_equal(text_spans(tmp_path / "a.txt"), [row[:2] for row in rows])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the list of stretches is empty"),
        ("# nothing\n", "the list of stretches is empty"),
        ("start,end\n", "the list of stretches is empty"),
        ("1187008800\n", "no begin and end"),
        ("1187008860 1187008800\n", "stretch 1 ends before it begins"),
        ("2017-08-17 2017-08-18\n", "bring GPS seconds"),
        ("0 100\n", "before 1995"),
        ("nan 1187008800\n", "row 1 has “nan” for a time"),
    ],
)
def test_a_list_that_says_no_stretch_is_refused(tmp_path, text, said):
    (tmp_path / "L1-locked.txt").write_text(text)
    with pytest.raises(GlitchAuditError, match=said):
        read_states(tmp_path / "L1-locked.txt")


def test_a_channel_above_a_threshold_is_a_state():
    values = np.array([[1, 5, np.nan, 6, 7, 2]], dtype=np.float32)
    table = ChannelTable((Channel("L1:WIND", "L1", "m/s"),), START, 60.0, values, {})
    state = above(table, "L1:WIND", 4)
    assert state.name == "L1:WIND above 4 m/s" and state.detector == "L1"
    assert state.active.spans.tolist() == [[START + 60, START + 120], [START + 180, START + 300]]
    assert state.known.seconds == 300
