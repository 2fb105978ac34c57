"""Places in an object store: open one by its address, and say in a sentence why it cannot be used."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Any

from core.errors import GlitchAuditError

INSTALL = ".venv/bin/pip install -r requirements-scale.txt"
PROTOCOLS = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "hdfs", "webhdfs", "sftp", "ssh", "file", "memory")
"""What an address may begin with."""

# A name for a place has to be told from a path: "C:/data" is one, and pathlib makes "s3:/bucket" of "s3://bucket".
_ADDRESS = re.compile(rf"({'|'.join(PROTOCOLS)}):/+(.+)", re.IGNORECASE)
_QUICK_SECONDS = 5
_READ_SECONDS = 20
_TRIES = 2


class StoreTroubleError(GlitchAuditError):
    """A store cannot be used now; the sentence holds no secret."""


@dataclass(frozen=True)
class Place:
    """A folder or file in a store.

    Attributes:
        files: fsspec's file system.
        root: the path in it.
        shown: the address as it may be told to anybody.
        quick: the file system for a short question, which gives up soon: a page waits for its answer.
    """

    files: Any
    root: str
    shown: str
    quick: Any

    def path(self, *parts: str) -> str:
        """The path of what lies below."""
        return "/".join((self.root, *parts))


def remote_address(typed: object) -> str:
    """Return the address that a typed text or path names; "" where it is an ordinary path."""
    found = _ADDRESS.fullmatch(str(typed).strip().strip("\"'"))
    if found is None:
        return ""
    slashes = ":///" if found[1].lower() == "file" else "://"
    return f"{found[1].lower()}{slashes}{found[2]}"


def shown_address(address: str) -> str:
    """Return the address without user name, password and query."""
    return re.sub(r"://[^/@]*@", "://", address).partition("?")[0]


def open_place(address: str) -> Place:
    """Return the place at an address; nothing is asked of the store yet, and its credentials are the environment's.

    Raises GlitchAuditError where the address is none, or a package for it is missing.
    """
    proper = remote_address(address)
    if not proper:
        raise GlitchAuditError(
            f"{shown_address(address)} is no address of a store: it begins with one of "
            f"{', '.join(f'{name}://' for name in PROTOCOLS[:3])} and the like."
        )
    try:
        import fsspec

        quick, root = fsspec.core.url_to_fs(proper, use_listings_cache=False, **_options(proper, _QUICK_SECONDS))
        files, _ = fsspec.core.url_to_fs(proper, use_listings_cache=False, **_options(proper, _READ_SECONDS))
    except ImportError as error:
        raise GlitchAuditError(
            f"{shown_address(proper)} needs a package that is not installed here ({error.name or 'fsspec or s3fs'}): "
            f"install it with {INSTALL}"
        ) from None
    except (ValueError, TypeError) as error:
        raise GlitchAuditError(
            f"{shown_address(proper)} is no address of a store ({type(error).__name__}): check it."
        ) from None
    if quick is not files and hasattr(files, "retries"):
        quick.retries, files.retries = 1, _TRIES
    return Place(files, str(root).rstrip("/"), shown_address(proper).rstrip("/"), quick)


def ask_place(place: Place) -> None:
    """Ask whether the place is there, or can be made; raises StoreTroubleError where it cannot be used."""
    try:
        if place.quick.exists(place.root):
            return
        if (bucket := place.root.partition("/")[0]) and not place.root.startswith("/"):
            place.quick.ls(bucket)
    except Exception as error:
        raise why_not(place, error) from None


def why_not(place: Place, error: Exception) -> StoreTroubleError:
    """Return what went wrong as one sentence: it names the kind of fault alone, as texts of libraries may hold keys."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if isinstance(error, PermissionError) or any("Credential" in kind or "Token" in kind for kind in kinds):
        why = (
            "refuses the credentials that this process has, or finds none: give them in the environment "
            "(AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for s3://)"
        )
    elif isinstance(error, FileNotFoundError):
        why = "is not there: check the bucket's name"
    elif isinstance(error, (ConnectionError, TimeoutError)) or any(
        "Connect" in kind or "Timeout" in kind for kind in kinds
    ):
        why = "cannot be reached: check the network and the store's address"
    else:
        number = getattr(error, "errno", None)
        said = os.strerror(number) if isinstance(number, int) else type(error).__name__
        why = f"does not do what it is asked ({said})"
    return StoreTroubleError(f"{place.shown} {why}.")


def _options(address: str, seconds: int) -> dict[str, Any]:
    protocol = address.partition(":")[0]
    if protocol == "file":
        return {"auto_mkdir": True}
    if protocol in ("s3", "s3a"):
        waits = {"connect_timeout": _QUICK_SECONDS, "read_timeout": seconds}
        # s3fs tries again by itself, see open_place.
        return {"config_kwargs": {**waits, "retries": {"total_max_attempts": 1}}}
    return {}
