"""A drift as points to draw: values in their units, and gestures that mean samples and not numbers in a trace."""

import json

import numpy as np
import pytest

from core.audit.drift import curve_columns, curve_points, order_along, places_at
from core.audit.drift.model import DriftParams
from core.errors import GlitchAuditError


@pytest.fixture
def line(make_input):
    points = np.column_stack([np.linspace(0, 1, 12), np.full(12, 10.0)])
    snr = np.array([np.nan, *np.linspace(5, 60, 11)])
    case = make_input(points, ["Blip", "Chirp"] * 6, snr=snr)
    return case, order_along(case, np.arange(12), params=DriftParams(shuffles=1, subsamples=1))


def test_physical_columns_come_first_and_the_label_always(line):
    case, _drift = line
    assert curve_columns(case, suspicion=np.zeros(12), intensity=np.ones(12)) == (
        "snr",
        "intensity",
        "suspicion",
        "label",
    )
    assert curve_columns(case) == ("snr", "label")


def test_values_are_in_their_unit_and_in_order(line):
    case, drift = line
    points = curve_points(case, drift, "snr")
    expected = case.samples["snr"].loc[list(drift.sample_ids)].to_numpy()
    assert points.value == pytest.approx(expected, nan_ok=True) and points.logarithmic


def test_labels_are_numbered(line):
    points = curve_points(*line, "label")
    assert points.names == ("Blip", "Chirp")
    assert [points.names[int(value)] for value in points.value] == points.labels.tolist()


def test_chosen_points_survive_json_and_mean_exactly_those_samples(line):
    points = curve_points(*line, "snr")
    chosen = [(points.position[place], points.value[place]) for place in (3, 7)]
    assert places_at(points, json.loads(json.dumps(chosen))).tolist() == [3, 7]
    assert places_at(points, [(0.5, -1.0)]).tolist() == []


def test_an_unknown_column_is_one_sentence(line):
    with pytest.raises(GlitchAuditError, match="no column “peak_frequency”"):
        curve_points(*line, "peak_frequency")
