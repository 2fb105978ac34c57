"""The atlas of a drift: three rows, in order, and what happens when the curve is short."""

import io
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.audit.drift import Drift, OneDimensional
from core.evidence import drift_atlas
from core.evidence.drift_atlas import atlas_places, drift_atlas_png

NAN = float("nan")


def drift_of(count):
    return Drift(
        name="a drift",
        clusters=(0,),
        sample_ids=tuple(f"s{number}" for number in range(count)),
        position=np.linspace(0, 1, count),
        confidence=np.full(count, NAN),
        agreement=NAN,
        agreement_low=NAN,
        agreement_high=NAN,
        one_dimensional=OneDimensional(NAN, NAN, NAN, NAN, NAN, NAN, NAN),
        direction="",
        fingerprint="f",
    )


def test_each_third_is_shown_evenly_from_its_first_to_its_last():
    start, middle, end = atlas_places(30, columns=4)
    assert (start.tolist(), middle.tolist(), end.tolist()) == ([0, 3, 6, 9], [10, 13, 16, 19], [20, 23, 26, 29])


def test_a_short_curve_has_equally_short_rows():
    assert [len(row) for row in atlas_places(8, columns=8)] == [2, 2, 2]


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_samples_are_one_row(count):
    (row,) = atlas_places(count, columns=8)
    assert row.tolist() == list(range(count))


def test_the_picture_shows_the_samples_row_by_row_in_order(monkeypatch):
    shades = {f"s{number}": np.full((140, 170, 3), number + 1, np.uint8) for number in range(9)}
    asked = []
    monkeypatch.setattr(
        drift_atlas,
        "tile_pictures",
        lambda dataset, ids, view: asked.append((ids, view)) or {i: shades[i] for i in ids},
    )
    samples = pd.DataFrame({"label": "Blip"}, index=list(shades))
    png = drift_atlas_png(SimpleNamespace(name="made up"), drift_of(9), samples, view="2.0", columns=2)
    ids, view = asked[0]
    assert (ids, view) == (["s0", "s2", "s3", "s5", "s6", "s8"], "2.0")
    image = np.asarray(Image.open(io.BytesIO(png)))
    corners = []
    for shade in (1, 3, 4, 6, 7, 9):
        rows, columns = np.nonzero((image == shade).all(axis=-1))
        corners.append((rows.min(), columns.min()))
    tops = [top for top, _left in corners]
    assert tops[0] == tops[1] < tops[2] == tops[3] < tops[4] == tops[5]
    assert corners[0][1] == corners[2][1] == corners[4][1] < corners[1][1]
