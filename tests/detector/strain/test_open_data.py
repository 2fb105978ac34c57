"""Open strain is fetched where there is a network; where there is none, or nonsense comes, one sentence says so."""

import io
import socket
import urllib.request
from types import MappingProxyType

import pytest

from core.detector.strain import open_data
from core.errors import GlitchAuditError
from tests.detector.strain.strain_files import START, noise, write_gwosc

pytest.importorskip("gwosc", reason="gwosc is not installed")

URL = "https://gwosc.org/archive/data/O2/H-H1_GWOSC_O2_4KHZ_R1-1200000000-8.hdf5"


@pytest.fixture
def reached(monkeypatch):
    monkeypatch.setattr(open_data, "_reach", lambda: None)


class Answer(io.BytesIO):
    headers = MappingProxyType({"Content-Length": "100"})


def serve(monkeypatch, content, urls=(URL,)):
    asked = []
    monkeypatch.setattr(open_data, "_urls", lambda *given: list(urls))
    monkeypatch.setattr(urllib.request, "urlopen", lambda url, timeout: asked.append((url, timeout)) or content())
    return asked


def test_files_are_fetched_once_and_opened(tmp_path, monkeypatch, reached):
    content = write_gwosc(tmp_path / "theirs.hdf5", noise(8)).read_bytes()
    asked = serve(monkeypatch, lambda: Answer(content))
    source = open_data.fetch_strain("H1", [START + 1, START + 2], tmp_path / "kept")
    assert source.detectors == ("H1",) and source.covered("H1").seconds == 8
    open_data.fetch_strain("H1", [START + 3], tmp_path / "kept")
    assert asked == [(URL, open_data._READ_SECONDS)]


def test_without_a_network_it_is_one_sentence_within_seconds(tmp_path, monkeypatch):
    def refused(address, timeout):
        assert timeout <= 10
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "create_connection", refused)
    with pytest.raises(GlitchAuditError) as error:
        open_data.fetch_strain("H1", [START], tmp_path)
    assert "gwosc.org cannot be reached from here (Name or service not known)" in str(error.value)


def test_a_broken_fetch_leaves_no_file(tmp_path, monkeypatch, reached):
    class Broken(Answer):
        def read(self, *given):
            raise TimeoutError("timed out")

    serve(monkeypatch, lambda: Broken(b"x"))
    with pytest.raises(GlitchAuditError, match=r"cannot be fetched \(timed out\)"):
        open_data.fetch_strain("H1", [START], tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []


@pytest.mark.parametrize("url", ["http://gwosc.org/x.hdf5", "file:///etc/passwd", "https://gwosc.org/x.sh"])
def test_what_is_no_strain_file_is_not_fetched(tmp_path, monkeypatch, reached, url):
    asked = serve(monkeypatch, lambda: Answer(b""), urls=(url,))
    with pytest.raises(GlitchAuditError, match="is not fetched"):
        open_data.fetch_strain("H1", [START], tmp_path / "kept")
    assert asked == []


def test_times_without_data_and_unknown_detectors_are_one_sentence(tmp_path, monkeypatch, reached):
    serve(monkeypatch, lambda: Answer(b""), urls=())
    with pytest.raises(GlitchAuditError, match="no strain of H1 at these times"):
        open_data.fetch_strain("H1", [1.0], tmp_path)
    with pytest.raises(GlitchAuditError, match="'X1' is no detector"):
        open_data.fetch_strain("X1", [1.0], tmp_path)
