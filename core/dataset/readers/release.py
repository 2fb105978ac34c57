"""A release of labels over the pictures that it names: those of its workspace, or of the folder that it lies in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.dataset.content import frame_hash
from core.dataset.model import Brought, Dataset, Problem
from core.dataset.released import Released, read_release
from core.dataset.sources import SourceFiles, source_file
from core.errors import GlitchAuditError
from core.fingerprint import fingerprint
from core.workspace import ABOUT_FILE, read_json, workspaces_home

RELEASE = "release of labels"


def read_release_with_pictures(path: Path, *, open_source: Callable[[Path], Dataset]) -> Dataset:
    """Return the data set of a release: its labels, and the pictures and metadata of the samples that it names.

    A release that a workspace keeps takes them from the workspace's data set, any other one from the data set that lies
    in its own folder, which ``open_source`` opens. Samples without a label in the release are left out. Raises
    GlitchAuditError where the release is damaged, there is no such data set, or they have no sample in common.
    """
    released = read_release(path)
    place = _place_of_pictures(path)
    try:
        whole = open_source(place)
    except GlitchAuditError as error:
        raise GlitchAuditError(
            f"{path}: a release holds no pictures, so it is opened where they are: put it into the folder of its data "
            f"set, {released.about.dataset_name}. ({error})"
        ) from None
    return _relabelled(whole, released, path)


def _place_of_pictures(path: Path) -> Path:
    folder = path.resolve().parent
    # Elsewhere such a file is no word of ours: it would lead to what may not be opened here.
    if folder.name == "releases" and folder.parent.parent == workspaces_home().resolve():
        about = read_json(folder.parent / ABOUT_FILE)
        if isinstance(about, dict) and isinstance(about.get("source"), str):
            return Path(about["source"])
    return folder


def _relabelled(whole: Dataset, released: Released, path: Path) -> Dataset:
    labels = released.labels.set_index("sample_id")["label"]
    named = whole.samples.index.isin(labels.index)
    if not named.any():
        raise GlitchAuditError(
            f"{path}: none of the {len(labels):,} samples of the release is in {whole.source}: put it into the folder "
            f"of its own data set, {released.about.dataset_name}."
        )
    samples = whole.samples[named]
    samples = samples.assign(label=labels.reindex(samples.index).to_numpy())
    pictures = whole.pictures[whole.pictures["sample_id"].isin(samples.index)].reset_index(drop=True)
    content = whole.pictures_fingerprint
    if not named.all():
        content = fingerprint("part of", content, samples.index.tolist())
    left_out, missing = int((~named).sum()), len(labels) - int(named.sum())
    problems = [
        Problem(path.name, f"{count:,} samples {why}")
        for count, why in ((left_out, "have no label in the release"), (missing, "of the release are not there"))
        if count
    ]
    return replace(
        whole,
        name=f"{released.about.dataset_name}, release {released.about.name}",
        source=path,
        source_form=RELEASE,
        samples=samples,
        pictures=pictures,
        problems=(*whole.problems, *problems),
        fingerprint=fingerprint(RELEASE, content, frame_hash(samples)),
        pictures_fingerprint=content,
        files=SourceFiles([*whole.files, source_file(path)]),
        understood=(*whole.understood, f"labels are those of the release {released.about.name}"),
        brought=_part(whole.brought, named),
    )


def _part(brought: Brought | None, named: np.ndarray) -> Brought | None:
    if brought is None:
        return None
    parts = (brought.vectors, brought.coordinates, brought.clusters)
    return Brought(*(None if part is None else part[named] for part in parts))
