"""Places where writing fails."""

import subprocess

import pytest


@pytest.fixture
def small_disk(tmp_path):
    """``small_disk(megabytes) -> folder``: a disk of that size, where this user may mount one."""
    mounted = []

    def make(megabytes):
        folder = tmp_path / "disk"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            pytest.skip("there is no mount command here")
        if done.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def read_only_disk(small_disk):
    """``read_only_disk() -> (folder, freeze)``: a small disk, and a function that makes it read-only."""
    folder = small_disk(8)

    def freeze():
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)

    return folder, freeze
