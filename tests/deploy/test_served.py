"""Two servers behind a proxy: a visitor stays at one, goes to the other where the first ends, and all is logged."""

import http.cookiejar
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from core.commands.parser import main
from tests.browser.driving import PROJECT
from tests.deploy.sticky_proxy import COOKIE


def visitor():
    """A browser's memory for cookies, without the browser: ``open`` asks, ``cookies`` is what it was told."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    # One connection an answer, so that each is the proxy's to choose for.
    opener.addheaders = [("Connection", "close")]
    opener.desk = lambda: next(cookie.value for cookie in jar if cookie.name == COOKIE)
    return opener


def web_socket(port, cookie=""):
    """A connection that the server has taken as a WebSocket of the page."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = [
        "GET /_stcore/stream HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: streamlit",
        f"Cookie: {COOKIE}={cookie}",
    ]
    connection.sendall("\r\n".join([*head, "", ""]).encode())
    assert b" 101 " in connection.recv(4096).split(b"\r\n")[0]
    return connection


def logged(served):
    """What the server logged; the first lines are Streamlit's greeting."""
    lines = served.log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_a_visitor_stays_at_one_server_until_it_ends(proxied, capsys):
    proxy, servers = proxied
    one, other = visitor(), visitor()
    for _ in range(3):
        assert one.open(f"{proxy.url}/_stcore/health").read() == b"ok"
        assert json.load(one.open(f"{proxy.url}/ready"))["ready"] is True
        assert other.open(f"{proxy.url}/_stcore/health").read() == b"ok"
    assert (one.desk(), other.desk(), proxy.taken) == ("0", "1", [6, 3])

    port = int(proxy.url.rsplit(":", 1)[1])
    page = web_socket(port, one.desk())
    began = time.monotonic()
    servers[0].ask_to_end()
    servers[0].process.wait(30)
    # An open page does not keep it: the end is told to the browser, which then asks for the page anew.
    assert time.monotonic() - began < 25
    while page.recv(4096):
        pass
    page.close()
    assert one.open(f"{proxy.url}/_stcore/health").read() == b"ok" and one.desk() == "1"
    said = [line["message"] for line in logged(servers[0])]
    assert "The server has ended: acts are finished and jobs are parked." in said
    assert not [message for message in said if "in time" in message]

    main(["ready", servers[1].url])
    assert capsys.readouterr().out == "ledger: well\ndata set: well\nstore: well\n"
    with pytest.raises(urllib.error.HTTPError) as refused:
        one.open(f"{proxy.url}/ready?data=Hypatia")
    assert refused.value.code == 503
    assert json.load(refused.value) == {"ready": False, "checks": {"data set": False}}
    lines = servers[1].log.read_text(encoding="utf-8")
    assert "Hypatia" not in lines and "no data set of the name" in lines


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("GLITCH_AUDIT_ARTIFACTS", "nonsense", "nonsense is no address of a store"),
        ("GLITCH_AUDIT_CACHE_GB", "much", "it has to be a number of GB"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_a_sentence(name, value, said):
    code = "import runpy; runpy.run_path('deploy/serve.py')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env={**os.environ, name: value}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: ") and said in done.stderr.splitlines()[-1]
