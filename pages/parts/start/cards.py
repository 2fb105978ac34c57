"""The next steps, each a card with pictures of what it is about, a sentence and a button."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.dataset import Dataset
from core.dataset.wording import Wording
from core.evidence.previews import encode_jpeg
from core.evidence.tiles import tile_pictures
from core.pipeline import next_steps as steps
from core.pipeline.next_steps import Step, next_steps
from pages.parts.desk.page_files import PAGES
from pages.parts.desk.shown import SheetShown
from pages.parts.start.at_hand import AtHand, label_of
from pages.parts.widgets.text import escaped

_HEIGHT, _WIDTH, _QUALITY = 225, 240, 85
_COLLAGE = 5


@dataclass(frozen=True)
class Card:
    """What a card says: its title, a sentence, its button, and the page that this opens."""

    title: str
    text: str
    button: str
    page: str


@dataclass(frozen=True)
class Picture:
    """A picture on a card: of which sample, what stands on it, and the colour of its dot; both may be empty."""

    sample_id: str
    chip: str = ""
    colour: str = ""


def step_cards(found: AtHand, shown: SheetShown | None, words: Wording) -> Step | None:
    """Draw the cards of the steps that fit; returns the one whose button was pressed."""
    chosen = next_steps(found.situation)
    if not chosen:
        st.info("There is nothing here that you can do now: what is there can be looked at, by the menu on the left.")
        return None
    pressed = None
    for place, (column, step) in enumerate(zip(st.columns(max(len(chosen), 3)), chosen, strict=False)):
        with column:
            if _card(step, found, shown, words, first=place == 0):
                pressed = step
    return pressed


def page_of(step: Step) -> str:
    """The file of the page that the step opens."""
    return str(PAGES / f"{_words(step, 0).page}.py")


def _card(step: Step, found: AtHand, shown: SheetShown | None, named: Wording, *, first: bool) -> bool:
    kind, words = step.kind, _words(step, found.island.labels if found.island else 0)
    if kind == steps.OPEN:
        words = replace(words, text=f"{named.sources} {words.text}")
    with st.container(border=True, height="stretch", gap="small", key=f"start_card_{kind}"):
        pictures = _pictures(step, found, shown)
        st.html(
            f'<div class="start-card">{_pictures_html(shown, pictures, collage=kind == steps.OPEN)}'
            f"<div><h3>{html.escape(words.title)}</h3><p>{html.escape(words.text)}</p></div></div>"
        )
        return st.button(
            escaped(words.button), key=f"start_{kind}", type="primary" if first else "secondary", width="stretch"
        )


_FIXED = {
    steps.MEND: Card(
        "Mend the ledger",
        "What people said cannot be read now. A backup can be put in its place.",
        "See what can be done",
        "corrections",
    ),
    steps.WATCH: Card(
        "The map is being made",
        "The computer compares the pictures of this data set. What it finds appears here by itself.",
        "See how far it is",
        "data",
    ),
    steps.PREPARE: Card(
        "Make the map",
        "The pictures of this data set have not been compared yet. The computer does that once.",
        "Prepare this data set",
        "data",
    ),
    steps.AUDIT: Card(
        "Look for wrong labels",
        "The map is there; the computer has not looked yet for labels that do not fit their pictures.",
        "Go and start it",
        "suspects",
    ),
    steps.OPEN: Card(
        "Open your own data",
        "It stays on this machine.",
        "Choose a folder or file",
        "data",
    ),
}
"""The cards whose words do not hang on how much there is to do."""


def _words(step: Step, labels: int) -> Card:
    if step.kind in _FIXED:
        return _FIXED[step.kind]
    count, about = f"{step.count:,}", _about(step.minutes)
    one = step.count == 1
    cards = {
        steps.DECIDE: Card(
            f"{count} conflict{'' if one else 's'} wait{'s' if one else ''} for you",
            "People stand for different labels. Look at both sides and decide, with a reason.",
            f"Decide {count}{about}",
            "decisions",
        ),
        steps.JUDGE: Card(
            f"Judge {count} suspect{'' if one else 's'}",
            "One picture at a time: keep its label or give a better one.",
            f"Judge{about}" if about else "Start judging",
            "suspects",
        ),
        steps.REVIEW: Card(
            f"{count} wait{'s' if one else ''} for your second opinion",
            "Somebody proposed another label. Say what you see first; then you are shown theirs.",
            f"Review {count}{about}",
            "review",
        ),
        steps.ISLAND: Card(
            "Look at the most mixed island",
            f"{count} samples that look alike, under {labels:,} names. Should they be told apart?",
            "Open it on the map",
            "map",
        ),
        steps.LOOK: Card(
            f"Look at {count} suspect{'' if one else 's'}",
            "Labels that do not fit their pictures, the most doubtful first.",
            "Look at them",
            "suspects",
        ),
        steps.READ: Card(
            "See what was decided",
            f"{count} label{' is' if one else 's are'} decided: who said what, and why.",
            "Open the decisions",
            "decisions",
        ),
    }
    return cards[step.kind]


def _about(minutes: int) -> str:
    if not minutes:
        return ""
    return f" · about {minutes} min" if minutes < 120 else f" · about {round(minutes / 60)} hours"


def _pictures(step: Step, found: AtHand, shown: SheetShown | None) -> tuple[Picture, ...]:
    """What is on the card. The review card shows the label now and no proposal, for a review is blind."""
    if shown is None:
        return ()
    if step.kind in (steps.JUDGE, steps.LOOK):
        return _first(shown, found.suspects or (), "labelled {}. Is it?")
    if step.kind == steps.REVIEW:
        return _first(shown, found.waiting, "label now {}")
    if step.kind == steps.DECIDE:
        return _first(shown, found.conflicts, "label now {}")
    if step.kind == steps.ISLAND and found.island:
        return tuple(_picture(shown, name, "{}") for name in found.island.examples)
    if step.kind == steps.OPEN:
        ids = shown.samples.ids
        count = min(_COLLAGE, len(ids))
        return tuple(Picture(str(ids[place * len(ids) // count])) for place in range(count))
    return ()


def _first(shown: SheetShown, glitches: Sequence[str], chip: str) -> tuple[Picture, ...]:
    """The picture of the first of these glitches."""
    if not glitches:
        return ()
    label = label_of(shown, glitches[0])
    row = shown.samples.row_of_glitch[glitches[0]]
    return (Picture(str(shown.samples.ids[row]), chip.format(label), shown.samples.colours[label].colour),)


def _picture(shown: SheetShown, sample_id: str, chip: str) -> Picture:
    label = str(shown.samples.table["label"].iloc[shown.samples.row_of[sample_id]])
    return Picture(sample_id, chip.format(label), shown.samples.colours[label].colour)


def _pictures_html(shown: SheetShown | None, pictures: Sequence[Picture], *, collage: bool) -> str:
    ids = tuple(one.sample_id for one in pictures)
    jpegs = _jpegs(shown.dataset.fingerprint, ids, shown.sample.view, shown.dataset) if shown and ids else {}
    drawn = "".join(_figure_html(one, jpegs[one.sample_id]) for one in pictures if one.sample_id in jpegs)
    plus = '<span class="plus" aria-hidden="true">+</span>' if collage else ""
    kind = "collage" if collage else "pictures"
    return f'<div class="{kind}">{drawn}{plus}</div>' if drawn or plus else ""


def _figure_html(picture: Picture, jpeg: bytes) -> str:
    source = f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"
    if not picture.chip:
        return f'<figure><img src="{source}" alt=""></figure>'
    chip = html.escape(picture.chip)
    dot = f'<i style="background:{html.escape(picture.colour)}"></i>'
    return f'<figure><img src="{source}" alt=""><figcaption>{dot}{chip}</figcaption></figure>'


@st.cache_data(max_entries=16, show_spinner=False)
def _jpegs(fingerprint: str, ids: tuple[str, ...], view: str, _dataset: Dataset) -> dict[str, bytes]:
    pictures = tile_pictures(_dataset, ids, view=view, height=_HEIGHT, width=_WIDTH)
    return {name: encode_jpeg(picture, quality=_QUALITY) for name, picture in pictures.items()}
