"""The kind of a data set is recognised when it is read, kept with what was read, and outranked by a person's choice."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.dataset import GLITCHES, PICTURES
from core.pipeline.settings import load_settings, save_settings
from core.pipeline.snapshot import read_dataset, read_snapshot, recognised_kind
from core.pipeline.stage_keys import stage_keys
from core.workspace import HOME_VARIABLE, read_json, store_artifact, workspace_for, write_json


@pytest.fixture
def photographs(tmp_path, monkeypatch):
    """The workspace of a folder of six coloured pictures of two labels."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    pixels = np.random.default_rng(1)
    for label, colour in (("red", (200, 30, 20)), ("blue", (20, 40, 210))):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(3):
            noise = pixels.integers(0, 40, (20, 30, 3), dtype=np.uint8)
            Image.fromarray(noise + np.array(colour, np.uint8)).save(tmp_path / "data" / label / f"{number}.png")
    return workspace_for(tmp_path / "data")


def test_photographs_are_recognised_and_the_snapshot_carries_it(photographs):
    assert read_dataset(photographs).kind.kind == PICTURES
    kept = read_snapshot(photographs).kind
    assert (kept.kind, kept.chosen) == (PICTURES, False)
    assert "6 of 6" in kept.reason


def test_the_persons_choice_outranks_and_is_kept_when_the_data_set_is_read_again(photographs):
    read_dataset(photographs)
    save_settings(photographs, replace(load_settings(photographs), kind=GLITCHES))
    assert read_dataset(photographs).kind.chosen
    assert read_snapshot(photographs).kind.kind == GLITCHES
    assert recognised_kind(photographs).kind == PICTURES
    assert read_snapshot(photographs, kind="").kind.kind == PICTURES


def test_a_snapshot_of_before_reads_as_glitches_with_the_keys_of_before(photographs):
    read_dataset(photographs)
    pointer = read_json(photographs.cache / "dataset.json")
    now = photographs.cache / pointer["folder"]
    about = json.loads((now / "about.json").read_text())
    del about["kind"]

    def write(folder):
        for name in ("samples.parquet", "pictures.parquet"):
            shutil.copy(now / name, folder / name)
        (folder / "about.json").write_text(json.dumps(about))

    before = store_artifact(photographs, "dataset", "0123456789abcdef", write)
    write_json(photographs.cache / "dataset.json", {**pointer, "folder": before.name})
    dataset = read_snapshot(photographs)
    assert dataset.kind.kind == GLITCHES
    assert dataset.seen_fingerprint == dataset.pictures_fingerprint


def test_what_is_seen_of_pictures_has_keys_of_its_own(photographs):
    read_dataset(photographs)
    settings = replace(load_settings(photographs), kind=GLITCHES)
    seen = {kind: stage_keys(read_snapshot(photographs, kind=kind), settings) for kind in (GLITCHES, PICTURES)}
    assert seen[GLITCHES].previews != seen[PICTURES].previews
    assert seen[GLITCHES].embedding != seen[PICTURES].embedding
