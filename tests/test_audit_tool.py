"""`make audit` says what it found, and never that nothing is known about what it could not look up."""

import re
from pathlib import Path

from tools.audit import verdict

PROJECT = Path(__file__).parent.parent
CLEAN = {"name": "numpy", "version": "2.4.6", "vulns": []}
FAULTY = {"name": "pillow", "version": "1.0", "vulns": [{"id": "CVE-2099-1", "fix_versions": ["1.1", "2.0"]}]}
OPEN = {"name": "h5py", "version": "1.0", "vulns": [{"id": "CVE-2099-2", "fix_versions": []}]}
UNKNOWN = {"name": "torch", "skip_reason": "Dependency not found on PyPI and could not be audited: torch (2.13.0)"}


def test_all_looked_up_and_clean_is_the_only_good_end():
    assert verdict({"dependencies": [CLEAN]}) == (0, "1 of 1 packages were looked up; known faults: none.")


def test_faults_are_named_with_what_mends_them():
    status, text = verdict({"dependencies": [CLEAN, FAULTY, OPEN]})
    assert status == 1 and "pillow 1.0: CVE-2099-1, mended in 1.1, 2.0" in text
    assert "h5py 1.0: CVE-2099-2, not mended yet" in text and "3 of 3 packages were looked up; known faults: 2." in text


def test_what_was_not_looked_up_is_named_and_no_good_end():
    status, text = verdict({"dependencies": [CLEAN, UNKNOWN]})
    assert status == 2 and "1 of 2 packages" in text and text.endswith("does not know them: torch.")
    assert verdict({"dependencies": [UNKNOWN, FAULTY]})[0] == 1


def test_a_database_out_of_reach_is_one_sentence_and_no_good_end():
    """pip-audit 2.10.1 ends well and says that nothing was found where its database knows none of the packages."""
    for report in ({"dependencies": [UNKNOWN]}, {"dependencies": []}, None):
        status, text = verdict(report)
        assert status == 2 and text.startswith("Nothing was audited:") and "none" not in text


def test_the_tool_is_pinned_and_stays_out_of_the_other_environments():
    wanted = (PROJECT / "tools" / "audit-requirements.txt").read_text(encoding="utf-8")
    assert re.search(r"^pip-audit==[0-9.]+$", wanted, flags=re.M) and "-c ../constraints.txt" in wanted
    assert "pip-audit" not in (PROJECT / "constraints.txt").read_text(encoding="utf-8")
