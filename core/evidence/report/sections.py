"""What the report says, section by section: words, tables and which figures belong to them."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.audit.advice import confounding_advice, leak_advice, outlier_advice, twin_advice, verdict_advice
from core.audit.failure_modes.verdicts import COLUMNS
from core.evidence.figures.atlas import cluster_atlas
from core.evidence.figures.drift import along, drift_case_study, thirds
from core.evidence.figures.maps import map_by_cluster, map_by_label
from core.evidence.figures.model import count_of
from core.evidence.figures.sheets import cluster_contact_sheet, intensity_strip, suspects_sheet
from core.evidence.figures.tables import ambiguity_table, entropy_comparison
from core.evidence.report.columns import (
    ALONG_COLUMNS,
    CLUSTER_COLUMNS,
    CONFOUNDING_COLUMNS,
    DRIFT_ORDER_COLUMNS,
    LABEL_COLUMNS,
    OUTLIER_COLUMNS,
    OVERALL_COLUMNS,
    SEGMENT_COLUMNS,
    SUSPECT_COLUMNS,
    TWIN_COLUMNS,
    VERDICT_COLUMNS,
)
from core.evidence.report.costs import costs_sections
from core.evidence.report.people import people_section
from core.evidence.report.section import NOT_COMPUTED, NOTHING_FOUND, Draw, Section
from core.evidence.report.summary import summary_section
from core.evidence.report.tables import ReportTable
from core.evidence.report.worded import worded
from core.evidence.report_input import ReportInput, is_empty, is_filled
from core.statistics import NOISE

SHEETS = 6
"""Clusters that get a contact sheet and a strip of their own, the most ambiguous first; twice as many with verdicts."""

NO_CLUSTERS = "There are no clusters, so this could not be examined."

_COUNTED_ONCE = "glitches"
"""The audit's name for how many samples there are, those of several rows counted once."""

_VERDICT_ORDER = ("supported", "cannot tell", "not supported")
_OVERALL_WORDS = {
    "samples": "samples",
    "clusters": "clusters",
    "noise_share": "share of samples in no cluster",
    "homogeneity": "homogeneity: clusters hold one label each",
    "completeness": "completeness: labels lie in one cluster each",
    "v_measure": "V measure: harmonic mean of the two",
    "adjusted_mutual_information": "adjusted mutual information",
    "adjusted_rand": "adjusted Rand index",
    "trustworthiness": "trustworthiness of the map: neighbours on it are neighbours in the embedding",
    "continuity": "continuity of the map: neighbours in the embedding are neighbours on it",
    "stability": "stability of the clusters",
}


def sections_of(subject: ReportInput) -> list[Section]:
    """The report's sections, in order."""
    return [worded(section, subject.words) for section in _sections(subject)]


def _sections(subject: ReportInput) -> list[Section]:
    return [
        summary_section(subject),
        Section("maps", "The map", (_scope(subject),), drawings=(map_by_label, map_by_cluster)),
        _agreement(subject),
        Section("confounding", "What else the clusters sort", (NO_CLUSTERS,))
        if not subject.cluster_numbers
        else _tabled(
            "confounding",
            "What else the clusters sort",
            ReportTable(
                "confounding",
                "Views, missing views, detectors, runs and splits"
                if subject.words.of_detectors
                else "Views, missing views and splits",
                subject.confounding,
                CONFOUNDING_COLUMNS,
            ),
            sentences=_what_else_is_sorted(subject.confounding),
        ),
        _clusters(subject),
        _tabled(
            "labels",
            "Labels",
            ReportTable(
                "labels",
                "Labels, where they lie and how many are estimated to be wrong",
                subject.label_table,
                LABEL_COLUMNS,
            ),
            sentences=_split_too_finely(subject),
        ),
        _tabled(
            "verdicts",
            "The two failure modes",
            ReportTable("verdicts", "Over-splitting and over-compression", _ordered_verdicts(subject), VERDICT_COLUMNS),
            sentences=_verdict_count(subject),
        ),
        _suspects(subject),
        _duplicates(subject),
        _drift(subject),
        *costs_sections(subject),
        people_section(subject.people),
    ]


def _scope(subject: ReportInput) -> str:
    noise = int((np.asarray(subject.clusters) == NOISE).sum())
    return (
        f"{count_of(len(subject.samples), 'sample')} with {count_of(len(np.unique(subject.labels)), 'label')} in "
        f"{count_of(len(subject.cluster_numbers), 'cluster')}; {noise:,} in no cluster."
    )


def _tabled(
    key: str, title: str, table: ReportTable, *, sentences: Sequence[str] = (), drawings: Sequence[Draw] = ()
) -> Section:
    if is_empty(table.frame):
        return Section(key, title, (NOT_COMPUTED if table.frame is None else NOTHING_FOUND,))
    return Section(key, title, sentences, (table,), drawings)


def _agreement(subject: ReportInput) -> Section:
    rows = []
    for name, value in subject.overall.items():
        if name.endswith("_interval") or not isinstance(value, (int, float, np.number)):
            continue
        low, high = subject.overall.get(f"{name}_interval") or (np.nan, np.nan)
        if name == _COUNTED_ONCE and not subject.words.of_detectors and value == subject.overall.get("samples"):
            continue
        words = subject.words.many if name == _COUNTED_ONCE else _OVERALL_WORDS.get(name, name.replace("_", " "))
        rows.append({"measure": words, "value": value, "low": low, "high": high})
    frame = pd.DataFrame(rows).set_index("measure") if rows else None
    return _tabled(
        "agreement", "How well labels and clusters agree", ReportTable("agreement", "Overall", frame, OVERALL_COLUMNS)
    )


def _clusters(subject: ReportInput) -> Section:
    chosen = _clusters_with_sheets(subject)
    if not subject.cluster_numbers:
        return Section("clusters", "Clusters", ("There are no clusters: all samples are noise.",))
    sheets = [
        (lambda s, c=c, draw=draw: draw(s, c)) for c in chosen for draw in (cluster_contact_sheet, intensity_strip)
    ]
    frame = subject.cluster_table
    if frame is not None and "ambiguity" in frame:
        frame = frame.sort_values("ambiguity", ascending=False, kind="stable")
    return _tabled(
        "clusters",
        "Clusters",
        ReportTable("clusters", "Clusters, the most ambiguous first", frame, CLUSTER_COLUMNS),
        drawings=(ambiguity_table, entropy_comparison, cluster_atlas, *sheets),
    )


def _clusters_with_sheets(subject: ReportInput) -> list[int]:
    """The most ambiguous clusters, and those that a supported verdict is about."""
    chosen = subject.ranked_clusters()[:SHEETS]
    if is_filled(subject.verdicts) and "clusters" in subject.verdicts:
        supported = subject.verdicts[subject.verdicts["verdict"] == "supported"]
        chosen += [int(number) for listed in supported["clusters"] for number in json.loads(listed)]
    known = set(subject.cluster_numbers)
    return [number for number in dict.fromkeys(chosen) if number in known][: 2 * SHEETS]


def _suspects(subject: ReportInput) -> Section:
    frame = subject.suspects
    if not is_filled(frame):
        return Section("suspects", "Suspects", (NOT_COMPUTED if frame is None else NOTHING_FOUND,))
    frame = frame.sort_values("score", ascending=False, kind="stable") if "score" in frame else frame
    flagged = int(frame["flagged"].sum()) if "flagged" in frame else 0
    sentences = [f"{flagged:,} of {count_of(len(frame), 'sample')} are flagged."]
    if subject.expected_right is not None and flagged:
        expected, low, high = subject.expected_right
        sentences.append(
            f"Expect {expected:.0f} of these flags to be right ({low:.0f} to {high:.0f}). Wrong labels that the "
            "embedding finds plausible are not flagged: this is no estimate of how many are wrong in all."
        )
    table = ReportTable("suspects", "The most suspect samples first", frame, SUSPECT_COLUMNS)
    return Section("suspects", "Suspects", (" ".join(sentences),), (table,), (suspects_sheet,))


def _duplicates(subject: ReportInput) -> Section:
    outliers = subject.outliers
    if is_filled(outliers) and "label" not in outliers:
        outliers = outliers.assign(label=subject.samples["label"].reindex(outliers.index))
    offered = (
        ReportTable("duplicates", "Duplicates, conflicting labels first", subject.twins, TWIN_COLUMNS),
        ReportTable("outliers", "Outliers, the farthest first", outliers, OUTLIER_COLUMNS),
    )
    sentences = [
        f"{table.title.split(',')[0]}: {NOT_COMPUTED if table.frame is None else NOTHING_FOUND}"
        for table in offered
        if is_empty(table.frame)
    ]
    if is_filled(subject.twins):
        conflicts, leaks = (int(subject.twins[name].sum()) for name in ("conflict", "leak"))
        sentences.append(twin_advice(subject.twins).said)
        if leaks:
            sentences.append(leak_advice(subject.twins).said)
        sentences.append(
            f"{count_of(len(subject.twins), 'pair')} of duplicates: {conflicts:,} with different labels, {leaks:,} "
            "across the train and test split."
        )
    if is_filled(outliers):
        sentences.append(outlier_advice(outliers).said)
    tables = tuple(table for table in offered if not is_empty(table.frame))
    return Section("duplicates", "Duplicates, outliers and leaks", sentences, tables)


def _drift(subject: ReportInput) -> Section:
    if not len(subject.drifts):
        return Section(
            "drift", "Drift", ("No cluster or chain of clusters was found to be a one-dimensional continuum.",)
        )
    sentences = (
        f"{count_of(len(subject.drifts), 'drift')}: {', '.join(str(drift.name) for drift in subject.drifts)}.",
    )
    drawings = tuple(lambda s, drift=drift: drift_case_study(s, drift) for drift in subject.drifts)
    rows = [
        {"drift": drift.name, "place": place, "sample_id": sample_id, "position": position, "confidence": confidence}
        for drift in subject.drifts
        for place, (sample_id, position, confidence) in enumerate(
            zip(drift.sample_ids, drift.position, drift.confidence, strict=True), start=1
        )
    ]
    order = ReportTable(
        "drift", "Samples in order along each drift", pd.DataFrame(rows).set_index("drift"), DRIFT_ORDER_COLUMNS
    )
    return Section("drift", "Drift", sentences, (*_drift_tables(subject), order), drawings)


def _drift_tables(subject: ReportInput) -> tuple[ReportTable, ...]:
    """What changes along the drifts and in their thirds; none without the audit's input."""
    if subject.case is None:
        return ()
    curves = [(drift, along(subject, drift)) for drift in subject.drifts]
    tests = pd.concat([curve.tests.assign(drift=drift.name) for drift, curve in curves if curve is not None])
    parts = [
        {**vars(part), "drift": drift.name, "n": len(part.sample_ids)}
        for drift in subject.drifts
        for part in thirds(subject, drift)
    ]
    shown = ["drift", *(column.name for column in SEGMENT_COLUMNS[1:]), "expected_wrong_low", "expected_wrong_high"]
    frame = pd.DataFrame(parts)[[*shown, "differing_low", "differing_high"]].set_index("drift")
    return (
        ReportTable("drift_thirds", "The drifts in thirds", frame, SEGMENT_COLUMNS),
        ReportTable("drift_columns", "What follows the drifts", tests, ALONG_COLUMNS),
    )


def _split_too_finely(subject: ReportInput) -> tuple[str, ...]:
    """A warning for labels whose “wrong” share only says that their names cannot be told apart."""
    verdicts = subject.verdicts
    if not is_filled(verdicts) or "labels" not in verdicts:
        return ()
    supported = verdicts[(verdicts["mode"] == "over-splitting") & (verdicts["verdict"] == "supported")]
    return tuple(
        f"{' and '.join(json.loads(names))}: over-splitting is supported, so their share of wrong labels means that "
        "the names cannot be told apart, and not that single samples should be relabelled."
        for names in supported["labels"]
    )


def _what_else_is_sorted(frame: pd.DataFrame | None) -> tuple[str, ...]:
    if not is_filled(frame):
        return ()
    advice = [confounding_advice(str(factor), row) for factor, row in frame.iterrows()]
    return tuple(f"{each.said} {each.figures}" for each in advice)


def _ordered_verdicts(subject: ReportInput) -> pd.DataFrame | None:
    """What is supported first, then what cannot be told; in short, and with what to do, as on the page Clusters."""
    frame = subject.verdicts
    if not is_filled(frame):
        return frame
    ordered = frame.sort_values("verdict", key=lambda names: names.map(_VERDICT_ORDER.index), kind="stable")
    if not set(COLUMNS) <= set(ordered):
        return ordered
    advice = [verdict_advice(row, subject.samples, np.asarray(subject.clusters)) for _, row in ordered.iterrows()]
    return ordered.assign(in_short=[each.said for each in advice], advice=[each.action for each in advice])


def _verdict_count(subject: ReportInput) -> tuple[str, ...]:
    if not is_filled(subject.verdicts):
        return ()
    counts = subject.verdicts["verdict"].value_counts()
    return (", ".join(f"{counts[verdict]:,} {verdict}" for verdict in _VERDICT_ORDER if verdict in counts) + ".",)
