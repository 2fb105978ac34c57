"""The clusters: ranked as bubbles and in a table; the chosen ones are opened one at a time."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.dataset import Taxonomy
from core.dataset.wording import Wording
from core.statistics_words import terms_help
from pages.parts.clusters.chosen import ClustersState
from pages.parts.clusters.ranking_chart import MEASURES, PURITY, ranking_chart
from pages.parts.desk.kept_choices import KEPT, Choice, keep_choices
from pages.parts.desk.state import change_panel, panel
from pages.parts.widgets.into_sight import into_sight
from pages.parts.widgets.text import escaped, interval_text

FORMS = CHART, TABLE = "chart", "table"
_NUMBER = st.column_config.NumberColumn
_FORMS = {
    "cluster": _NUMBER(format="%d", pinned=True),
    "samples": _NUMBER(format="localized"),
    "purity": st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.2f"),
    "purity interval": st.column_config.TextColumn("interval", help="Wilson interval of the purity, 95 %"),
    "entropy": _NUMBER("entropy (bits)", format="%.2f", help="corrected for small numbers"),
    "entropy interval": st.column_config.TextColumn("interval ", help="of the entropy, 95 %"),
    "effective labels": _NUMBER(format="%.1f", help="2 to the entropy: so many equally common labels are as mixed"),
    "stability": st.column_config.ProgressColumn(
        min_value=0.0,
        max_value=1.0,
        format="%.2f",
        help="mean best Jaccard over other seeds and subsamples; below 0.6 build nothing on this cluster",
    ),
    "ambiguity": _NUMBER(format="localized", help="(1 - purity) x samples; ranks mostly by size"),
    "share of that view": _NUMBER("its share", format="%.0f %%"),
    "share of that detector": _NUMBER("its share ", format="%.0f %%"),
}


def clusters_view(table: pd.DataFrame, taxonomy: Taxonomy, *, fingerprint: str, words: Wording) -> int | None:
    """Draw chart and table of the clustering of this fingerprint.

    Returns:
        The cluster to show in depth; None where none is chosen yet.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        keep_choices(
            [Choice("clusters_form", CHART, FORMS), Choice("clusters_measure", PURITY, MEASURES)],
            key="keeping_clusters_chart",
        )
        form = st.segmented_control("Clusters as", FORMS, required=True, key="clusters_form", **KEPT)
        if form == CHART:
            measure = st.segmented_control(
                "Rank by",
                MEASURES,
                required=True,
                key="clusters_measure",
                help=terms_help("purity, entropy, effective labels"),
                **KEPT,
            )
    if form == CHART:
        chosen = ranking_chart(table, taxonomy, measure=measure, fingerprint=fingerprint)
        st.caption(
            "Each bubble is a cluster in the colour of its commonest label, the larger the more samples carry another "
            "one; whiskers are 95 % intervals. Click a bubble, or draw a lasso around several, to open them."
        )
    else:
        chosen = _table(table, words)
        st.caption("Click a column's name to sort by it, and the box before a row to open that cluster.")
    if chosen:
        change_panel(ClustersState, numbers=tuple(chosen), opened=panel(ClustersState).opened + 1)
    # Below the chart, at the foot of a laptop's window, nobody would see that a click has opened something.
    into_sight(panel(ClustersState).opened, key="clusters_opened")
    return _one_of(panel(ClustersState).numbers, table)


def _table(table: pd.DataFrame, words: Wording) -> list[int]:
    """The clusters as rows; those that were picked since the last run."""
    shown = pd.DataFrame(
        {
            "cluster": table.index,
            "samples": table["n"].to_numpy(),
            "commonest label": table["top_label"].to_numpy(),
            "purity": table["purity"].to_numpy(),
            "purity interval": interval_text(table["purity_low"], table["purity_high"]),
            "entropy": table["entropy_corrected"].to_numpy(),
            "entropy interval": interval_text(table["entropy_low"], table["entropy_high"]),
            "effective labels": table["effective_labels"].to_numpy(),
            "q": table["q_value"].to_numpy(),
            "stability": table["stability"].to_numpy(),
            "ambiguity": table["ambiguity"].to_numpy(),
        }
    )
    once = words.many if words.many not in shown else f"{words.many} counted once"
    if words.of_detectors or (table["glitches"] != table["n"]).any():
        shown[once] = table["glitches"].to_numpy()
    for factor in ("view", "detector"):
        if table[f"top_{factor}"].ne("").any():
            shown[f"commonest {factor}"] = table[f"top_{factor}"].to_numpy()
            shown[f"share of that {factor}"] = 100 * table[f"{factor}_purity"].to_numpy()
    event = st.dataframe(
        shown,
        hide_index=True,
        key="clusters_table",
        on_select="rerun",
        selection_mode="multi-row",
        column_config={
            **_FORMS,
            "q": _NUMBER(
                format="%.3f", help=f"labels shuffled{words.shuffled}; false-discovery rate over all clusters"
            ),
            once: _NUMBER(format="localized"),
        },
    )
    picked = tuple(event.selection.rows)
    if picked == panel(ClustersState).rows:
        return []
    change_panel(ClustersState, rows=picked)
    return [int(number) for number in shown["cluster"].iloc[list(picked)]]


def _one_of(numbers: tuple[int, ...], table: pd.DataFrame) -> int | None:
    chosen = [number for number in numbers if number in table.index]
    if len(chosen) < 2:
        return chosen[0] if chosen else None
    return st.pills(
        "Chosen clusters",
        chosen,
        default=chosen[0],
        required=True,
        format_func=lambda number: f"{number:d}: {escaped(table.loc[number, 'top_label'])}",
        key=f"clusters_one_of_{'_'.join(map(str, chosen))}",
    )
