"""The head of the panel beside the map: how many samples are selected, how mixed they are, and their labels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from core.audit.metrics import LabelMix, SelectionSummary
from core.dataset.selection import Selection
from core.evidence.colours import cluster_name
from core.evidence.figures.model import count_of
from pages.parts.desk.shown import Samples
from pages.parts.desk.who import AtDesk
from pages.parts.map.choosing import clear_gesture
from pages.parts.selection.chosen import keep_label
from pages.parts.selection.saved import save_panel, selection_comments
from pages.parts.widgets import icons
from pages.parts.widgets.keys import widget_key
from pages.parts.widgets.text import escaped

LABELS_ANCHOR = "selected-samples"
_MIX_SHOWN = 8
_BARS_SHOWN = 5
_BAR = "look_bar_of"


def summary_panel(here: AtDesk, summary: SelectionSummary, selection: Selection, *, total: int) -> None:
    """Draw the count, the purity with its interval, what can be done with the selection, and its figures, folded.

    Args:
        here: who is at the desk, and with which data set.
        summary: of the samples that are selected.
        selection: those of them that are still in.
        total: how many samples the filters leave.
    """
    mix = summary.mix
    with st.container(key="look_head", horizontal=True, vertical_alignment="bottom", gap="small"):
        st.subheader(f"{count_of(mix.n, 'sample')} selected", width="content", anchor=LABELS_ANCHOR)
        st.caption(
            f"{count_of(mix.label_count, 'label')} · main {mix.purity:.0%} "
            f"({mix.purity_low:.0%} to {mix.purity_high:.0%}) · {_where(summary.clusters)}",
            width="content",
        )
    with st.container(key="look_bar", horizontal=True, vertical_alignment="center", gap="xsmall"):
        save_panel(here, selection)
        st.button("Clear selection", on_click=clear_gesture, icon=icons.CLEAR_SELECTION, key="map_clear")
        with st.popover("Figures", icon=":material/bar_chart:"):
            st.caption(f"{count_of(mix.n, 'sample')} of {total:,} that the filters leave.")
            _figures(mix)
            _mix_table("Labels", summary.labels, str)
            _mix_table("Clusters", summary.clusters, cluster_name)
        selection_comments(here, selection)


def label_bars(samples: Samples, counts: pd.Series, kept: frozenset[str]) -> None:
    """Draw a bar a label, commonest first; a click keeps only its samples on the sheet, a second click all again.

    Args:
        samples: those of the map.
        counts: how many of the selected samples carry each label, by label.
        kept: the labels that are kept; all where there are none.
    """
    st.html(f"<style>{_bar_styles(samples, counts, kept)}</style>")
    with st.container(key="look_mix", horizontal=True, gap="xsmall"):
        for label in counts.index[:_BARS_SHOWN]:
            _label_bar(label, counts)
        if len(counts) > _BARS_SHOWN:
            with st.popover(f"{len(counts) - _BARS_SHOWN} more"):
                for label in counts.index[_BARS_SHOWN:]:
                    _label_bar(label, counts)
    if kept:
        st.caption(f"Only {' and '.join(escaped(label) for label in sorted(kept))}: a second click shows all again.")


def _label_bar(label: str, counts: pd.Series) -> None:
    number = int(counts[label])
    st.button(
        f"{escaped(label)} · {number:,} · {number / counts.sum():.0%}",
        key=widget_key(_BAR, label),
        on_click=keep_label,
        args=(label,),
        width="stretch",
    )


def _bar_styles(samples: Samples, counts: pd.Series, kept: frozenset[str]) -> str:
    """The bars themselves: behind each label's name, as long as its share."""
    rules = []
    for label, number in counts.items():
        colour = samples.colours[label].colour
        share = 100 * number / counts.sum()
        tint = f"color-mix(in srgb, {colour} 35%, transparent)"
        faded = "opacity: 0.5;" if kept and label not in kept else ""
        rules.append(
            f".st-key-{widget_key(_BAR, label)} button {{ border-left: 5px solid {colour}; {faded}"
            f"background: linear-gradient(to right, {tint} {share:.1f}%, transparent {share:.1f}%); }}"
        )
    return "".join(rules)


def _where(clusters: pd.Series) -> str:
    """The cluster that the samples lie in, or how many they lie in."""
    return cluster_name(int(clusters.index[0])) if len(clusters) == 1 else count_of(len(clusters), "cluster")


def _figures(mix: LabelMix) -> None:
    numbers = st.columns([2.2, 1, 1, 1])
    numbers[0].metric("Commonest label", escaped(mix.top_label), help=escaped(mix.top_label))
    numbers[1].metric(
        "Purity",
        f"{mix.purity:.0%}",
        delta=f"{mix.purity_low:.0%} to {mix.purity_high:.0%}",
        delta_color="off",
        delta_arrow="off",
        help="Share of the commonest label, with its 95 % Wilson interval.",
    )
    numbers[2].metric(
        "Label entropy",
        f"{mix.entropy:.2f} bits",
        delta=f"{mix.entropy_corrected:.2f} corrected",
        delta_color="off",
        delta_arrow="off",
        help="0 bits: one label alone. 1 bit: as mixed as two equally common labels. The correction is Miller and "
        "Madow's.",
    )
    numbers[3].metric("Different labels", mix.label_count)


def _mix_table(title: str, counts: pd.Series, name: Callable[[Any], str]) -> None:
    shown = counts.head(_MIX_SHOWN)
    table = pd.DataFrame(
        {
            title: [name(value) for value in shown.index],
            "samples": shown.to_numpy(),
            "share": 100 * shown / counts.sum(),
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        column_config={"share": st.column_config.ProgressColumn("share", min_value=0, max_value=100, format="%.0f %%")},
    )
    if len(counts) > len(shown):
        st.caption(f"and {len(counts) - len(shown)} more")
