"""Channel lists: safe, unsafe, and unknown where nobody says."""

import pytest

from core.detector.channels.safety import read_safety
from core.errors import GlitchAuditError

INI = """
[L1:SUS]
frametype = L1_HOFT
channels = L1:SUS-A 256 safe clean
\tL1:SUS-B 256 unsafe clean
\tL1:SUS-C 256 unknown clean
[unsafe]
L1:CAL-DELTAL
"""


def test_a_csv_says_it_in_a_column(tmp_path):
    (tmp_path / "a.csv").write_text("channel,safety\nL1:A,safe\nL1:B,Unsafe\nL1:C,unknown\n")
    assert read_safety(tmp_path / "a.csv") == {"L1:A": "safe", "L1:B": "unsafe", "L1:C": "unknown"}
    (tmp_path / "b.csv").write_text("name,safe\nL1:A,yes\nL1:B,no\n")
    assert read_safety(tmp_path / "b.csv") == {"L1:A": "safe", "L1:B": "unsafe"}


def test_an_ini_says_it_by_line_or_by_section(tmp_path):
    (tmp_path / "a.ini").write_text(INI)
    said = read_safety(tmp_path / "a.ini")
    assert said == {"L1:SUS-A": "safe", "L1:SUS-B": "unsafe", "L1:SUS-C": "unknown", "L1:CAL-DELTAL": "unsafe"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "channel,safety\nL1:A,safe\nL1:A,unsafe\n", "L1:A is listed as safe and as unsafe"),
        ("a.csv", "channel,rate\nL1:A,256\n", "one called safety"),
        ("a.csv", "", "no channel is in it"),
        ("a.ini", "L1:A 256 safe\n", "cannot be read as an INI file"),
        ("a.ini", "[empty]\n", "no channel is in it"),
    ],
)
def test_a_list_that_says_nothing_or_both_is_refused(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(GlitchAuditError, match=said):
        read_safety(tmp_path / name)
