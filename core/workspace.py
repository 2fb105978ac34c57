"""Where files lie on disk: each data set has a workspace with a cache of results and the ledger's file."""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from core.artifact_store.places import remote_address
from core.artifact_store.source_files import local_copy
from core.artifact_store.store import artifact_store
from core.errors import Cancelled, GlitchAuditError
from core.files import locked, set_aside, temporary_beside, whole_file, whole_folder
from core.fingerprint import fingerprint
from core.seals import flaw_of, is_sealed, seal
from core.typed_paths import typed_path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DATA_FOLDER = PROJECT_ROOT / "data"
DEMO_SOURCE = DATA_FOLDER / "demo.parquet"
DEMO_RESULTS = DATA_FOLDER / "demo_results"
HOME_VARIABLE = "GLITCH_AUDIT_HOME"
"""Environment variable naming the folder that holds the workspaces; default: ``workspaces`` in the project."""

ABOUT_FILE = "workspace.json"
"""Which data set a workspace belongs to, and what it is called; in its folder."""

Artifact = TypeVar("Artifact")

FETCHED = ".fetched"
"""The folder inside the home that data sets of an object store are fetched to."""

_LOCK = ".lock"
_WAIT_SECONDS = 60.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workspace:
    """A folder that belongs to one data set.

    Attributes:
        root: the folder; ``cache/`` in it can be recomputed, ``corrections.duckdb`` cannot.
        source: the data set's file or folder, only ever read.
        shipped: a read-only cache that came with the project (the demo's), searched after ``cache/``.
    """

    root: Path
    source: Path
    shipped: Path | None = None

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.root.name

    @property
    def cache(self) -> Path:
        """Folder of results that can be recomputed."""
        return self.root / "cache"

    @property
    def ledger_path(self) -> Path:
        """The DuckDB file of corrections."""
        return self.root / "corrections.duckdb"

    def find(self, stage: str, key: str) -> Path | None:
        """Return the folder of a finished artifact, or None when it has not been made yet, or is damaged.

        Where an artifact store is named and has what is missing here, it is fetched into the cache.
        """
        store = artifact_store()
        for base in (self.cache, self.shipped):
            folder = base / _artifact_name(stage, key) if base is not None else None
            if folder is not None and folder.is_dir() and not flaw_of(folder):
                if store is not None and base == self.cache:
                    store.used(folder, _all_caches)
                return folder
        final = self.cache / _artifact_name(stage, key)
        try:
            return final if store is not None and store.fetch(final.name, final, _make_way) else None
        except OSError as error:
            _log.warning("%s cannot be fetched to %s (%s).", final.name, self.cache, error.strerror or error)
            return None

    def partial(self, stage: str, key: str) -> Path:
        """Return a folder for unfinished parts of a long stage; it outlives a killed run, and the next one resumes."""
        folder = self.cache / "partial" / _artifact_name(stage, key)
        make_folder(folder)
        return folder


def workspaces_home() -> Path:
    """Return the folder in which workspaces are made."""
    return Path(os.environ.get(HOME_VARIABLE) or PROJECT_ROOT / "workspaces").expanduser()


def demo_workspace() -> Workspace:
    """Return the workspace of the embedded demo; its results came with the project."""
    return Workspace(root=workspaces_home() / "demo", source=DEMO_SOURCE, shipped=DEMO_RESULTS)


def workspace_for(source: Path) -> Workspace:
    """Return the workspace of a user's data set: the same source always gets the same folder.

    A source in an object store (``s3://...``) is fetched first, unless it is here as it is there; GlitchAuditError
    where it cannot be.
    """
    if address := remote_address(source):
        source = local_copy(address, workspaces_home() / FETCHED)
    source = typed_path(source).resolve()
    if source == DEMO_SOURCE:
        return demo_workspace()
    readable = re.sub(r"[^A-Za-z0-9]+", "-", source.stem).strip("-").lower()[:40] or "data"
    return Workspace(root=workspaces_home() / f"{readable}-{fingerprint(str(source))[:6]}", source=source)


def known_workspaces() -> tuple[Workspace, ...]:
    """Return the demo's workspace and every other one that has been opened, by name."""
    found = []
    for about in sorted(workspaces_home().glob(f"*/{ABOUT_FILE}")):
        try:
            source = Path(json.loads(about.read_text(encoding="utf-8"))["source"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if source != DEMO_SOURCE:
            found.append(Workspace(root=about.parent, source=source))
    return (demo_workspace(), *found)


def open_workspace(workspace: Workspace) -> Workspace:
    """Make the workspace's folder, note its data set, and return it; GlitchAuditError if it cannot be written."""
    make_folder(workspace.cache)
    about = read_json(workspace.root / ABOUT_FILE)
    # Nothing is written to one that was opened before: it may lie where this person may only look.
    if not isinstance(about, dict) or about.get("source") != str(workspace.source):
        with writing(workspace):
            write_json(workspace.root / ABOUT_FILE, {"source": str(workspace.source)})
    return workspace


@contextmanager
def writing(workspace: Workspace) -> Iterator[None]:
    """Hold the workspace for a short write; GlitchAuditError if it cannot be written, or is held for a minute."""
    make_folder(workspace.root)
    with lock_of(workspace.root / _LOCK, wait=_WAIT_SECONDS), _disk_errors(workspace.root):
        yield


@contextmanager
def lock_of(path: Path, *, wait: float = -1) -> Iterator[None]:
    """Hold a workspace's lock file as ``core.files.locked`` does, but raise a GlitchAuditError if that fails."""
    with ExitStack() as held:
        with _disk_errors(path):
            try:
                held.enter_context(locked(path, wait=wait))
            except TimeoutError as error:
                raise GlitchAuditError(
                    f"Another program has been writing to {path.parent} for a while: try again when it is done."
                ) from error
        yield


def store_artifact(workspace: Workspace, stage: str, key: str, write: Callable[[Path], None]) -> Path:
    """Write an artifact whole or not at all, and return its folder.

    ``write`` fills a temporary folder, which is then sealed and renamed. A damaged artifact of that name is set aside,
    and one without a seal is replaced.
    """
    final = workspace.cache / _artifact_name(stage, key)
    make_folder(workspace.cache)
    with _disk_errors(final), whole_folder(final) as temporary:
        write(temporary)
        seal(temporary)
        _make_way(final)
    shutil.rmtree(workspace.cache / "partial" / final.name, ignore_errors=True)
    if (store := artifact_store()) is not None:
        store.keep(final)
    return final


def cached_stage(
    workspace: Workspace,
    stage: str,
    key: str,
    *,
    load: Callable[[Path], Artifact],
    save: Callable[[Artifact, Path], None],
    build: Callable[[], Artifact],
) -> Artifact:
    """Return the artifact from the cache, or build it and keep it there.

    If another process is building it, its result is waited for. A damaged artifact, or one that does not load, is set
    aside and built again.
    """
    found = workspace.find(stage, key)
    if found is not None:
        with suppress(_Unusable):
            return _load(found, load)
    make_folder(workspace.cache)
    with lock_of(_stage_lock(workspace, stage)):
        # What came with the project cannot be set aside; what is built now is found before it.
        found = workspace.find(stage, key)
        if found is not None:
            try:
                return _load(found, load)
            except _Unusable as flaw:
                if found.parent == workspace.cache:
                    with _disk_errors(found):
                        _put_aside(found, str(flaw))
        packed = workspace.shipped / _artifact_name(stage, key) if workspace.shipped else None
        if packed is not None and packed.is_dir():
            _log.warning("%s is damaged: made again in %s", packed, workspace.cache)
        artifact = build()
        store_artifact(workspace, stage, key, lambda folder: save(artifact, folder))
        return artifact


def load_stage(workspace: Workspace, stage: str, key: str, load: Callable[[Path], Artifact]) -> Artifact | None:
    """Return the artifact from the cache; None where it has not been made yet, or is damaged.

    An artifact that does not load is set aside, unless its stage is at work, which then does that. Raises
    GlitchAuditError if it cannot be set aside where it lies.
    """
    found = workspace.find(stage, key)
    if found is None:
        return None
    try:
        return _load(found, load)
    except _Unusable as flaw:
        reason = str(flaw)
    try:
        with locked(_stage_lock(workspace, stage), wait=0):
            if (again := workspace.find(stage, key)) is not None:
                with suppress(_Unusable):
                    return _load(again, load)
                if again.parent != workspace.cache:
                    raise OSError("it came with the project")
                _put_aside(again, reason)
    except TimeoutError:
        pass
    except OSError as error:
        raise GlitchAuditError(
            f"The {stage} in {found} cannot be used ({reason}), nor set aside ({error.strerror or error}): delete that "
            "folder, and prepare the data set again."
        ) from error
    return None


class _Unusable(Exception):
    """An artifact does not load; the text says why."""


def _load(folder: Path, load: Callable[[Path], Artifact]) -> Artifact:
    try:
        return load(folder)
    except (Cancelled, MemoryError, ImportError):
        raise
    except Exception as error:  # a damaged file fails in nearly any way
        cause = error.__cause__ or error
        if isinstance(cause, OSError) and cause.errno and not isinstance(cause, FileNotFoundError):
            # It may be whole, and this process not allowed to read it, say.
            raise GlitchAuditError(f"{folder} cannot be read ({cause.strerror or cause}).") from error
        raise _Unusable(f"{type(cause).__name__}: {cause}") from error


def _make_way(folder: Path) -> None:
    """Clear the place of an artifact for a new one, unless a whole one is there."""
    # Another writer of the same may do so at this moment.
    with suppress(FileNotFoundError):
        if flaw := flaw_of(folder):
            _put_aside(folder, flaw)
        elif folder.is_dir() and not is_sealed(folder):
            old = temporary_beside(folder)
            folder.rename(old)
            shutil.rmtree(old, ignore_errors=True)


def _put_aside(folder: Path, reason: str) -> None:
    _log.warning("%s is damaged (%s): set aside as %s, to be made again", folder, reason, set_aside(folder).name)


def _stage_lock(workspace: Workspace, stage: str) -> Path:
    return workspace.cache / f".{stage}.lock"


def write_json(path: Path, content: Any, *, lasting: bool = True) -> None:
    """Replace a JSON file in one step, as ``core.files.whole_file`` does; GlitchAuditError if it cannot be written."""
    with _disk_errors(path), whole_file(path, lasting=lasting) as temporary:
        temporary.write_text(json.dumps(content, indent=1), encoding="utf-8")


def read_json(path: Path) -> Any | None:
    """Return the file's content, or None when it is missing or unreadable."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def make_folder(folder: Path) -> None:
    """Make a folder and its parents; raises GlitchAuditError if it cannot be made."""
    with _disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)


def _all_caches() -> list[Path]:
    return [workspace.cache for workspace in known_workspaces()]


def _artifact_name(stage: str, key: str) -> str:
    return f"{stage}-{key}"


@contextmanager
def _disk_errors(place: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GlitchAuditError(
            f"{place} cannot be written ({error.strerror or error}): free some space, or set {HOME_VARIABLE} to a "
            "folder that you may write to."
        ) from error
