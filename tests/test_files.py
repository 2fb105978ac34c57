"""Files and folders that appear whole or not at all, whoever else writes; locks that die with their holder."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core.files import (
    is_locked,
    locked,
    remove_leftovers,
    take_room,
    temporary_beside,
    whole_file,
    whole_folder,
)
from core.workspace import PROJECT_ROOT, Workspace, cached_stage, open_workspace, read_json, store_artifact, write_json

THREADS, ROUNDS = 4, 25


def in_threads(act):
    """Run ``act`` in four threads that set out together again and again; returns what was raised."""
    together, raised = threading.Barrier(THREADS), []

    def work(number):
        for turn in range(ROUNDS):
            together.wait()
            try:
                act(number, turn)
            except Exception as error:
                raised.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def hidden(folder):
    return [path.name for path in folder.rglob(".*") if not path.name.endswith(".lock") and path.name != ".lock"]


def test_two_temporary_names_of_one_process_differ(tmp_path):
    path = tmp_path / "settings.json"
    names = {temporary_beside(path) for _ in range(100)}
    assert len(names) == 100 and {name.parent for name in names} == {tmp_path}


def test_threads_that_open_one_workspace_do_not_meet(tmp_path):
    def open_it(_, turn):
        open_workspace(Workspace(tmp_path / f"w{turn}", tmp_path))

    assert in_threads(open_it) == []
    assert read_json(tmp_path / "w0" / "workspace.json")["source"] == str(tmp_path)
    assert hidden(tmp_path) == []


def test_threads_that_write_one_file_leave_a_whole_one(tmp_path):
    path = tmp_path / "values.json"
    assert in_threads(lambda number, turn: write_json(path, [number] * 1000)) == []
    assert read_json(path) in [[number] * 1000 for number in range(THREADS)]
    assert hidden(tmp_path) == []


def test_threads_that_store_one_artifact_leave_a_whole_one(tmp_path):
    workspace = Workspace(tmp_path / "w", tmp_path)

    def store(number, turn):
        def write(folder):
            for part in ("a", "b"):
                (folder / part).write_text(str(number))

        folder = store_artifact(workspace, "layout", str(turn), write)
        assert (folder / "a").read_text() == (folder / "b").read_text()

    assert in_threads(store) == []
    assert hidden(tmp_path) == []


def test_an_artifact_that_is_being_built_is_waited_for(tmp_path):
    workspace, built = Workspace(tmp_path / "w", tmp_path), []

    def run(_, turn):
        cached_stage(
            workspace,
            "layout",
            str(turn),
            load=lambda folder: (folder / "v").read_text(),
            save=lambda value, folder: (folder / "v").write_text(value),
            build=lambda: built.append(turn) or "value",
        )

    assert in_threads(run) == []
    assert sorted(built) == list(range(ROUNDS))


def test_an_error_leaves_the_former_file_and_nothing_else(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text("old")
    with pytest.raises(ValueError, match="power cut"), whole_file(path) as temporary:
        temporary.write_text("ne")
        raise ValueError("power cut")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_folder_takes_the_place_of_the_former_one_whole(tmp_path):
    path = tmp_path / "report"
    path.mkdir()
    (path / "old").touch()
    with pytest.raises(ValueError, match="power cut"), whole_folder(path, replace=True) as temporary:
        raise ValueError("power cut")
    assert [file.name for file in path.iterdir()] == ["old"]
    with whole_folder(path, replace=True) as temporary:
        (temporary / "new").touch()
    assert [file.name for file in path.iterdir()] == ["new"] and list(tmp_path.iterdir()) == [path]


def test_what_killed_writers_left_is_removed_once_it_is_old(tmp_path):
    old, fresh, kept = temporary_beside(tmp_path / "a"), temporary_beside(tmp_path / "b"), tmp_path / ".lock"
    old.mkdir()
    fresh.touch()
    kept.touch()
    for path in (old, kept):
        os.utime(path, (time.time() - 90_000,) * 2)
    remove_leftovers(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {fresh.name, ".lock"}


def test_a_lock_shuts_out_other_threads_and_processes(tmp_path):
    path = tmp_path / ".lock"
    assert not is_locked(path)
    with locked(path):
        assert is_locked(path)
        with pytest.raises(TimeoutError), locked(path, wait=0):
            pass
    assert not is_locked(path)


def test_a_killed_process_leaves_no_lock(tmp_path):
    path = tmp_path / ".lock"
    hold = (
        "import sys, time; from pathlib import Path; from core.files import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", hold, str(path)], cwd=PROJECT_ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline().strip() == "held"
        assert is_locked(path)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not is_locked(path)
    with locked(path, wait=0):
        pass


@pytest.mark.parametrize("refusal", [None, errno.EOPNOTSUPP])
def test_room_is_taken_and_not_only_named_with_and_without_help_of_the_system(tmp_path, monkeypatch, refusal):
    def refuse(*_):
        raise OSError(refusal, "not here")

    if refusal:
        monkeypatch.setattr(os, "posix_fallocate", refuse)
    path = tmp_path / "room"
    with path.open("wb") as file:
        file.write(b"head")
        take_room(file, 3_000_000)
    assert path.read_bytes() == b"head" + bytes(3_000_000 - 4)
    assert path.stat().st_blocks * 512 >= 3_000_000


def test_a_full_disk_is_an_error_and_not_a_signal(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with (tmp_path / "room").open("wb") as file, pytest.raises(OSError, match="No space left"):
        take_room(file, 1000)


def test_what_is_renamed_was_put_on_the_disk_before_and_its_name_after(tmp_path, monkeypatch):
    seen = []
    real_sync, real_rename = os.fsync, os.rename

    def sync(handle):
        seen.append(("sync", Path(f"/proc/self/fd/{handle}").readlink().name[:7]))
        real_sync(handle)

    def rename(*names, **options):
        seen.append(("rename", ""))
        real_rename(*names, **options)

    monkeypatch.setattr(os, "fsync", sync)
    for name in ("rename", "replace"):
        monkeypatch.setattr(os, name, rename)
    write_json(tmp_path / "settings.json", 1)
    assert seen == [("sync", ".settin"), ("rename", ""), ("sync", tmp_path.name[:7])]
    seen.clear()
    with whole_folder(tmp_path / "layout") as folder:
        (folder / "a").touch()
    assert seen == [("sync", "a"), ("sync", ".layout"), ("rename", ""), ("sync", tmp_path.name[:7])]
