"""A PostgreSQL server for tests and benchmarks: Debian's programs, a folder of its own, on loopback, ended with them.

PostgreSQL refuses to run as root, so that it is started as the user ``postgres`` or ``nobody`` then.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

DEBIAN = "/usr/lib/postgresql"
PASSWORD = "p@ss:w/rd"
USER = "glitch"
_QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def programs() -> Path | None:
    """Return the folder of the newest PostgreSQL's programs that is installed; None without one."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = sorted(Path(DEBIAN).glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return folders[-1].parent if folders else None


class Postgres:
    """One server, started on a free port of loopback.

    Attributes:
        folder: everything that it writes.
        port: on 127.0.0.1.
    """

    def __init__(self, *, lasting=False, settings=None, copy_of=None):
        """``lasting`` has it wait for the disk, as a real one does; ``copy_of`` makes a standby of another server."""
        self.programs = programs()
        self._user = _other_user()
        self.folder = Path(tempfile.mkdtemp(prefix="glitch-audit-postgres-"))
        if self._user:
            shutil.chown(self.folder, self._user, _group(self._user))
        self.port = _free_port()
        self._settings = {} if lasting else dict(_QUICK)
        self._settings |= settings or {}
        self._process = None
        try:
            if copy_of is None:
                self._make()
            else:
                self._copy(copy_of)
            self.start()
        except BaseException:
            self.remove()
            raise

    def url(self, database="postgres", *, port=None, password="p%40ss%3Aw%2Frd"):
        """Return the address of a database, by another port where something stands between."""
        return f"postgresql://{USER}:{password}@127.0.0.1:{port or self.port}/{database}"

    def start(self):
        """Start it, and wait until it answers."""
        given = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 100,
            "shared_buffers": "32MB",
            "wal_level": "replica",
            "hot_standby": "on",
            **self._settings,
        }
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [self.programs / "postgres", "-D", self.folder / "data", *options],
            stdout=log,
            stderr=log,
            **self._as_user(),
        )
        until = time.monotonic() + 60
        while self._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), check=False).returncode:
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def stop(self, how=signal.SIGINT):
        """Stop it in order; with SIGQUIT as after a crash. The folder stays."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None

    def kill(self):
        """Kill it and all that serve its connections, at once."""
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self._process.pid)], capture_output=True, text=True, check=False
        ).stdout.split()
        self._process.kill()
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(int(child), signal.SIGKILL)
        self._process.wait()
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        self._process = None

    def promote(self):
        """Have a standby take over."""
        self._run("pg_ctl", "promote", "-D", self.folder / "data", "-w")

    def remove(self):
        """Stop it and remove its folder."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make(self):
        secret = self.folder / "secret"
        secret.write_text(PASSWORD)
        if self._user:
            shutil.chown(secret, self._user)
        self._run(
            *("initdb", "--no-sync", "-D", self.folder / "data", "-U", USER, "--pwfile", secret),
            *("-A", "scram-sha-256", "-E", "UTF8", "--locale", "C"),
        )
        secret.unlink()

    def _copy(self, first):
        self._run("pg_basebackup", "--no-sync", "-D", self.folder / "data", "-R", "-X", "stream", "-d", first.url())

    def _run(self, program, *arguments, check=True):
        answer = subprocess.run(
            [self.programs / program, *arguments], capture_output=True, text=True, check=False, **self._as_user()
        )
        if check and answer.returncode:
            raise RuntimeError(answer.stdout + answer.stderr)
        return answer

    def _as_user(self):
        settings = {"cwd": self.folder, "env": os.environ | {"LC_ALL": "C", "PGPASSWORD": PASSWORD}}
        return settings | ({"user": self._user, "group": _group(self._user), "extra_groups": []} if self._user else {})


def _other_user():
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise RuntimeError("PostgreSQL does not run as root, and there is no other user")


def _group(user):
    return pwd.getpwnam(user).pw_gid


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
