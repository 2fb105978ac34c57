"""How far people agree: one sentence with what to do about it, and folded up the figures, from one's own to all."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.glossary import meaning
from core.ledger.people import Person
from core.ledger.views.agreement_advice import agreement_advice
from core.ledger.views.agreement_figures import (
    SMALL,
    can_measure_agreement,
    confusion,
    dawid_skene,
    krippendorff_alpha,
    opinions,
    own_view,
    pair_agreement,
    people_seen_by,
)
from core.statistics_words import terms_help
from pages.parts.decisions.agreement_advice import agreement_advice_view
from pages.parts.desk.advice_card import HOW_SURE
from pages.parts.desk.blind_samples import blind_samples
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import SampleShown
from pages.parts.desk.who import AtDesk
from pages.parts.sample.dialog import open_if_asked
from pages.parts.widgets import icons
from pages.parts.widgets.text import escaped, interval_text

_FEW = "too few"
_REVIEW_PAGE = PAGES / "review.py"


def agreement_panel(here: AtDesk, shown: SampleShown, *, look: Callable[[tuple[str, ...]], None]) -> None:
    """Draw the advice, and every figure with the number of samples behind it; ``look`` shows samples on the map."""
    open_if_asked(here, shown)
    message = opinions(here.ledger)
    message = message[message["sample_id"].isin(shown.samples.row_of_glitch)]
    if message["person"].nunique() < 2:
        st.info(
            "People's agreement takes two: so far at most one person has said anything about this data set's labels."
        )
        st.page_link(_REVIEW_PAGE, label="Review what others proposed", icon=icons.OPEN_REVIEW)
        return
    found = agreement_advice(message, here.person, hidden=blind_samples(here))
    if found is not None:
        agreement_advice_view(found, shown, look=look)
    with st.expander(HOW_SURE):
        if found is not None and found.figures:
            st.markdown(escaped(found.figures), help=terms_help(found.figures) or None)
        _figures(here, message)


def _figures(here: AtDesk, message: pd.DataFrame) -> None:
    st.caption(
        f"A review counts with the label that was chosen blind. Figures from fewer than {SMALL} samples are marked "
        f"“{_FEW}”: one more opinion can turn them over."
    )
    if here.person.name:
        _own(here.person, message)
    seen = people_seen_by(message, here.person)
    if not here.allowed("see others"):
        st.caption("Figures about a person are shown to that person and to moderators.")
    if not can_measure_agreement():
        st.info("Kappa, alpha and consensus need packages that are not installed here, as on the public demo.")
        return
    st.subheader("All together", help=meaning("Krippendorff’s alpha"))
    st.markdown(escaped(krippendorff_alpha(message).sentence()))
    if seen:
        whole = here.allowed("see others")
        st.subheader("Every two people" if whole else "You and each of the others", help=meaning("kappa"))
        _pairs(message, seen)
        st.subheader("Who says what" if whole else "What you say")
        _confusion(message, seen)
    st.subheader("The label that all opinions point to")
    _consensus(message, seen)


def _own(person: Person, message: pd.DataFrame) -> None:
    view = own_view(message, person)
    st.subheader("You and the others")
    st.markdown(escaped(view.sentence()))
    if view.samples:
        st.dataframe(
            view.by_label.rename_axis("label you gave"),
            width="content",
            column_config={
                "agreed": "others agreed",
                "others": st.column_config.TextColumn("others said", help="Most often, where they did not agree."),
            },
        )


def _pairs(message: pd.DataFrame, seen: frozenset[str]) -> None:
    pairs = pair_agreement(message)
    pairs = pairs[pairs["first"].isin(seen) | pairs["second"].isin(seen)]
    if pairs.empty:
        st.caption("No two people have said anything about the same sample yet.")
        return
    shown = pd.DataFrame(
        {
            "first": pairs["first"],
            "second": pairs["second"],
            "samples": pairs["samples"],
            "agreed": pairs["agreed"],
            "share agreed": 100 * pairs["share"],
            "interval": interval_text(pairs["share_low"], pairs["share_high"], percent=True),
            "Cohen's kappa": pairs["kappa"],
            "": _marks(pairs["small"]),
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        width="content",
        column_config={
            "share agreed": st.column_config.NumberColumn(format="%.0f %%"),
            "interval": st.column_config.TextColumn("95 % interval"),
            "Cohen's kappa": st.column_config.NumberColumn(
                format="%.2f", help="1 is full agreement, 0 what chance gives; empty where it is not defined."
            ),
        },
    )


def _confusion(message: pd.DataFrame, seen: frozenset[str]) -> None:
    table = confusion(message)
    table = table[table["person"].isin(seen)]
    if table.empty:
        st.caption("This needs samples about which most of the others agree.")
        return
    person = st.selectbox("Person", sorted(table["person"].unique()), key="decisions_person", width=300)
    mine = table[table["person"] == person]
    shown = pd.DataFrame(
        {
            "most others say": mine["truth"],
            f"{person} says": mine["label"],
            "samples": mine["count"],
            "share": 100 * mine["share"],
            "": _marks(mine["small"]),
        }
    )
    st.dataframe(
        shown.sort_values("samples", ascending=False, kind="stable"),
        hide_index=True,
        width="content",
        column_config={"share": st.column_config.NumberColumn(format="%.0f %%")},
    )


def _consensus(message: pd.DataFrame, seen: frozenset[str]) -> None:
    found = dawid_skene(message)
    accuracy = found.accuracy[found.accuracy.index.isin(seen)]
    if len(accuracy):
        each = ", ".join(f"{escaped(name)} {100 * share:.0f} %" for name, share in accuracy.items())
        few = f" ({_FEW} samples to rely on it)" if found.small else ""
        st.markdown(f"Estimated share of right labels, by Dawid and Skene's model{few}: {each}.")
    disputed = found.labels[found.labels["opinions"] >= 2].sort_values("probability", kind="stable")
    st.dataframe(
        disputed.assign(probability=100 * disputed["probability"]).rename_axis("sample"),
        width="content",
        height=min(400, 38 * (len(disputed) + 1)),
        column_config={"probability": st.column_config.NumberColumn(format="%.0f %%")},
    )
    st.caption("Samples with two opinions or more, the least certain first. It decides nothing; people do.")


def _marks(small: pd.Series) -> list[str]:
    return [_FEW if few else "" for few in small]
