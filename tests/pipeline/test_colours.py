"""Colours end to end: previews, sprite, tiles and report pictures of ordinary pictures; spectrograms as they were."""

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.dataset import GLITCHES, PICTURES
from core.evidence.previews import PAGE_COLUMNS, PREVIEW_HEIGHT, PREVIEW_WIDTH
from core.evidence.tiles import sample_views, tile_pictures
from core.pipeline.audit_input import audit_input
from core.pipeline.settings import Settings, load_settings, save_settings, with_kind
from core.pipeline.snapshot import read_dataset
from core.pipeline.stages import load_prepared, prepare, prepared_key
from core.workspace import HOME_VARIABLE, demo_workspace, workspace_for

RED, BLUE = (200, 30, 20), (20, 40, 210)


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """24 coloured pictures of two labels, 30 wide and 60 high, with places on a plane."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    ids = []
    for label, colour in (("red", RED), ("blue", BLUE)):
        (tmp_path / "data" / label).mkdir(parents=True)
        for number in range(12):
            Image.new("RGB", (30, 60), colour).save(tmp_path / "data" / label / f"{number:02d}.png")
            ids.append(f"{label}/{number:02d}")
    places = tmp_path / "places.npy"
    np.save(places, np.random.default_rng(0).uniform(-1, 1, (len(ids), 2)).astype(np.float32))
    places.with_suffix(".txt").write_text("\n".join(ids))
    found = workspace_for(tmp_path / "data")
    read_dataset(found)
    save_settings(found, Settings(vectors=str(places)))
    return found


def quiet(progress):
    """Report nothing."""


def middle_of_cell(sprite, number):
    page = np.asarray(Image.open(io.BytesIO(sprite)).convert("RGB")).astype(int)
    top, left = (number // PAGE_COLUMNS) * PREVIEW_HEIGHT, (number % PAGE_COLUMNS) * PREVIEW_WIDTH
    return page[top + PREVIEW_HEIGHT // 2, left + PREVIEW_WIDTH // 2], page[top + PREVIEW_HEIGHT // 2, left + 3]


def test_previews_tiles_and_views_are_in_the_pictures_own_colours(workspace):
    prepared = prepare(workspace, report=quiet)
    row = prepared.row_of["red/03"]
    middle, edge = middle_of_cell(prepared.previews.sprite(prepared.positions[[row]]), 0)
    assert np.abs(middle - RED).max() <= 8
    assert np.abs(edge - 128).max() <= 8
    tile = tile_pictures(prepared.dataset, ["blue/05"], view="picture")["blue/05"]
    assert np.array_equal(tile[70, 85], BLUE) and np.array_equal(tile[70, 2], (128, 128, 128))
    assert sample_views(prepared.dataset, "blue/05")["picture"].shape == (60, 30, 3)
    # Brightness is the mean luminance, whatever a picture's size.
    assert prepared.intensity[row] == pytest.approx(0.299 * 200 + 0.587 * 30 + 0.114 * 20, abs=0.1)
    assert audit_input(prepared).profiles is None


def test_the_other_kind_has_results_of_its_own_and_both_are_kept(workspace):
    prepare(workspace, report=quiet)
    in_colour = prepared_key(workspace)
    settings = with_kind(load_settings(workspace), GLITCHES, recognised=PICTURES)
    prepared = prepare(workspace, report=quiet, settings=settings)
    assert prepared.dataset.kind.chosen and prepared_key(workspace) != in_colour
    # As energy, red is a luminance shown in viridis, and fills the tile.
    tile = tile_pictures(prepared.dataset, ["red/03"], view="picture")["red/03"]
    assert (tile == tile[0, 0]).all() and not np.array_equal(tile[0, 0], RED)
    save_settings(workspace, replace(settings, kind=""))
    assert prepared_key(workspace) == in_colour and load_prepared(workspace).dataset.kind.kind == PICTURES


def test_the_default_backbone_goes_with_the_kind_and_a_chosen_one_stays(monkeypatch):
    monkeypatch.setattr("core.embed.backbones.missing_packages", lambda wanted: ())
    settings = with_kind(Settings(), PICTURES, recognised=GLITCHES)
    assert settings.embed.backbone == "imagenet-lite0"
    assert with_kind(settings, "", recognised=GLITCHES).embed.backbone == "glitch-resnet18"
    chosen = replace(Settings(), embed=replace(Settings().embed, backbone="resnet50"))
    assert with_kind(chosen, PICTURES, recognised=GLITCHES).embed.backbone == "resnet50"


def test_the_packed_demo_is_one_of_glitches_and_its_results_are_found(tmp_path, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    demo = demo_workspace()
    prepared = load_prepared(demo)
    assert prepared is not None and prepared.dataset.kind.kind == GLITCHES
    assert prepared.dataset.seen_fingerprint == prepared.dataset.pictures_fingerprint
