"""What changed by label and by cluster, as tables: before, after, and the interval of the difference."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import streamlit as st

_NUMBER = st.column_config.NumberColumn
_HIGHEST = 420


def labels_table(labels: pd.DataFrame) -> None:
    """Draw the labels in which something changed, of ``core.pipeline.before_after.BeforeAfter.labels``."""
    moved = (
        _differ(labels, "n")
        | _differ(labels, "suspects")
        | _differ(labels, "wrong")
        | labels["share_low"].notna().to_numpy()
    )
    changed = labels[moved]
    if changed.empty:
        st.caption("Nothing changed in any label.")
        return
    table = pd.DataFrame(
        {
            "label": changed.index,
            "samples": _arrows(changed, "n"),
            "suspects": _arrows(changed, "suspects"),
            "estimated wrong": _arrows(changed, "wrong"),
            "in its main cluster": _arrows(changed, "share", percent=True),
            "95 % of that change": _intervals(changed, "share", percent=True),
            "entropy (bits)": _arrows(changed, "entropy", digits=2),
            "95 % of this change": _intervals(changed, "entropy"),
        }
    )
    _draw(table, "changed_labels")
    before, after = (labels[f"wrong_{when}"].sum() for when in ("before", "after"))
    left = len(labels) - len(changed)
    st.caption(
        f"Estimated wrong in all labels that have enough samples to say so: {before:,.0f} before, {after:,.0f} now."
        + (f" In {left:,} other labels nothing changed." if left else "")
    )


def clusters_table(clusters: pd.DataFrame) -> None:
    """Draw the clusters with relabelled samples, of ``core.pipeline.before_after.BeforeAfter.clusters``."""
    if clusters.empty:
        st.caption("No sample of any cluster carries another label.")
        return
    table = pd.DataFrame(
        {
            "cluster": clusters.index,
            "samples": clusters["n"].to_numpy(),
            "relabelled": clusters["relabelled"].to_numpy(),
            "purity": _arrows(clusters, "purity", percent=True),
            "95 % of that change": _intervals(clusters, "purity", percent=True),
            "entropy (bits)": _arrows(clusters, "entropy", digits=2),
            "95 % of this change": _intervals(clusters, "entropy"),
        }
    )
    _draw(table, "changed_clusters")


def _draw(table: pd.DataFrame, key: str) -> None:
    st.dataframe(
        table,
        hide_index=True,
        key=key,
        height=min(_HIGHEST, 38 * (len(table) + 1)),
        column_config={
            "label": st.column_config.TextColumn(pinned=True),
            "cluster": _NUMBER(format="%d", pinned=True),
            "samples": st.column_config.Column(width="small"),
            "estimated wrong": st.column_config.TextColumn(help="estimated from predictions that never saw the sample"),
            "in its main cluster": st.column_config.TextColumn(help="share of the label's clustered samples"),
        },
    )


def _differ(table: pd.DataFrame, name: str) -> np.ndarray:
    before, after = (table[f"{name}_{when}"].fillna(-1) for when in ("before", "after"))
    return ((before - after).abs() > 1e-9).to_numpy()


def _arrows(table: pd.DataFrame, name: str, *, percent: bool = False, digits: int = 0) -> list[str]:
    """Each row's value, and where it changed both: "66 → 60"."""
    pairs = zip(table[f"{name}_before"], table[f"{name}_after"], strict=True)
    told = [(_told(before, percent, digits), _told(after, percent, digits)) for before, after in pairs]
    return [before if before == after else f"{before} → {after}" for before, after in told]


def _told(value: float, percent: bool, digits: int) -> str:
    if math.isnan(value):
        return "–"
    return f"{100 * value:.0f} %" if percent else f"{value:,.{digits}f}"


def _intervals(table: pd.DataFrame, name: str, *, percent: bool = False) -> list[str]:
    pairs = zip(table[f"{name}_low"], table[f"{name}_high"], strict=True)
    return ["" if math.isnan(low) else _between(low, high, percent) for low, high in pairs]


def _between(low: float, high: float, percent: bool) -> str:
    if percent:
        low, high = round(100 * low) + 0.0, round(100 * high) + 0.0
        return f"{low:+.0f} to {high:+.0f} points"
    return f"{round(low, 2) + 0.0:+.2f} to {round(high, 2) + 0.0:+.2f}"
