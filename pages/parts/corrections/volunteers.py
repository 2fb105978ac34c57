"""Volunteers' votes: read from a Panoptes classification export, the most disputed samples first."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.dataset import Dataset
from core.dataset.readers.panoptes import vote_columns
from core.errors import GlitchAuditError
from core.pipeline.votes import saved_votes
from pages.parts.desk.acts import read_votes_in
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.act_button import act_button
from pages.parts.widgets.text import escaped


def volunteers_votes(here: AtDesk, dataset: Dataset) -> None:
    """Take an export of votes, and show those that are kept."""
    st.caption(
        "A Panoptes classification export becomes votes for each sample: how many, their entropy in bits, and the "
        "commonest label, as columns to colour the map by and to filter with."
    )
    if not here.public_demo and here.allowed("import"):
        file = st.file_uploader("Classification export", type=["csv"], key="exchange_votes")
        missing = here.missing("import")
        if file is not None and act_button(
            "Read the volunteers' votes", missing=missing, key="exchange_read_votes", primary=False
        ):
            try:
                votes = read_votes_in(here.workspace, file.getvalue(), dataset, name=file.name)
            except GlitchAuditError as error:
                st.error(escaped(error), icon=icons.WENT_WRONG)
                return
            st.success(escaped(votes.report()))
    try:
        kept = saved_votes(here.workspace)
    except GlitchAuditError as error:
        st.warning(escaped(error))
        return
    if not kept.empty:
        _most_disputed(kept, dataset)


def _most_disputed(kept: pd.DataFrame, dataset: Dataset) -> None:
    table = vote_columns(kept, dataset.samples.index)
    table = table[table["votes"] > 0].assign(label=dataset.samples["label"])
    table = table.sort_values(["vote_entropy", "votes"], ascending=False, kind="stable").reset_index()
    st.dataframe(table, hide_index=True, key="exchange_disputed")
