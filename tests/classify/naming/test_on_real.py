"""What was measured on real glitches: it belongs to one calibration, and is what the benchmarks' results say."""

import json
import re
from pathlib import Path

import pytest

from core.classify.naming.on_real import ON_REAL_FILE, CalledUnlike, load_on_real, save_on_real
from core.classify.naming.own_labels import Said
from core.classify.naming.shipped import SHIPPED_FILE
from core.statistics.intervals import wilson_interval

RESULTS = Path(__file__).parents[3] / "benchmarks" / "results"


def test_both_are_kept_until_the_calibration_changes(tmp_path):
    fitted, path = tmp_path / "fitted", tmp_path / "real.json"
    fitted.write_bytes(b"one")
    unlike, told = CalledUnlike(3, 60, 2, 2), Said(62, 0.9, 0.8, 0.7, 0.88, 0.1)
    save_on_real(fitted, path=path, unlike=unlike)
    save_on_real(fitted, path=path, said=told)
    assert (load_on_real(fitted, path=path).unlike, load_on_real(fitted, path=path).said) == (unlike, told)
    assert unlike.share == 0.05 and unlike.interval == wilson_interval(3, 60)
    fitted.write_bytes(b"another")
    assert load_on_real(fitted, path=path).unlike is None
    save_on_real(fitted, path=path, said=told)
    assert load_on_real(fitted, path=path).unlike is None and load_on_real(fitted, path=path).said == told


@pytest.mark.parametrize("content", [None, "", "broken", "[]", "{}"])
def test_without_a_file_nothing_was_measured(tmp_path, content):
    fitted, path = tmp_path / "fitted", tmp_path / "real.json"
    fitted.write_bytes(b"one")
    if content is not None:
        path.write_text(content)
    found = load_on_real(fitted, path=path)
    assert found.unlike is None and found.said is None


def test_the_file_in_the_repository_is_of_its_calibration_and_of_the_committed_results():
    found = load_on_real(SHIPPED_FILE)
    assert found.unlike is not None and found.said is not None, f"run the two benchmarks with --keep: {ON_REAL_FILE}"
    unlike = (RESULTS / "unlike.txt").read_text(encoding="utf-8")
    assert f"{found.unlike.called} of {found.unlike.glitches} real glitches of known kinds called unlike" in unlike
    assert f"None_of_the_Above {found.unlike.odd_called}" in unlike
    line = re.search(r"all, four views +([\d.]+)% +([\d.]+)%", (RESULTS / "confidence.txt").read_text(encoding="utf-8"))
    assert [float(part) for part in line.groups()] == pytest.approx(
        [100 * found.said.sure, 100 * found.said.right], abs=0.051
    )
    assert json.loads(ON_REAL_FILE.read_text(encoding="utf-8"))["said"]["samples"] == found.said.samples
