"""The releases of a workspace: ZIPs in its folder, each written once and never again."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.dataset.model import Dataset
from core.dataset.released import ReleaseAbout, read_about, read_release
from core.errors import GlitchAuditError
from core.evidence.releases.difference import Difference, compare_releases, since_brought
from core.evidence.releases.model import checked_name
from core.files import whole_file
from core.ledger.people import Person
from core.ledger.storage.store import Ledger
from core.ledger.views.decision_rule import DecisionRule
from core.pipeline.releasing import MadeRelease, ReleaseWish, make_release
from core.workspace import Workspace, make_folder, writing

FOLDER = "releases"
"""In a workspace's folder; it is no cache, as no release can be made again."""


@dataclass(frozen=True)
class KeptRelease:
    """A release in a workspace's folder: what it says of itself, or why it cannot be read."""

    path: Path
    about: ReleaseAbout | None
    trouble: str = ""

    @property
    def name(self) -> str:
        """The release's name, which its file has, too."""
        return self.path.stem


def kept_releases(workspace: Workspace) -> tuple[KeptRelease, ...]:
    """Return the releases of a workspace, the latest first; those that cannot be read come last, with the reason."""
    found = [_kept(path) for path in (workspace.root / FOLDER).glob("*.zip") if not path.name.startswith(".")]
    return tuple(sorted(found, key=lambda one: (one.about.number if one.about else 0, one.name), reverse=True))


def release_named(workspace: Workspace, name: str) -> Path:
    """Return the file of a release; GlitchAuditError where the name is none, or there is no such release."""
    path = workspace.root / FOLDER / f"{checked_name(name)}.zip"
    if not path.is_file():
        known = ", ".join(one.name for one in kept_releases(workspace)) or "none"
        raise GlitchAuditError(f"There is no release {name}; there are: {known}.")
    return path


def draft_release(
    ledger: Ledger,
    workspace: Workspace,
    dataset: Dataset,
    wish: ReleaseWish,
    *,
    author: str | Person,
    rule: DecisionRule | None = None,
) -> MadeRelease:
    """Return a release of the labels now, compared with the latest one that is kept; nothing is written.

    Raises GlitchAuditError as :func:`core.pipeline.releasing.make_release` does, and where the name is taken.
    """
    _refuse_taken(workspace, checked_name(wish.name))
    earlier = [one for one in kept_releases(workspace) if one.about is not None]
    before = read_release(earlier[0].path) if earlier else None
    return make_release(
        ledger,
        workspace,
        dataset,
        wish,
        author=author,
        rule=rule,
        before=before,
        number=1 + max((one.about.number for one in earlier if one.about), default=0),
    )


def keep_release(workspace: Workspace, made: MadeRelease) -> Path:
    """Write a release into the workspace, whole or not at all, and return its file.

    Raises GlitchAuditError where there is a release of that name, in whatever letter case, or another one was kept
    since this one was made, or the folder cannot be written.
    """
    folder = workspace.root / FOLDER
    path = folder / f"{checked_name(made.about.name)}.zip"
    make_folder(folder)
    with writing(workspace):
        _refuse_taken(workspace, made.about.name)
        latest = next((one.about.name for one in kept_releases(workspace) if one.about is not None), "")
        if latest != made.about.before:
            raise GlitchAuditError(f"Release {latest} was made in the meantime: make this one again.")
        with whole_file(path) as begun:
            begun.write_bytes(made.data)
    return path


def compare_files(before: Path, now: Path) -> Difference:
    """Return what differs from one release's file to another's; GlitchAuditError where they cannot be compared."""
    return compare_releases(read_release(before), read_release(now))


def difference_of(workspace: Workspace, name: str, before: str = "") -> Difference:
    """Return what differs in a kept release from the one named ``before``, or from the labels as they were brought.

    Raises GlitchAuditError where either cannot be read.
    """
    now = read_release(release_named(workspace, name))
    if not before:
        return since_brought(now)
    return compare_releases(read_release(release_named(workspace, before)), now)


def _kept(path: Path) -> KeptRelease:
    try:
        status = path.stat()
        return KeptRelease(path, _about(path, status.st_size, status.st_mtime_ns))
    except (GlitchAuditError, OSError) as error:
        return KeptRelease(path, None, str(error))


@lru_cache(maxsize=256)
def _about(path: Path, size: int, modified: int) -> ReleaseAbout:  # noqa: ARG001 - what the cache goes by
    return read_about(path)


def _refuse_taken(workspace: Workspace, name: str) -> None:
    taken = {one.name.casefold(): one.name for one in kept_releases(workspace)}
    if other := taken.get(name.casefold()):
        raise GlitchAuditError(f"There is a release {other} already, and none is ever replaced: choose another name.")
