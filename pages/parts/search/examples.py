"""The examples, wanted and unwanted: they stand in the address, so that reload and back keep them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import streamlit as st

from pages.parts.desk.asked_pictures import BROUGHT_FROM
from pages.parts.desk.more_like import LIKE, MOST_EXAMPLES, UNLIKE
from pages.parts.desk.shown import Samples
from pages.parts.desk.state import change_panel, panel, set_widget, widget_value

KINDS = (LIKE, UNLIKE)

BOX = "box"
"""In the address: the part of the one wanted example's picture that counts, as left, right, low and high."""


@dataclass(frozen=True)
class Examples:
    """Ids of samples of this data set, in the order in which they were added."""

    like: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExamplesState:
    """What the session remembers of them, for whoever comes back by the menu, whose address says nothing.

    Attributes:
        examples: those of the latest address.
        trouble: what could not be added, and why.
    """

    examples: Examples = Examples()
    trouble: str = ""


def follow_examples(
    samples: Samples, known_pictures: Callable[[tuple[str, ...]], Collection[str]]
) -> tuple[Examples, tuple[str, ...]]:
    """The examples that the address names, and the ids in it that are not on this map.

    ``known_pictures`` tells which of some names are pictures that were handed in.
    """
    said = {kind: tuple(dict.fromkeys(st.query_params.get_all(kind))) for kind in KINDS}
    if not any(said.values()):
        # By the menu one comes without an address; what was asked for last is meant.
        examples = panel(ExamplesState).examples
        if examples.like or examples.unlike:
            _write(examples)
        said = {LIKE: examples.like, UNLIKE: examples.unlike}
    strange = [name for kind in KINDS for name in said[kind] if name not in samples.row_of]
    pictures = known_pictures(tuple(strange))
    known = {kind: tuple(name for name in said[kind] if name in samples.row_of or name in pictures) for kind in KINDS}
    # Of a sample that stands on both sides, what was said last cannot be told: it is wanted.
    unlike = tuple(name for name in known[UNLIKE] if name not in known[LIKE])
    examples = Examples(known[LIKE][:MOST_EXAMPLES], unlike[:MOST_EXAMPLES])
    change_panel(ExamplesState, examples=examples)
    return examples, tuple(name for name in strange if name not in pictures)


def add_example(kind: str, sample_ids: Sequence[str]) -> None:
    """Count these samples among the wanted ("like") or unwanted ("unlike") ones, and no longer among the others."""
    now = panel(ExamplesState).examples
    own, other = (now.like, now.unlike) if kind == LIKE else (now.unlike, now.like)
    own = tuple(dict.fromkeys((*own, *sample_ids)))
    trouble = ""
    if len(own) > MOST_EXAMPLES:
        trouble = f"At most {MOST_EXAMPLES} examples of each kind count: take one away before you add another."
    other = tuple(name for name in other if name not in own)
    own = own[:MOST_EXAMPLES]
    _keep(Examples(own, other) if kind == LIKE else Examples(other, own), trouble)


def remove_example(sample_id: str) -> None:
    """Let this sample be no example."""
    now = panel(ExamplesState).examples
    _keep(Examples(*(tuple(name for name in names if name != sample_id) for names in (now.like, now.unlike))))


def clear_examples() -> None:
    """Let there be no example."""
    _keep(Examples())
    for name in (BOX, BROUGHT_FROM):
        st.query_params.pop(name, None)


def add_typed(kind: str, key: str, samples: Samples) -> None:
    """Add the sample whose id was typed into the box ``key``; the name of a glitch leads to its first picture."""
    typed = str(widget_value(key) or "").strip()
    set_widget(key, "")
    if not typed:
        return
    if typed not in samples.row_of and typed in samples.row_of_glitch:
        typed = str(samples.ids[samples.row_of_glitch[typed]])
    if typed in samples.row_of:
        add_example(kind, [typed])
    else:
        change_panel(ExamplesState, trouble=f"There is no sample “{typed[:100]}” on this map.")


def _keep(examples: Examples, trouble: str = "") -> None:
    change_panel(ExamplesState, examples=examples, trouble=trouble)
    _write(examples)


def _write(examples: Examples) -> None:
    for kind, names in ((LIKE, examples.like), (UNLIKE, examples.unlike)):
        if names:
            st.query_params[kind] = list(names)
        elif kind in st.query_params:
            del st.query_params[kind]
