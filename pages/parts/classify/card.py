"""One answer in full: the pictures, the likeliest labels as bars, how strange it is, the nearest labelled samples."""

from __future__ import annotations

import html
from math import isfinite

import streamlit as st

from core.classify.naming.classifier import Classifier
from core.classify.naming.name_glitches import Answer
from core.dataset import VIEWS, Taxonomy
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import tile_pictures
from core.statistics.percent import chance_percent
from pages.parts.classify.choice import why_no_neighbours
from pages.parts.classify.search import search_like
from pages.parts.classify.state import Work
from pages.parts.desk.results import taxonomy
from pages.parts.desk.shown import NamingShown, first_view
from pages.parts.desk.state import change_panel
from pages.parts.desk.who import AtDesk
from pages.parts.desk.words import words_of
from pages.parts.widgets import icons
from pages.parts.widgets.contact_sheet import SheetEvent, Tile, contact_sheet
from pages.parts.widgets.text import escaped, view_name

_JPEG_QUALITY = 88
_TILE = 132


def answer_card(
    here: AtDesk,
    answer: Answer,
    pictures: tuple[tuple[str, bytes], ...],
    classifier: Classifier,
    data: NamingShown | None,
    *,
    has_neighbours: bool,
    called: str = "",
) -> None:
    """Draw an answer.

    Args:
        here: who is at the desk, and with which data set.
        answer: one without a problem.
        pictures: view and JPEG of each picture that was read.
        classifier: which answered.
        data: the open data set, for the pictures of the nearest samples.
        has_neighbours: whether nearest samples were looked for.
        called: what the open data set calls this glitch, where it is one of its own.
    """
    # As the open data set colours them on its map.
    marks = data.sample.samples.colours if data is not None else taxonomy(classifier.labels)
    with st.container(border=True):
        st.markdown(f"**{escaped(answer.name)}**")
        # The verdict comes first, so that a phone shows it before the pictures.
        verdict, shown = st.columns([2, 3], gap="medium")
        with verdict:
            _verdict(answer, classifier, called, marks)
        with shown:
            for pair in _batched(pictures, 2):
                for column, (view, jpeg) in zip(st.columns(min(2, len(pictures))), pair, strict=False):
                    column.image(jpeg, caption=_caption(view, classifier), width="stretch")
            st.caption(f"Recognised as: {escaped(words_of(here.workspace).form(answer.form))}.")
        _nearest(answer, classifier, data, has_neighbours, marks)
        if data is not None and has_neighbours:
            search_like(here, answer, pictures, classifier)


def _batched(pictures: tuple[tuple[str, bytes], ...], size: int) -> list[tuple[tuple[str, bytes], ...]]:
    """The pictures in parts of ``size``, the last one perhaps shorter."""
    return [pictures[first : first + size] for first in range(0, len(pictures), size)]


def _verdict(answer: Answer, classifier: Classifier, called: str, marks: Taxonomy) -> None:
    if answer.unlike:
        st.warning(
            f"**Unlike anything I know.** {_strange(answer, classifier)} If it had to be one of the labels that "
            f"{escaped(classifier.name)} knows:",
            icon=icons.NOT_KNOWN,
        )
    else:
        st.subheader(escaped(answer.label), anchor=False)
    st.html("".join(_bar(label, share, "" if answer.unlike else marks[label].colour) for label, share in answer.top))
    if not answer.unlike and isfinite(answer.unlike_score):
        st.caption(f"Like what it knows. {_strange(answer, classifier)}")
    if called:
        agrees = "agrees" if called == answer.label else "says otherwise"
        st.caption(f"The data set calls it {escaped(called)}: the classifier {agrees}.")
    for remark in answer.remarks:
        st.caption(escaped(remark))
    st.caption(f"Answered in {answer.seconds:.2f} s.")


def _strange(answer: Answer, classifier: Classifier) -> str:
    if not isfinite(answer.unlike_threshold):
        return "Too few samples were held out to say how strange it is."
    share = answer.unlike_share
    rarer = f"{100 * share:.0f} %" if share >= 0.01 else "less than 1 %"
    score, limit = answer.unlike_score, answer.unlike_threshold
    by_rank = classifier.rule is not None and classifier.rule.by_rank
    said = f"{score:.1f} of 100, the limit {limit:.1f}" if by_rank else f"{score:,.0f}, the limit {limit:,.0f}"
    return f"Its strangeness is {said}; {rarer} of held-out samples of known labels are stranger."


def _bar(label: str, share: float, colour: str) -> str:
    colour = colour or "rgba(128,128,128,0.7)"
    return (
        '<div style="margin:2px 0 8px;font-size:var(--text)" class="classify-bar">'
        '<div style="display:flex;justify-content:space-between;gap:var(--gap-small)">'
        f'<span style="overflow-wrap:anywhere">{html.escape(label)}</span>'
        f'<span style="white-space:nowrap">{chance_percent(share)}</span></div>'
        f'<div role="meter" aria-label="{html.escape(label, quote=True)}" aria-valuemin="0" aria-valuemax="100" '
        f'aria-valuenow="{100 * share:.1f}" style="height:10px;border-radius:var(--corner-small);'
        'background:rgba(128,128,128,0.25)">'
        f'<div style="height:10px;border-radius:var(--corner-small);width:{100 * share:.1f}%;background:{colour}">'
        "</div></div></div>"
    )


def _caption(view: str, classifier: Classifier) -> str | None:
    """Which view a picture is; an ordinary picture has none."""
    if classifier.ordinary:
        return None
    return view_name(view) if view else "view not known"


def _nearest(
    answer: Answer, classifier: Classifier, data: NamingShown | None, has_neighbours: bool, marks: Taxonomy
) -> None:
    st.markdown("**Nearest labelled samples**")
    if not answer.nearest:
        message = (
            "No labelled sample has these views."
            if has_neighbours
            else why_no_neighbours(classifier.name, mapped=data is not None)
        )
        st.caption(message)
        return
    ids = [sample_id for sample_id, _, _ in answer.nearest]
    view = _view_shown(answer, data)
    known = [sample_id for sample_id in ids if data is not None and sample_id in data.sample.samples.row_of]
    drawn = tile_pictures(data.sample.dataset, known, view=view) if known else {}
    tiles = [
        Tile(
            sample_id=sample_id,
            label=label,
            caption=f"cosine {cosine:.3f}",
            colour=marks[label].colour,
            sign=marks[label].sign,
            chosen=True,
            jpeg=encode_jpeg(drawn[sample_id], quality=_JPEG_QUALITY) if sample_id in drawn else b"",
        )
        for sample_id, label, cosine in answer.nearest
    ]
    contact_sheet(tiles, key="classify_nearest", on_event=_open, tile_width=_TILE, selectable=False)
    same = sum(label == answer.label for _, label, _ in answer.nearest)
    if known:
        seen = "" if classifier.ordinary else f"; view {view_name(view)} is shown"
        st.caption(f"{same} of these {len(tiles)} carry the label {escaped(answer.label)}{seen}. Click one to open it.")
    else:
        st.caption("The open data set does not hold these samples, so only their names are shown.")


def _view_shown(answer: Answer, data: NamingShown | None) -> str:
    views = data.sample.dataset.views if data is not None else VIEWS
    return first_view(tuple(view for view in views if view in answer.views) or tuple(views))


def _open(event: SheetEvent) -> None:
    change_panel(Work, open=event.sample_ids[0])
