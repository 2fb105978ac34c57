"""The plot is found in figures of Gravity Spy's layout, cut as ever, and of other layouts, cut at their own frame."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.dataset.pictures import FULL_FIGURE, decode
from core.dataset.plot_area import plot_area
from core.dataset.viridis import viridis_colours

SHEET = Path(__file__).resolve().parents[3] / "shared" / "real" / "golden" / "1400Ripples.png"


def figure(width=800, height=600, *, rows=(60, 541), columns=(100, 675), energy=None) -> np.ndarray:
    """White paper, a framed plot in viridis, tick labels beside it, and a colour bar: (height, width, 3)."""
    paper = Image.new("RGB", (width, height), "white")
    plot = np.full((rows[1] - rows[0], columns[1] - columns[0]), 20, np.uint8) if energy is None else energy
    paper.paste(Image.fromarray(np.asarray(viridis_colours(), np.uint8)[plot]), (columns[0], rows[0]))
    pen = ImageDraw.Draw(paper)
    pen.rectangle((columns[0], rows[0], columns[1] - 1, rows[1] - 1), outline="black")
    for at in range(rows[0] + 20, rows[1] - 10, (rows[1] - rows[0]) // 6):
        pen.rectangle((columns[0] - 30, at, columns[0] - 8, at + 8), fill="black")
    pen.rectangle((width // 3, 12, 2 * width // 3, 24), fill="black")
    pen.rectangle((columns[1] + 18, rows[0], columns[1] + 40, rows[1] - 1), fill=(68, 1, 84), outline="black")
    return np.asarray(paper)


def ends(box) -> tuple[int, ...]:
    return box[0].start, box[0].stop, box[1].start, box[1].stop


def test_the_usual_layout_is_cut_as_its_classifiers_cut_it() -> None:
    assert ends(plot_area(figure())) == (66, 532, 105, 671)
    # A frame that antialiasing or JPEG moves by some pixels is still the usual one.
    assert ends(plot_area(figure(rows=(58, 544), columns=(97, 678)))) == (66, 532, 105, 671)
    half = figure(400, 300, rows=(30, 270), columns=(50, 337))
    assert ends(plot_area(half)) == (33, 266, 52, 336)


def test_axes_that_stand_elsewhere_are_followed() -> None:
    # 6 of 481 rows at the top, 9 at the bottom, 5 and 4 of 575 columns lie between frame and plot area.
    assert ends(plot_area(figure(rows=(40, 521), columns=(150, 725)))) == (46, 512, 155, 721)
    low = figure(rows=(60, 400))
    assert ends(plot_area(low)) == (64, 394, 105, 671)
    wide = figure(1200, 500, rows=(50, 450), columns=(80, 1080))
    assert ends(plot_area(wide)) == (55, 443, 89, 1073)


def test_a_line_keeps_its_frequency_whatever_the_layout() -> None:
    for rows in ((60, 541), (60, 482), (30, 511)):
        energy = np.full((rows[1] - rows[0], 575), 15, np.uint8)
        place = rows[0] + (rows[1] - rows[0]) * 0.3
        energy[round(place) - rows[0] - 2 : round(place) - rows[0] + 3] = 250
        encoded = io.BytesIO()
        Image.fromarray(figure(rows=rows, energy=energy)).save(encoded, "PNG")
        picture = decode(encoded.getvalue(), where="a figure")
        assert picture.form == FULL_FIGURE
        found = int(picture.energy[:, 100].argmax() + 2) / len(picture.energy)
        # 0.3 of the frame is 0.297 of the plot area, which begins 6 rows lower and is 15 rows shorter.
        assert found == pytest.approx((0.3 - 6 / 481) / (466 / 481), abs=0.01)


def test_what_is_no_figure_is_not_cut() -> None:
    rng = np.random.default_rng(0)
    assert plot_area(rng.integers(0, 255, (600, 800, 3), dtype=np.uint8)) is None
    small = figure(rows=(60, 200), columns=(100, 300))
    # A small picture on a large sheet, of the proportion of a figure: the usual cut, as ever.
    assert ends(plot_area(small)) == (66, 532, 105, 671)
    assert plot_area(np.full((300, 900, 3), 255, np.uint8)) is None


@pytest.mark.skipif(not SHEET.exists(), reason=f"the example sheets are not at {SHEET.parent}")
def test_real_ripples_lie_near_1400_hertz() -> None:
    sheet = np.asarray(Image.open(SHEET).convert("RGB"))
    for top in (0, 270):
        encoded = io.BytesIO()
        Image.fromarray(sheet[top : top + 270, 360:720]).save(encoded, "PNG")
        energy = decode(encoded.getvalue(), where="a sheet").energy
        row = int(np.percentile(energy[: len(energy) // 4], 97, axis=1).argmax())
        hertz = 2048 * (10 / 2048) ** ((row + 0.5) / len(energy))
        assert 1300 < hertz < 1600
