"""Preview pages: the right picture in the right cell, resumed after a stop, read once."""

import io
import os
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.dataset import Dataset, to_viridis
from core.errors import GlitchAuditError
from core.evidence.previews import (
    PAGE_COLUMNS,
    PAGE_SIZE,
    PREVIEW_HEIGHT,
    PREVIEW_WIDTH,
    PreviewCollector,
    load_previews,
    preview_rows,
)


class Store:
    """Pictures of one gray level each, named by their location; counts what is read."""

    def __init__(self):
        self.reads = []

    def read(self, location):
        self.reads.append(location)
        if location == "broken":
            return b"no picture"
        buffer = io.BytesIO()
        Image.new("L", (34, 28), int(location)).save(buffer, "PNG")
        return buffer.getvalue()


def dataset_of(rows, samples):
    frame = pd.DataFrame(rows, columns=["sample_id", "view", "location"])
    labels = pd.DataFrame({"label": "Blip"}, index=pd.Index(samples, name="sample_id"))
    return Dataset("test", None, "made up", labels, frame, Store(), (), "fingerprint")


def gray_samples(count):
    names = [f"s{number}" for number in range(count)]
    return dataset_of([(name, "1.0", str(number % 200 + 20)) for number, name in enumerate(names)], names)


def written(dataset, tmp_path):
    collector = PreviewCollector(dataset, tmp_path)
    problems = collector.fill_missing()
    (tmp_path / "out").mkdir()
    collector.write(tmp_path / "out")
    return load_previews(tmp_path / "out"), problems


def cell_colour(jpeg, cell):
    page = np.asarray(Image.open(io.BytesIO(jpeg)))
    top, left = cell // PAGE_COLUMNS * PREVIEW_HEIGHT, cell % PAGE_COLUMNS * PREVIEW_WIDTH
    return page[top + 5 : top + PREVIEW_HEIGHT - 5, left + 5 : left + PREVIEW_WIDTH - 5].mean(axis=(0, 1))


def viridis(level):
    return to_viridis(np.array([[level]], np.uint8))[0, 0]


def test_sample_i_is_cell_i_of_its_page(tmp_path):
    previews, _ = written(gray_samples(PAGE_SIZE + 3), tmp_path)
    assert previews.pages == 2
    for sample in (0, 17, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 2):
        colour = cell_colour(previews.page(sample // PAGE_SIZE), sample % PAGE_SIZE)
        assert np.abs(colour - viridis(sample % 200 + 20)).max() < 8


def test_chosen_samples_come_in_the_order_asked_for(tmp_path):
    previews, _ = written(gray_samples(PAGE_SIZE + 10), tmp_path)
    chosen = np.array([PAGE_SIZE + 4, 3, 250])
    jpeg = previews.sprite(chosen)
    for cell, sample in enumerate(chosen):
        assert np.abs(cell_colour(jpeg, cell) - viridis(sample % 200 + 20)).max() < 12


def test_a_whole_page_is_handed_out_as_it_lies_on_disk(tmp_path):
    previews, _ = written(gray_samples(PAGE_SIZE + 1), tmp_path)
    assert previews.sprite(np.arange(PAGE_SIZE)) == (tmp_path / "out" / "page-0000.jpg").read_bytes()


def test_intensity_is_the_sum_of_the_pixels_in_energy(tmp_path):
    previews, _ = written(gray_samples(2), tmp_path)
    assert previews.intensity == pytest.approx([34 * 28 * 2.0, 34 * 28 * 2.1])


def test_the_one_second_view_stands_for_a_glitch_and_else_the_first(tmp_path):
    rows = [("a", "0.5", "20"), ("a", "1.0", "30"), ("b", "2.0", "40"), ("b", "4.0", "50")]
    assert preview_rows(dataset_of(rows, ["a", "b", "c"])).tolist() == [1, 2, -1]


def test_what_another_stage_brought_is_not_read_again_even_after_a_stop(tmp_path):
    dataset = gray_samples(4)
    PreviewCollector(dataset, tmp_path).add(1, np.full((28, 34), 99, np.uint8))
    later = PreviewCollector(dataset, tmp_path)
    later.fill_missing()
    assert dataset.store.reads == ["20", "22", "23"]
    (tmp_path / "out").mkdir()
    later.write(tmp_path / "out")
    assert load_previews(tmp_path / "out").intensity[1] == pytest.approx(28 * 34 * 9.9)


@pytest.mark.parametrize("name", ["pixels.npy", "intensity.npy"])
def test_what_a_stop_left_cut_is_gathered_anew(tmp_path, name):
    dataset = gray_samples(3)
    PreviewCollector(dataset, tmp_path).fill_missing()
    os.truncate(tmp_path / name, (tmp_path / name).stat().st_size - 1)
    previews, _ = written(dataset, tmp_path)
    assert np.isfinite(previews.intensity).all()
    assert np.abs(cell_colour(previews.page(0), 1) - viridis(21)).max() < 8


def test_a_picture_whose_pixels_a_power_cut_lost_is_read_again(tmp_path):
    dataset = gray_samples(3)
    PreviewCollector(dataset, tmp_path).fill_missing()
    np.load(tmp_path / "pixels.npy", mmap_mode="r+")[1] = 0
    previews, _ = written(dataset, tmp_path)
    assert dataset.store.reads == ["20", "21", "22", "21"]
    assert np.abs(cell_colour(previews.page(0), 1) - viridis(21)).max() < 8


def test_room_for_all_pictures_is_taken_before_the_first(tmp_path):
    PreviewCollector(gray_samples(200), tmp_path)
    status = (tmp_path / "pixels.npy").stat()
    assert status.st_size > 200 * PREVIEW_HEIGHT * PREVIEW_WIDTH
    assert status.st_blocks * 512 >= status.st_size


def test_a_disk_without_room_is_a_sentence_that_names_both_sizes(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr("core.files.shutil.disk_usage", lambda _: usage._replace(free=100_000))
    with pytest.raises(GlitchAuditError, match=r"1\.2 MB are needed and 0\.1 MB are free.*free some space"):
        PreviewCollector(gray_samples(200), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unreadable_picture_is_listed_and_the_rest_goes_on(tmp_path):
    dataset = dataset_of([("a", "1.0", "broken"), ("b", "1.0", "60")], ["a", "b"])
    previews, problems = written(dataset, tmp_path)
    assert [problem.where for problem in problems] == ["broken"]
    assert np.isnan(previews.intensity[0])
    assert previews.intensity[1] > 0


def test_a_missing_page_is_one_sentence(tmp_path):
    previews, _ = written(gray_samples(1), tmp_path)
    with pytest.raises(GlitchAuditError, match="no preview page 7"):
        previews.page(7)


def test_a_sample_without_a_picture_is_gray_with_words_and_not_dark(tmp_path):
    rows = [("seen", "1.0", "0"), ("broken", "1.0", "broken")]
    previews, _ = written(dataset_of(rows, ["seen", "broken", "none"]), tmp_path)
    page = np.asarray(Image.open(io.BytesIO(previews.page(0)))).astype(int)
    assert np.abs(cell_colour(previews.page(0), 0) - viridis(0)).max() < 8
    for cell in (1, 2):
        corner = page[2:8, cell * PREVIEW_WIDTH + 4 : cell * PREVIEW_WIDTH + 10]
        middle = page[
            PREVIEW_HEIGHT // 2 - 5 : PREVIEW_HEIGHT // 2 + 5, cell * PREVIEW_WIDTH : (cell + 1) * PREVIEW_WIDTH
        ]
        assert np.abs(corner - 128).max() < 12 and middle.max() > 220
