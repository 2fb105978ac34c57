"""The comparison sheet: it finds the plot inside an example figure and stays an indexed picture."""

import numpy as np
import pytest
from PIL import Image

from core.dataset.viridis import to_viridis
from core.errors import GlitchAuditError
from core.simulate import compare


def test_the_plot_is_found_inside_a_figure():
    figure = np.full((270, 360, 3), 255, dtype=np.uint8)
    energy = np.random.default_rng(1).integers(0, 100, (180, 230)).astype(np.uint8)
    figure[40:220, 50:280] = to_viridis(energy)
    figure[40:220, 300:310] = 0  # the colour bar
    assert np.array_equal(compare._plot_area(figure), to_viridis(energy)[1:-1, 1:-1])


def test_a_sheet_shows_real_and_simulated_in_one_indexed_picture(tmp_path, monkeypatch):
    monkeypatch.setattr(compare, "CLASSES", ("Blip",))
    figure = np.full((270, 1440, 3), 255, dtype=np.uint8)
    for corner in range(0, 1440, 360):
        figure[40:220, corner + 50 : corner + 280] = to_viridis(np.full((180, 230), 80, dtype=np.uint8))
    Image.fromarray(figure).save(tmp_path / "Blip.png")
    compare.write_comparison(tmp_path / "out" / "sheet.png", golden=tmp_path, rows=1)
    sheet = Image.open(tmp_path / "out" / "sheet.png")
    assert sheet.mode == "P"
    pixels = np.asarray(sheet.convert("RGB"))
    assert tuple(pixels[60, 60]) == tuple(to_viridis(np.array(80, dtype=np.uint8)))


def test_a_missing_example_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(compare, "CLASSES", ("Blip",))
    with pytest.raises(GlitchAuditError, match=r"Blip\.png"):
        compare.write_comparison(tmp_path / "sheet.png", golden=tmp_path, rows=1)
