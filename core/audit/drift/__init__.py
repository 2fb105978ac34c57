"""Drifts: samples that change gradually along one curve of the embedding, while their labels do so in steps."""

from core.audit.drift.along import AlongCurve, along_the_curve
from core.audit.drift.candidates import find_drifts, named_for
from core.audit.drift.chart import CurvePoints, curve_columns, curve_points, places_at
from core.audit.drift.cutting import CHANGE_POINTS, HOW, THIRDS, Segment, segment_of, segments
from core.audit.drift.model import (
    VERSION,
    Drift,
    DriftParams,
    OneDimensional,
    drifts_fingerprint,
    load_drifts,
    save_drifts,
)
from core.audit.drift.ordering import order_along

__all__ = [
    "CHANGE_POINTS",
    "HOW",
    "THIRDS",
    "VERSION",
    "AlongCurve",
    "CurvePoints",
    "Drift",
    "DriftParams",
    "OneDimensional",
    "Segment",
    "along_the_curve",
    "curve_columns",
    "curve_points",
    "drifts_fingerprint",
    "find_drifts",
    "load_drifts",
    "named_for",
    "order_along",
    "places_at",
    "save_drifts",
    "segment_of",
    "segments",
]
