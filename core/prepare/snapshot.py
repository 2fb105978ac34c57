"""What was read of a data set, kept in the workspace, so that opening it again does not list every file anew."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import pandas as pd

from core.dataset import Dataset, PictureStore, Problem, open_dataset
from core.dataset.stores import FolderStore, Hdf5Store, ParquetStore
from core.errors import GlitchAuditError
from core.workspace import Workspace, open_workspace, read_json, store_artifact, write_json

_STAGE = "dataset"
_POINTER = "dataset.json"


def read_dataset(workspace: Workspace) -> Dataset:
    """Read the workspace's data set from its source and keep what was found in the workspace.

    Raises:
        GlitchAuditError: the source cannot be read, or the workspace not be written.
    """
    dataset = open_dataset(workspace.source)
    open_workspace(workspace)

    def write(folder: Path) -> None:
        dataset.samples.to_parquet(folder / "samples.parquet")
        dataset.pictures.to_parquet(folder / "pictures.parquet")
        about = {
            "name": dataset.name,
            "layout": dataset.layout,
            "store": _describe_store(dataset.store, workspace.source),
            "problems": [asdict(problem) for problem in dataset.problems],
            "fingerprint": dataset.fingerprint,
        }
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")

    folder = store_artifact(workspace, _STAGE, dataset.fingerprint, write)
    write_json(workspace.cache / _POINTER, {"folder": folder.name})
    return dataset


def read_snapshot(workspace: Workspace) -> Dataset | None:
    """The data set as it was read last; None when it has not been read, or its source is gone.

    Raises:
        GlitchAuditError: the source's store cannot be opened.
    """
    for base in (workspace.cache, workspace.shipped):
        pointer = read_json(base / _POINTER) if base else None
        if isinstance(pointer, dict) and (base / str(pointer.get("folder")) / "about.json").is_file():
            return _load(base / pointer["folder"], workspace.source)
    return None


@lru_cache(maxsize=4)
def _load(folder: Path, source: Path) -> Dataset:
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return Dataset(
        name=about["name"],
        source=source,
        layout=about["layout"],
        samples=pd.read_parquet(folder / "samples.parquet"),
        pictures=pd.read_parquet(folder / "pictures.parquet"),
        store=_open_store(about["store"], source),
        problems=tuple(Problem(**problem) for problem in about["problems"]),
        fingerprint=about["fingerprint"],
    )


def _describe_store(store: PictureStore, source: Path) -> dict[str, str]:
    # The demo's snapshot travels with the project, so its source is not named by where it lay when it was made.
    def place(path: Path) -> str:
        return "" if path.resolve() == source.resolve() else str(path)

    if isinstance(store, FolderStore):
        return {"kind": "folder", "place": place(store.root)}
    if isinstance(store, ParquetStore):
        return {"kind": "parquet", "place": place(store.path), "column": store.column}
    if isinstance(store, Hdf5Store):
        return {"kind": "hdf5", "place": place(store.path)}
    raise TypeError(f"no way to keep a {type(store).__name__}")


def _open_store(about: dict[str, str], source: Path) -> PictureStore:
    place = Path(about["place"]) if about["place"] else source
    if not place.exists():
        raise GlitchAuditError(
            f"{place} is gone, so the pictures of this data set cannot be shown: put it back, or open {source} anew on "
            "the page “Data and settings”."
        )
    if about["kind"] == "folder":
        return FolderStore(place)
    if about["kind"] == "parquet":
        return ParquetStore(place, about["column"])
    return Hdf5Store(place)
