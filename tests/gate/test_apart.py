"""Behind the gate a parser gives what it gives elsewhere; whatever its process does, this one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from core.dataset.pictures import PictureError
from core.errors import GlitchAuditError
from core.gate import gated
from core.gate.asking import keeper_of
from tests.gate import parsers

FILE = Path("strange.parquet")
STOPPED = [
    (parsers.aborts, "is damaged in a way that stops its reader"),
    (parsers.loops_in_c, "took longer than 2 s"),
    (parsers.swells, "grows beyond 400 MB"),
    (parsers.tells_too_much, "grows beyond 1 MB"),
    (parsers.stumbles, "cannot be read"),
]


@pytest.fixture(params=["forked", "fresh"])
def way(request, monkeypatch):
    """Both ways to get a process: a fork of the keeper, and a Python of its own where a system cannot fork."""
    if request.param == "fresh":
        monkeypatch.setattr("core.gate.gated._can_fork", lambda: False)
    return request.param


def test_the_result_is_the_function_s_own_and_comes_from_another_process(way):
    values, process = parsers.doubled(np.arange(5), name="five")
    assert values.tolist() == [0, 2, 4, 6, 8]
    assert process != os.getpid()


def test_a_relative_path_is_meant_from_where_it_was_given(way, tmp_path, monkeypatch):
    (tmp_path / "README.md").write_text("not the project's own")
    parsers.text_of(tmp_path / "README.md")
    monkeypatch.chdir(tmp_path)
    assert parsers.text_of(Path("README.md")) == "not the project's own"


def test_what_a_reader_raises_arrives_as_it_was_raised(way):
    with pytest.raises(PictureError, match=r"^strange\.parquet: no picture$"):
        parsers.refuses(FILE)


def test_a_result_is_no_alarm_where_the_system_knows_no_alarm(monkeypatch):
    monkeypatch.setattr("core.gate.gated._can_fork", lambda: False)
    monkeypatch.delattr(signal, "SIGALRM")
    assert parsers.doubled(np.ones(1))[0] == 2


@pytest.mark.parametrize(("parser", "sentence"), STOPPED, ids=[parser.__name__ for parser, _ in STOPPED])
def test_however_the_process_ends_a_sentence_names_the_file(parser, sentence, way):
    with pytest.raises(GlitchAuditError, match=f"^strange.parquet: .*{sentence}"):
        parser(FILE)
    assert parsers.doubled(np.ones(1))[0] == 2


def test_nothing_can_be_written_from_there(tmp_path):
    place = tmp_path / "written"
    with pytest.raises(GlitchAuditError):
        parsers.writes(place)
    assert not place.exists() or place.stat().st_size == 0


def test_what_is_called_from_there_has_no_gate_of_its_own():
    outer, inner = parsers.twice_apart(np.ones(1))
    assert outer == inner != os.getpid()


def test_threads_are_served_side_by_side_and_a_stopped_one_stops_no_other():
    def one(number: int) -> int:
        if number % 3 == 0:
            with pytest.raises(GlitchAuditError):
                parsers.aborts(FILE)
        return int(parsers.doubled(np.array([number]))[0][0])

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(one, range(24))) == [2 * number for number in range(24)]


def test_a_killed_keeper_is_replaced():
    keeper = keeper_of(os.getpid())
    keeper.start()
    keeper._process.send_signal(signal.SIGKILL)
    keeper._process.wait()
    assert parsers.doubled(np.ones(1))[0] == 2


def test_the_keeper_ends_with_the_process_it_belongs_to():
    program = (
        "import os; from core.gate import open_gate; from core.gate.asking import keeper_of; open_gate();"
        "print(keeper_of(os.getpid())._process.pid)"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    deadline = time.monotonic() + 60
    while _is_alive(int(said.stdout)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not _is_alive(int(said.stdout))


def test_where_no_process_can_be_started_that_is_said(monkeypatch):
    def cannot(*_):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("core.gate.asking.Keeper.ask", cannot)
    with pytest.raises(GlitchAuditError, match="cannot be started"):
        parsers.doubled(np.ones(1))
    assert gated.INSIDE not in os.environ


def _is_alive(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
