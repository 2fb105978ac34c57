"""Likeness: known statistics of hand-made pictures, fair places and distances, no telling apart of equals."""

import numpy as np
import pandas as pd
import pytest

from benchmarks.simulator_statistics import (
    STATISTICS,
    distances,
    picture_statistics,
    place_in_simulated,
    share_inside,
    statistics_table,
    tell_apart,
)
from core.dataset.model import VIEWS
from core.simulate.views import COLUMNS, ROWS

OCTAVES_A_ROW = np.log2(2048 / 10) / ROWS


def _blank(level: int = 10) -> np.ndarray:
    return np.full((ROWS, COLUMNS), level, dtype=np.uint8)


def _blocks(rng: np.random.Generator, width: int) -> np.ndarray:
    """Rows of blocks ``width`` pixels long, each dark (40 %) or bright, begun anywhere: correlation 1 - lag / width."""
    rows = []
    for _ in range(ROWS):
        values = np.where(rng.random(COLUMNS // width + 2) < 0.4, 10, 20)
        rows.append(np.repeat(values, width)[rng.integers(width) :][:COLUMNS])
    return np.array(rows, dtype=np.uint8)


def _table(rng: np.random.Generator, count: int, *, label: str = "Blip", shift: float = 0.0, width: float = 1.0):
    index = pd.MultiIndex.from_product([range(count), VIEWS], names=["glitch", "view"])
    values = np.exp(shift + width * rng.normal(size=(len(index), len(STATISTICS))))
    table = pd.DataFrame(values, index=index, columns=list(STATISTICS))
    table.insert(0, "label", label)
    return table


def test_a_lasting_line_is_all_line_at_its_frequency_for_the_whole_view():
    picture = _blank()
    picture[70:72] = 200
    found = picture_statistics(picture, seconds=2.0)
    assert found["line_content"] == pytest.approx(1)
    assert found["duration"] == pytest.approx(0.9 * 2.0)
    assert found["bandwidth"] == pytest.approx(0.9 * 2 * OCTAVES_A_ROW)
    # Row 70 of 140 begins in the middle of the logarithmic axis.
    assert found["peak_hertz"] == pytest.approx(np.sqrt(2048 * 10) * 2 ** (-OCTAVES_A_ROW / 2))
    assert found["energy_50"] == pytest.approx(1.0)


def test_a_click_has_no_line_content_and_its_duration_scales_with_the_view():
    picture = _blank()
    picture[:, 80:97] = 200
    short, long = (picture_statistics(picture, seconds=seconds) for seconds in (0.5, 4.0))
    assert short["line_content"] == pytest.approx(0, abs=1e-12)
    assert short["duration"] == pytest.approx(0.9 * 0.1 * 0.5)
    assert long["duration"] == pytest.approx(8 * short["duration"])
    assert short["bandwidth"] == pytest.approx(0.9 * np.log2(2048 / 10))


def test_what_does_not_stand_out_of_the_noise_has_no_duration_or_bandwidth():
    picture = _blank()
    picture[40:60, 40:60] = 70
    found = picture_statistics(picture, seconds=1.0)
    assert (found["duration"], found["bandwidth"], found["saturated"]) == (0, 0, 0)


def test_saturation_and_quantiles_are_shares_of_pixels():
    picture = _blank(5).ravel()
    picture[: picture.size // 20] = 255
    picture[picture.size // 20 : picture.size // 5] = 90
    found = picture_statistics(picture.reshape(ROWS, COLUMNS), seconds=1.0)
    assert found["saturated"] == pytest.approx(1 / 20)
    assert (found["energy_50"], found["energy_90"], found["energy_99"]) == pytest.approx((0.5, 9.0, 25.5))


@pytest.mark.parametrize("width", [4, 10])
def test_texture_is_the_correlation_length_of_the_darker_half(width):
    picture = _blocks(np.random.default_rng(1), width)
    # 1 - lag / width falls to 1/e at this lag; taking off each row's own mean shortens it a little.
    expected = width * (1 - 1 / np.e)
    assert picture_statistics(picture, seconds=1.7)["texture_seconds"] == pytest.approx(expected * 0.01, rel=0.1)
    upright = np.concatenate([picture[:ROWS, :ROWS].T, picture[: COLUMNS - ROWS, :ROWS].T], axis=1)
    octaves = picture_statistics(upright, seconds=1.7)["texture_octaves"]
    assert octaves == pytest.approx(expected * OCTAVES_A_ROW, rel=0.1)


def test_a_bright_glitch_hardly_changes_the_texture_of_the_background():
    picture = _blocks(np.random.default_rng(2), 6)
    glitch = picture.copy()
    glitch[60:80, 80:90] = 255
    quiet, loud = (picture_statistics(each, seconds=1.0)["texture_seconds"] for each in (picture, glitch))
    assert loud == pytest.approx(quiet, rel=0.05)


def test_a_flat_picture_has_no_texture_and_no_line_content():
    found = picture_statistics(_blank(0), seconds=1.0)
    assert np.isnan([found["texture_seconds"], found["texture_octaves"], found["line_content"]]).all()


def test_a_figure_of_another_size_gives_the_same_statistics():
    picture = _blank()
    picture[40:80, 50:130] = 200
    large = np.kron(picture, np.ones((3, 3), dtype=np.uint8))
    small, figure = (pd.Series(picture_statistics(each, seconds=1.0)) for each in (picture, large))
    for name in ("duration", "bandwidth", "energy_90", "line_content"):
        assert figure[name] == pytest.approx(small[name], rel=0.03)


def test_the_table_has_a_row_a_view_with_the_view_s_own_seconds():
    picture = _blank()
    picture[:, 80:97] = 200
    table = statistics_table([[picture] * 4, [_blank()] * 4], ["Blip", "No_Glitch"])
    assert table.loc[0, "duration"].tolist() == pytest.approx([0.09 * s for s in (0.5, 1, 2, 4)])
    assert table.loc[1, "label"].unique().tolist() == ["No_Glitch"]
    assert table.columns.tolist() == ["label", *STATISTICS]


def test_another_draw_of_the_simulator_lies_inside_ninety_times_in_a_hundred():
    rng = np.random.default_rng(3)
    places = place_in_simulated(_table(rng, 300), _table(rng, 40))
    share, low, high = share_inside(places)
    assert share == pytest.approx(0.9, abs=0.03)
    assert low < share < high
    assert places["percentile"].mean() == pytest.approx(0.5, abs=0.05)


def test_places_of_known_values_and_of_a_class_that_is_not_simulated():
    simulated, real = _table(np.random.default_rng(4), 39), _table(np.random.default_rng(5), 3)
    for column in STATISTICS:
        simulated[column] = np.repeat(np.arange(1.0, 40), 4)
    # With 39 values the ends p (n + 1) are the 2nd and the 38th.
    for column in STATISTICS:
        real[column] = np.repeat([2.0, 38.5, 20.0], 4)
    places = place_in_simulated(real, simulated).groupby("glitch")[["inside", "percentile"]].mean()
    assert places["inside"].tolist() == [1, 0, 1]
    assert places["percentile"].tolist() == pytest.approx([1.5 / 39, 38 / 39, 0.5])
    strange = place_in_simulated(real.assign(label="Sparrow"), simulated)
    assert strange["inside"].isna().all()
    assert np.isnan(share_inside(strange)).all()


def test_the_gain_of_one_simulator_over_another_is_paired_by_glitch():
    rng = np.random.default_rng(6)
    real, far = _table(rng, 12), _table(rng, 40, shift=9.0)
    now, before = place_in_simulated(real, _table(rng, 40)), place_in_simulated(real, far)
    gain, low, _ = share_inside(now, before=before)
    assert gain == pytest.approx(share_inside(now)[0] - share_inside(before)[0])
    assert low > 0.5
    assert share_inside(now, before=now) == (0, 0, 0)


def test_distance_of_shifted_samples_is_the_shift_in_real_standard_deviations():
    rng = np.random.default_rng(7)
    real = _table(rng, 25)
    shifted = real.copy()
    deviation = real["duration"].groupby("view").std()
    shifted["duration"] += 2 * deviation.reindex(real.index.get_level_values("view")).to_numpy()
    shifted["peak_hertz"] *= 2
    found = distances(real, shifted)
    assert found.xs("duration", level="statistic")["distance"].tolist() == pytest.approx([2] * 4)
    octaves = np.log2(real["peak_hertz"]).groupby("view").std().reindex(VIEWS)
    pitch = found.xs("peak_hertz", level="statistic")["distance"].reset_index("label", drop=True).reindex(VIEWS)
    assert pitch.tolist() == pytest.approx((1 / octaves).tolist())
    same = found.xs("bandwidth", level="statistic")
    assert same["distance"].tolist() == pytest.approx([0] * 4, abs=1e-9)
    assert same["width"].tolist() == pytest.approx([1] * 4)
    assert (same["chance"] > 0).all()


def test_distances_skip_small_classes_and_say_nothing_of_constants():
    rng = np.random.default_rng(8)
    assert distances(_table(rng, 4), _table(rng, 40)).empty
    found = distances(_table(rng, 6).assign(saturated=0.0), _table(rng, 40))
    assert found.xs("saturated", level="statistic").isna().all().all()


def test_equals_cannot_be_told_apart_and_the_unlike_can():
    rng = np.random.default_rng(9)
    real, ours = _table(rng, 14), _table(rng, 24)
    equal = tell_apart(real, ours, label="Blip")
    assert equal.low < 0.5 < equal.high
    assert (equal.real, equal.simulated) == (14, 24)
    unlike = tell_apart(real, _table(rng, 24, shift=3.0), label="Blip")
    assert unlike.accuracy == 1
    # Wilson's lower ends of 14 of 14 and 24 of 24 are 1 / (1 + 1.96**2 / n).
    ends = [1 - 1 / (1 + 1.959964**2 / n) for n in (14, 24)]
    assert unlike.low == pytest.approx(1 - np.hypot(*ends) / 2, abs=1e-5)
    assert unlike.high == pytest.approx(1)


def test_a_curved_border_tells_by_spread_what_no_line_can():
    rng = np.random.default_rng(11)
    real, wider = _table(rng, 12, width=0.05), _table(rng, 16, width=2.0)
    assert tell_apart(real, wider, label="Blip", kind="curved").accuracy > 0.9
    assert tell_apart(real, wider, label="Blip", kind="linear").accuracy < 0.9


def test_a_handful_is_too_few_to_tell_apart():
    rng = np.random.default_rng(10)
    told = tell_apart(_table(rng, 2), _table(rng, 20), label="Blip")
    assert np.isnan(told.accuracy)
    assert told.real == 2
