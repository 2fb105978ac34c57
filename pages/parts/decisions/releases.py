"""Releases: make one, take one along, see what changed since the one before, and compare two."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.dataset.released import ReleaseAbout
from core.errors import GlitchAuditError
from core.evidence.releases.citation import citation_text
from core.evidence.releases.difference import Difference
from core.evidence.releases.packing import csv_text
from core.glossary import meaning
from core.pipeline.kept_releases import KeptRelease, difference_of, kept_releases
from pages.parts.decisions.release_form import LIST, handed_out, release_form
from pages.parts.desk.who import AtDesk
from pages.parts.widgets import icons
from pages.parts.widgets.row_list import choose_row
from pages.parts.widgets.text import code_span, escaped

_LINES_SHOWN = 60
_COLUMNS = {
    "made (UTC)": st.column_config.DatetimeColumn("made (UTC)", format="YYYY-MM-DD HH:mm"),
    "decided": st.column_config.NumberColumn("decided", format="localized"),
    "changed": st.column_config.NumberColumn("changed", format="localized", help="Against the labels as brought."),
}


def releases_panel(here: AtDesk) -> None:
    """Draw the list of releases, the chosen one, and the form for another."""
    st.caption(f"{meaning('release')} One ZIP, ready for Zenodo: what is decided later does not change it.")
    kept = () if here.public_demo else kept_releases(here.workspace)
    whole = {one.name: (one, one.about) for one in kept if one.about is not None}
    for one in kept:
        if one.about is None:
            st.warning(f"{code_span(one.path.name)}: {escaped(one.trouble)}", icon=icons.WENT_WRONG)
    if whole:
        chosen = choose_row(
            _table([about for _, about in whole.values()]), list(whole), key=LIST, column_config=_COLUMNS
        )
        _one(here, *whole[chosen], others=[name for name in whole if name != chosen])
    elif not here.public_demo:
        st.info("There is no release of these labels yet.")
    release_form(here, first=not whole)
    if here.public_demo:
        _handed_out()


def _table(releases: list[ReleaseAbout]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "release": [one.name for one in releases],
            "made (UTC)": pd.to_datetime([one.made_at for one in releases], utc=True, errors="coerce"),
            "by": [one.made_by for one in releases],
            "decided": [one.decided for one in releases],
            "changed": [one.relabelled for one in releases],
            "since the one before": [one.since for one in releases],
        }
    )


def _one(here: AtDesk, kept: KeptRelease, about: ReleaseAbout, *, others: list[str]) -> None:
    st.markdown(f"**{escaped(about.name)}**" + (f": {escaped(about.sentence)}" if about.sentence else ""))
    st.caption(
        f"{about.samples:,} samples, {about.decided:,} decided, {about.relabelled:,} with another label than they were "
        f"brought with. Licence: {escaped(about.licence or 'none stated')}."
    )
    if hindered := here.hindrance("export"):
        st.caption(escaped(hindered))
    else:
        st.download_button(
            f"Download {escaped(kept.path.name)}",
            data=kept.path.read_bytes,
            file_name=kept.path.name,
            mime="application/zip",
            on_click="ignore",
            icon=icons.DOWNLOAD,
            type="primary",
            key="decisions_release_download",
        )
    st.caption("To cite it:")
    st.code(citation_text(about), language=None, wrap_lines=True)
    _comparison(here, about, others)
    st.caption(
        f"It lies in {code_span(kept.path)}. Opened as a data set, under that path, it shows the pictures with the "
        "labels of this release."
    )


def _comparison(here: AtDesk, about: ReleaseAbout, others: list[str]) -> None:
    st.subheader("What changed")
    # The one before comes first, then the labels as brought, "", then all others.
    choices = list(dict.fromkeys([about.before, "", *others]))
    name = about.name
    # A choice of its own for each, which begins with the one before.
    against = st.selectbox(
        "Compared with",
        choices,
        key=f"decisions_release_against_{name}",
        format_func=lambda one: f"release {one}" if one else "the labels as they were brought",
    )
    try:
        found = difference_of(here.workspace, name, against)
    except GlitchAuditError as error:
        st.error(escaped(error), icon=icons.WENT_WRONG)
        return
    _difference(here, found, name=f"{name}-changes.csv")


def _difference(here: AtDesk, found: Difference, *, name: str) -> None:
    st.markdown(f"**{escaped(found.headline())}**")
    if found.table.empty and not found.changes:
        return
    lines = found.text().rstrip().splitlines()[4:]
    if lines:
        st.code("\n".join(lines[:_LINES_SHOWN]), language=None)
    if here.hindrance("export"):
        return
    st.download_button(
        f"What differs, a row a sample (CSV, {len(found.table):,})",
        data=csv_text(found.table).encode(),
        file_name=name,
        mime="text/csv",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        key="decisions_release_changes",
    )


def _handed_out() -> None:
    """The release that a visitor of the public demo made: it is his to take, and not kept."""
    made = handed_out()
    if made is None:
        return
    st.markdown(f"**{escaped(made.about.name)}**: {escaped(made.difference.headline())}")
    st.download_button(
        f"Download {escaped(made.about.name)}.zip",
        data=made.data,
        file_name=f"{made.about.name}.zip",
        mime="application/zip",
        on_click="ignore",
        icon=icons.DOWNLOAD,
        type="primary",
        key="decisions_release_download",
    )
    st.caption("In the public demo no release is kept: take it along now.")
