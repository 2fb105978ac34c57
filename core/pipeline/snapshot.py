"""What was read of a data set, kept in the workspace, so that opening it again does not list every file anew."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core.dataset import Brought, DataKind, Dataset, PictureStore, Problem, open_dataset, recognise_kind
from core.dataset.content import frame_hash
from core.dataset.kind import KINDS, chosen_kind
from core.dataset.sources import SourceFile, SourceFiles
from core.dataset.stores import FolderStore, Hdf5Store, NoPictures, ParquetStore
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.gate import Limits, in_own_process
from core.pipeline.inspect import recognised_forms
from core.workspace import Workspace, load_stage, open_workspace, read_json, store_artifact, write_json

_STAGE = "dataset"
_VERSION = 2
"""Raised when a snapshot of before can no longer be read."""
_POINTER = "dataset.json"
_BROUGHT = "brought.npz"
SETTINGS_FILE = "settings.json"
"""The name of the workspace's file of settings (:mod:`core.pipeline.settings`), which may name another kind."""
# A list of a million pictures is read within these; what grows beyond them was made to.
_READING = Limits(memory=6_000_000_000, seconds=3_600, output=4_000_000_000)


def read_dataset(workspace: Workspace) -> Dataset:
    """Read the workspace's data set from its source, and keep what was found in place of what was kept before.

    Some of its pictures are looked at, to recognise their kind; the kind that a person chose stays. Raises
    GlitchAuditError where the source cannot be read, or the workspace not be written.
    """
    dataset = _opened(workspace.source)
    dataset = replace(dataset, kind=recognise_kind(dataset.samples, dataset.pictures, _forms(dataset)))
    open_workspace(workspace)

    about = {
        "name": dataset.name,
        "layout": dataset.source_form,
        "store": _describe_store(dataset.store, workspace.source),
        "files": [_describe_file(file, workspace.source) for file in dataset.files],
        "understood": list(dataset.understood),
        "problems": [asdict(problem) for problem in dataset.problems],
        "fingerprint": dataset.fingerprint,
        "pictures_fingerprint": dataset.pictures_fingerprint,
        "kind": {"kind": dataset.kind.kind, "reason": dataset.kind.reason},
    }

    def write(folder: Path) -> None:
        dataset.samples.to_parquet(folder / "samples.parquet")
        dataset.pictures.to_parquet(folder / "pictures.parquet")
        if (brought := dataset.brought) is not None:
            parts = {name: part for name, part in vars(brought).items() if part is not None}
            np.savez(folder / _BROUGHT, **parts)
        (folder / "about.json").write_text(json.dumps(about), encoding="utf-8")

    # Of everything that is kept: where the pictures lie may change while the fingerprint stays.
    key = fingerprint(about, frame_hash(dataset.samples), frame_hash(dataset.pictures))
    folder = store_artifact(workspace, _STAGE, key, write)
    write_json(workspace.cache / _POINTER, {"version": _VERSION, "folder": folder.name})
    return _of_kind(dataset, _kind_in_settings(workspace))


@in_own_process(_READING)
def _opened(source: Path) -> Dataset:
    return open_dataset(source)


def _forms(dataset: Dataset) -> dict[str, int]:
    try:
        return dict(recognised_forms(dataset))
    except GlitchAuditError:
        # One picture that ends its reader must not keep the others shut away: the embedding says which it is.
        return {}


def read_snapshot(workspace: Workspace, *, kind: str | None = None) -> Dataset | None:
    """Return the data set as it was read last; None where it was not read, or what was kept of it is damaged.

    Its kind is ``kind`` where that is one, "" for the recognised one; by default as the workspace's settings say.
    Raises GlitchAuditError where the source's store cannot be opened.
    """
    kept = _kept_last(workspace)
    if kept is None:
        return None
    return _dataset(kept, workspace.source).of_kind(_kind_in_settings(workspace) if kind is None else kind)


def recognised_kind(workspace: Workspace) -> DataKind:
    """Return what the workspace's data set was recognised as when it was read, whatever a person chose."""
    kept = _kept_last(workspace)
    return DataKind() if kept is None else _kind(kept.about)


def _kept_last(workspace: Workspace) -> _Kept | None:
    for base in (workspace.cache, workspace.shipped):
        pointer = read_json(base / _POINTER) if base else None
        if not isinstance(pointer, dict) or pointer.get("version") != _VERSION:
            continue
        stage, _, key = str(pointer.get("folder")).partition("-")
        if stage == _STAGE and (kept := load_stage(workspace, stage, key, _kept)) is not None:
            return kept
    return None


def _kind_in_settings(workspace: Workspace) -> str:
    content = read_json(workspace.root / SETTINGS_FILE)
    kind = content.get("kind", "") if isinstance(content, dict) else ""
    # Damaged settings are told of by who loads all of them.
    return kind if kind in KINDS else ""


def _kind(about: dict[str, Any]) -> DataKind:
    # Snapshots up to 1.14 have none: they were read when every data set was one of glitches.
    return DataKind(**about["kind"]) if "kind" in about else DataKind()


def _of_kind(dataset: Dataset, kind: str) -> Dataset:
    return replace(dataset, kind=chosen_kind(kind)) if kind else dataset


def source_trouble(workspace: Workspace) -> str:
    """Return what is known to have changed in the data set's source since it was read, in a sentence, or "".

    Looks at sizes and times of the files that were read whole, and of the pictures that were found changed when they
    were shown.
    """
    dataset = read_snapshot(workspace)
    return dataset.files.trouble() if dataset is not None else ""


def refuse_changed_source(workspace: Workspace, sample_ids: Sequence[str] = ()) -> None:
    """Raise SourceChangedError where the source is not as it was when it was read.

    The picture files of the samples in ``sample_ids`` are looked at too, where pictures are files.
    """
    dataset = read_snapshot(workspace)
    if dataset is None:
        return
    dataset.files.refuse_change()
    if isinstance(dataset.store, FolderStore):
        pictures = dataset.pictures
        for location in pictures.loc[pictures["sample_id"].isin(list(sample_ids)), "location"]:
            dataset.store.refuse_changed(location)
    dataset.files.refuse_trouble()


@dataclass(frozen=True, eq=False)
class _Kept:
    about: dict[str, Any]
    samples: pd.DataFrame
    pictures: pd.DataFrame
    problems: tuple[Problem, ...]
    brought: Brought | None


@lru_cache(maxsize=4)
def _kept(folder: Path) -> _Kept:
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return _Kept(
        about=about,
        samples=pd.read_parquet(folder / "samples.parquet"),
        pictures=pd.read_parquet(folder / "pictures.parquet"),
        problems=tuple(Problem(**problem) for problem in about["problems"]),
        brought=_load_brought(folder / _BROUGHT),
    )


class _ByKind:
    """A data set as it was recognised and as it was chosen; both share store and files, and what was found changed."""

    def __init__(self, recognised: Dataset) -> None:
        self._made = {"": recognised}

    def of_kind(self, kind: str) -> Dataset:
        """The data set with this kind chosen, the same object each time; "" for the recognised one."""
        if kind not in self._made:
            self._made[kind] = _of_kind(self._made[""], kind)
        return self._made[kind]


@lru_cache(maxsize=4)
def _dataset(kept: _Kept, source: Path) -> _ByKind:
    return _ByKind(_as_recognised(kept, source))


def _as_recognised(kept: _Kept, source: Path) -> Dataset:
    about = kept.about
    files = SourceFiles(
        SourceFile(Path(file.pop("place") or source.resolve()), **file) for file in map(dict, about["files"])
    )
    return Dataset(
        name=about["name"],
        source=source,
        source_form=about["layout"],
        samples=kept.samples,
        pictures=kept.pictures,
        store=_open_store(about["store"], source, kept.pictures, files),
        problems=kept.problems,
        fingerprint=about["fingerprint"],
        pictures_fingerprint=about["pictures_fingerprint"],
        files=files,
        understood=tuple(about["understood"]),
        brought=kept.brought,
        kind=_kind(about),
    )


def _load_brought(path: Path) -> Brought | None:
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as parts:
        return Brought(**{name: parts[name] for name in parts.files})


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
    if isinstance(store, NoPictures):
        return {"kind": "none", "place": ""}
    raise TypeError(f"no way to keep a {type(store).__name__}")


def _describe_file(file: SourceFile, source: Path) -> dict[str, str | int]:
    place = "" if file.path == source.resolve() else str(file.path)
    return {"place": place, "size": file.size, "modified": file.modified, "content": file.content}


def _open_store(about: dict[str, str], source: Path, pictures: pd.DataFrame, files: SourceFiles) -> PictureStore:
    if about["kind"] == "none":
        return NoPictures()
    place = Path(about["place"]) if about["place"] else source
    if not place.exists():
        raise GlitchAuditError(
            f"{place} is gone, so the pictures of this data set cannot be shown: put it back, or open {source} anew on "
            "the page “Data and settings”."
        )
    if about["kind"] == "hdf5":
        return Hdf5Store(place, files=files)
    stamps = dict(zip(pictures["location"], pictures["stamp"], strict=True)) if "stamp" in pictures else {}
    if about["kind"] == "folder":
        return FolderStore(place, stamps=stamps, files=files)
    return ParquetStore(place, about["column"], stamps=stamps, files=files)
