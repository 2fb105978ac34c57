"""``python -m core store``: what the artifact store holds; upload what it lacks, clear what was left behind."""

from __future__ import annotations

import argparse

from core.artifact_store.artifacts import remove_leftovers, stored_artifacts
from core.artifact_store.local_cache import kept_artifacts
from core.artifact_store.store import STORE_VARIABLE, artifact_store
from core.errors import GlitchAuditError
from core.workspace import known_workspaces

_DAY = 24 * 3600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``store``."""
    parser.add_argument("--upload", action="store_true", help="upload the artifacts of all caches that it lacks")
    parser.add_argument(
        "--clear", action="store_true", help="remove parts, older than a day, of uploads that were not finished"
    )


def run(options: argparse.Namespace) -> None:
    """Do what was asked for, and print what the store holds then."""
    store = artifact_store()
    if store is None:
        raise GlitchAuditError(f"No artifact store is named: set {STORE_VARIABLE}, to s3://bucket/prefix say.")
    if options.upload:
        for workspace in known_workspaces():
            kept = [one.folder for one in kept_artifacts(workspace.cache)]
            print(f"{workspace.name}: {store.fill(kept)} of {len(kept)} artifacts uploaded")
    if options.clear:
        print(f"{remove_leftovers(store.place, older_than=_DAY)} unfinished uploads removed")
    found = stored_artifacts(store.place)
    print(f"{store.place.shown}: {len(found):,} artifacts, {sum(one.size for one in found.values()) / 1e9:,.2f} GB")
