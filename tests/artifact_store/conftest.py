"""An object store on loopback, with what was asked of it, and workspaces that keep their artifacts there."""

import logging
import sys
import urllib.request

import boto3
import pytest
from moto.server import ThreadedMotoServer

from core.artifact_store import store
from core.artifact_store.store import LIMIT_VARIABLE, STORE_VARIABLE
from core.workspace import HOME_VARIABLE, Workspace

BUCKET = "glitches"
KEY_ID, SECRET = "AKIAKEYOFTHETESTS000", "a-secret-that-nobody-may-read"


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """A home of its own, and no store that an earlier test knew."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    monkeypatch.delenv(STORE_VARIABLE, raising=False)
    monkeypatch.delenv(LIMIT_VARIABLE, raising=False)
    forget()
    yield
    forget()


def forget():
    store._store.cache_clear()
    if "s3fs" in sys.modules:
        # It keeps a connection by its arguments alone, and each server has a port of its own.
        sys.modules["s3fs"].S3FileSystem.clear_instance_cache()


class AskedFor(logging.Handler):
    """What was asked of the server, as "METHOD path"."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = []

    def emit(self, record):
        words = record.getMessage().split('"')
        self.lines += [" ".join(words[1].split()[:2])] if len(words) > 1 else []


@pytest.fixture(scope="session")
def servers():
    """The servers so far; the last one is used until a test stops it, as each takes half a second to end."""
    started = []
    yield started
    for server in started:
        stop(server)


@pytest.fixture
def s3(servers, monkeypatch):
    """A server with one empty bucket; ``s3.client`` speaks to it, ``s3.asked`` lists what it was asked."""
    if not servers or servers[-1]._server is None:
        servers.append(ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False))
        servers[-1].start()
    server = servers[-1]
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEY_ID)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    server.client = boto3.client("s3")
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")).close()
    server.client.create_bucket(Bucket=BUCKET)
    asked = AskedFor()
    log = logging.getLogger("werkzeug")
    level = log.level
    log.setLevel(logging.INFO)
    log.addHandler(asked)
    server.asked = asked.lines
    yield server
    forget()
    log.removeHandler(asked)
    log.setLevel(level)
    server.client.close()


@pytest.fixture
def in_s3(s3, monkeypatch):
    """The same server, named as the artifact store."""
    monkeypatch.setenv(STORE_VARIABLE, f"s3://{BUCKET}/artifacts")
    return s3


def stop(server):
    """Stop the server, so that connections to it are refused; a second call does nothing."""
    if server._server is not None:
        server.stop()
        server._server.server_close()
        server._server = None


def keys(s3):
    """The names of all objects in the bucket."""
    return sorted(one["Key"] for one in s3.client.list_objects_v2(Bucket=BUCKET).get("Contents", []))


def machine(tmp_path, name):
    """A workspace on a machine of its own."""
    return Workspace(tmp_path / "home" / name, tmp_path)
