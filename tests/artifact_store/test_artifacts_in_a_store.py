"""Artifacts at an address: made on one machine, found on another, whole or not at all, whatever happens meanwhile."""

import json
import logging
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from moto import settings
from moto.core.responses import ActionAuthenticatorMixin

from core.artifact_store import artifacts, places
from core.artifact_store.places import open_place
from core.artifact_store.store import STORE_VARIABLE, artifact_store
from core.commands.parser import main
from core.errors import GlitchAuditError
from core.workspace import Workspace, cached_stage, open_workspace, store_artifact, workspace_for
from tests.artifact_store.conftest import BUCKET, KEY_ID, SECRET, forget, keys, machine, stop

PROJECT = Path(__file__).parents[2]

KILLED_WRITER = """
import sys, time
from pathlib import Path
from core.artifact_store.places import open_place

from core.workspace import Workspace, store_artifact
from core.artifact_store import store

place = store.artifact_store().place
upload, done = place.files.put_file, []

def slow(*given, **named):
    if done:
        print("in the middle", flush=True)
        time.sleep(600)
    upload(*given, **named)
    done.append(given)

place.files.put_file = slow

def write(folder):
    (folder / "one.npy").write_bytes(b"1" * 1000)
    (folder / "two.npy").write_bytes(b"2" * 1000)

store_artifact(Workspace(Path(sys.argv[1]), Path(sys.argv[1])), "layout", "key", write)
"""


def write(folder):
    (folder / "inner").mkdir()
    (folder / "inner" / "one.npy").write_bytes(b"1" * 1000)
    (folder / "two.json").write_text("{}")


def made(workspace, built):
    def build():
        built.append(workspace.name)
        return "value"

    def save(value, folder):
        (folder / "value.txt").write_text(value)

    return cached_stage(
        workspace, "stage", "key", load=lambda folder: (folder / "value.txt").read_text(), save=save, build=build
    )


@contextmanager
def asked_for_its_key():
    """The server looks at keys, of which it knows none."""
    ActionAuthenticatorMixin.request_count, before = 0, ActionAuthenticatorMixin.request_count
    settings.INITIAL_NO_AUTH_ACTION_COUNT, most = 0.0, settings.INITIAL_NO_AUTH_ACTION_COUNT
    try:
        yield
    finally:
        ActionAuthenticatorMixin.request_count = before
        settings.INITIAL_NO_AUTH_ACTION_COUNT = most


@pytest.fixture
def in_memory(tmp_path, monkeypatch):
    """The address of an artifact store in this process's memory."""
    address = f"memory://{tmp_path.name}/far"
    monkeypatch.setenv(STORE_VARIABLE, address)
    return address


@pytest.fixture(params=["s3", "file", "memory"])
def anywhere(request, tmp_path, monkeypatch):
    """Each kind of address, as the artifact store."""
    if request.param == "s3":
        request.getfixturevalue("in_s3")
    else:
        monkeypatch.setenv(
            STORE_VARIABLE, f"file://{tmp_path}/far" if request.param == "file" else f"memory://{tmp_path.name}/far"
        )


def test_what_one_machine_made_another_finds(anywhere, tmp_path):
    first, second, built = machine(tmp_path, "first"), machine(tmp_path, "second"), []
    assert [made(first, built), made(second, built)] == ["value", "value"]
    assert built == ["first"]
    # It lies in the second machine's cache by now, sealed as it was made.
    forget()
    assert second.find("stage", "key") == second.cache / "stage-key"
    assert (second.cache / "stage-key" / "seal.json").read_bytes() == (
        first.cache / "stage-key" / "seal.json"
    ).read_bytes()


def test_folders_inside_an_artifact_travel(anywhere, tmp_path):
    store_artifact(machine(tmp_path, "first"), "layout", "key", write)
    found = machine(tmp_path, "second").find("layout", "key")
    assert (found / "inner" / "one.npy").read_bytes() == b"1" * 1000


def test_a_killed_writer_leaves_nothing_that_counts(in_s3, tmp_path):
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED_WRITER, str(first.root)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout.readline() == "in the middle\n"
    writer.kill()
    writer.wait()
    left = keys(in_s3)
    assert [key.rsplit("/", 1)[1] for key in left] == ["one.npy"]
    assert second.find("layout", "key") is None
    # The next artifact of that machine brings the one that was interrupted with it.
    store_artifact(first, "layout", "other", write)
    forget()
    assert (second.find("layout", "key") / "two.npy").read_bytes() == b"2" * 1000
    assert list((first.cache / ".unsent").iterdir()) == []


def test_two_writers_of_one_key_are_harmless(in_s3, tmp_path, monkeypatch):
    both = threading.Barrier(2, timeout=30)
    plain = artifacts.read_manifest

    def together(place, name):
        found = plain(place, name)
        both.wait()
        return found

    folders = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        write(folder)
        (folder / "who.txt").write_text(name)
        folders.append(folder)
    place = open_place(f"s3://{BUCKET}/artifacts")
    monkeypatch.setattr(artifacts, "read_manifest", together)
    sent = []
    writers = [
        threading.Thread(target=lambda folder=folder: sent.append(artifacts.upload_artifact(place, "a-key", folder)))
        for folder in folders
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sent == [True, True]
    manifest = plain(place, "a-key")
    (tmp_path / "here").mkdir()
    artifacts.fetch_parts(place, "a-key", manifest, tmp_path / "here")
    # All parts are of one writer.
    assert (tmp_path / "here" / "who.txt").read_text() in ("first", "second")
    assert len([key for key in keys(in_s3) if key.endswith("manifest.json")]) == 1


def test_what_the_store_has_is_not_sent_again(in_s3, tmp_path):
    store_artifact(machine(tmp_path, "first"), "layout", "key", write)
    before = keys(in_s3)
    store_artifact(machine(tmp_path, "second"), "layout", "key", write)
    assert keys(in_s3) == before


@pytest.mark.parametrize("damage", [b"Value", b"value and more", None])
def test_a_damaged_object_is_found_and_made_again(in_memory, tmp_path, caplog, damage):
    first, second, third, built = *(machine(tmp_path, name) for name in ("first", "second", "third")), []
    made(first, built)
    place = open_place(in_memory)
    part = next(path for path in place.files.find(place.root) if path.endswith("value.txt"))
    if damage is None:
        place.files.rm_file(part)
    else:
        place.files.pipe_file(part, damage)
    assert made(second, built) == "value"
    assert built == ["first", "second"] and "is damaged" in caplog.text
    # The second one's upload took its place.
    assert made(third, built) == "value" and built == ["first", "second"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"version": 1, "parts": "p", "files": {',
        b"[]",
        json.dumps({"version": 2, "parts": "p", "files": {}}).encode(),
        json.dumps({"version": 1, "parts": "p", "files": {"../../x": [1, "0"]}}).encode(),
        json.dumps({"version": 1, "parts": "..", "files": {"x": [1, "0"]}}).encode(),
        json.dumps({"version": 1, "parts": "p", "files": {"/etc/x": [1, "0"]}}).encode(),
        json.dumps({"version": 1, "parts": "p", "files": {"a\\..\\x": [1, "0"]}}).encode(),
    ],
)
def test_what_is_no_manifest_counts_as_nothing(in_memory, tmp_path, content):
    place = open_place(in_memory)
    place.files.pipe_file(place.path("stage-key", "manifest.json"), content)
    workspace, built = machine(tmp_path, "first"), []
    assert made(workspace, built) == "value" and built == ["first"]
    assert made(machine(tmp_path, "second"), built) == "value" and built == ["first"]


def test_lost_network_is_said_once_and_work_goes_on(in_s3, tmp_path, caplog):
    workspace = machine(tmp_path, "first")
    stop(in_s3)
    for key in ("one", "two", "three"):
        store_artifact(workspace, "layout", key, write)
        assert workspace.find("layout", key) == workspace.cache / f"layout-{key}"
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"s3://{BUCKET}/artifacts cannot be reached: check the network and the store's address. Until then results are "
        "kept on this machine alone."
    ]
    assert sorted(path.name for path in (workspace.cache / ".unsent").iterdir()) == [
        "layout-one",
        "layout-three",
        "layout-two",
    ]


def test_what_was_made_without_network_is_sent_later(in_s3, tmp_path, monkeypatch):
    first, second = machine(tmp_path, "first"), machine(tmp_path, "second")
    address = in_s3.client.meta.endpoint_url
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    store_artifact(first, "layout", "one", write)
    assert keys(in_s3) == []
    forget()
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    store_artifact(first, "layout", "two", write)
    assert second.find("layout", "one") and second.find("layout", "two")


def test_wrong_credentials_are_one_sentence_and_never_shown(in_s3, tmp_path, caplog):
    caplog.set_level(logging.DEBUG, logger="core")
    workspace, built = machine(tmp_path, "first"), []
    with asked_for_its_key():
        assert made(workspace, built) == made(workspace, built) == "value"
    said = [record.getMessage() for record in caplog.records if record.name.startswith("core")]
    assert len(said) == 1 and "refuses the credentials" in said[0]
    assert not [word for word in (KEY_ID, SECRET) if any(word in record.getMessage() for record in caplog.records)]
    assert all(record.exc_info is None for record in caplog.records if record.name.startswith("core"))


def test_a_bucket_that_is_not_there_is_one_sentence(s3, tmp_path, monkeypatch, caplog):
    monkeypatch.setenv(STORE_VARIABLE, "s3://of-somebody-else/x")
    store_artifact(machine(tmp_path, "first"), "layout", "one", write)
    assert "s3://of-somebody-else/x is not there: check the bucket's name." in caplog.text


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "nonsense is no address of a store"),
        ("/tmp/folder", "/tmp/folder is no address of a store"),
        ("gopher://me:secret@host/x", "gopher://host/x is no address of a store"),
        ("gs://bucket/x", r"needs a package that is not installed here .*requirements-scale.txt"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_at_once(tmp_path, monkeypatch, address, said):
    monkeypatch.setenv(STORE_VARIABLE, address)
    with pytest.raises(GlitchAuditError, match=said):
        machine(tmp_path, "first").find("layout", "key")


def test_without_the_variable_nothing_is_loaded():
    code = (
        "import sys, core.workspace as w; from pathlib import Path\n"
        "w.Workspace(Path('/nowhere'), Path('/nowhere')).find('a', 'b')\n"
        "print([name for name in ('fsspec', 's3fs', 'botocore', 'aiobotocore') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_without_the_variable_the_cache_holds_the_artifact_alone(tmp_path):
    workspace = Workspace(tmp_path / "w", tmp_path)
    store_artifact(workspace, "layout", "key", write)
    assert [path.name for path in workspace.cache.iterdir()] == ["layout-key"]


def test_a_store_out_of_reach_is_not_asked_with_each_click(in_s3, tmp_path):
    workspace = machine(tmp_path, "first")
    assert workspace.find("layout", "key") is None
    asked = len(in_s3.asked)
    assert [workspace.find("layout", "key") for _ in range(5)] == [None] * 5
    assert len(in_s3.asked) == asked > 0


def test_what_was_left_behind_is_cleared_and_nothing_else(anywhere, tmp_path):
    store_artifact(machine(tmp_path, "first"), "layout", "key", write)
    place = artifact_store().place
    place.files.pipe_file(place.path("layout-key", "parts-of-a-slower-one", "one.npy"), b"x")
    place.files.pipe_file(place.path("layout-other", "parts-of-a-killed-one", "one.npy"), b"x")
    assert artifacts.remove_leftovers(place, older_than=3600) == 0
    # As if it were an hour later.
    assert artifacts.remove_leftovers(place, older_than=-3600) == 2
    assert sorted(artifacts.stored_artifacts(place)) == ["layout-key"]
    assert (machine(tmp_path, "second").find("layout", "key") / "two.json").read_text() == "{}"
    assert artifacts.remove_leftovers(place, older_than=-3600) == 0


def test_what_was_made_before_the_store_was_named_can_be_uploaded(tmp_path, monkeypatch, capsys):
    (tmp_path / "data").mkdir()
    workspace = open_workspace(workspace_for(tmp_path / "data"))
    store_artifact(workspace, "layout", "key", write)
    with pytest.raises(SystemExit, match="No artifact store is named: set GLITCH_AUDIT_ARTIFACTS"):
        main(["store"])
    monkeypatch.setenv(STORE_VARIABLE, f"memory://{tmp_path.name}/far")
    main(["store"])
    assert ": 0 artifacts" in capsys.readouterr().out
    main(["store", "--upload", "--clear"])
    said = capsys.readouterr().out
    assert f"{workspace.name}: 1 of 1 artifacts uploaded" in said and "0 unfinished uploads removed" in said
    assert f"memory://{tmp_path.name}/far: 1 artifacts" in said
    main(["store", "--upload"])
    assert f"{workspace.name}: 0 of 1 artifacts uploaded" in capsys.readouterr().out
    assert machine(tmp_path, "second").find("layout", "key")


def test_a_store_that_takes_a_call_and_says_nothing_is_given_up(s3, tmp_path, monkeypatch, caplog):
    with socket.create_server(("127.0.0.1", 0), backlog=20) as silent:
        monkeypatch.setattr(places, "_QUICK_SECONDS", 0.2)
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setenv(STORE_VARIABLE, f"s3://{BUCKET}/artifacts")
        workspace, built = machine(tmp_path, "first"), []
        assert made(workspace, built) == made(workspace, built) == "value" and built == ["first"]
    assert caplog.text.count("cannot be reached") == 1
