"""Where a label is chosen: Enter takes the best match among the labels there are; a new one takes a step of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from core.dataset.label_names import label_meant, labels_close_to
from core.ledger.acts.checks import MAX_LABEL
from pages.parts.widgets.text import escaped

NEW_LABEL = "A new label, not in this list…"
"""The choice that asks for the name of a label that is not there yet; no label can be called so."""

_MADE = "propose_new_labels"


def label_box(
    title: str,
    names: Iterable[str],
    *,
    key: str,
    placeholder: str = "Choose one",
    not_here: Iterable[str] = (),
    titled: bool = True,
) -> str:
    """Ask for one label; returns it, or "" while none is chosen.

    Args:
        title: of the box.
        names: the labels there are, in the order to show them.
        key: the widget's key; its value may be set to a label that is not among ``names``.
        placeholder: shown while none is chosen.
        not_here: labels among ``names`` that cannot be chosen here.
        titled: whether the title stands over the box; otherwise only those hear it who do not see the page.
    """
    names, without = tuple(names), frozenset(not_here)
    chosen = st.selectbox(
        title,
        _options(names, [chosen_label(key)], without),
        index=None,
        key=key,
        placeholder=placeholder,
        label_visibility="visible" if titled else "collapsed",
    )
    if chosen != NEW_LABEL:
        _say_what_was_done(key)
        return chosen or ""
    _ask_for_name(names, without, key=key, several=False)
    return ""


def chosen_label(key: str) -> str:
    """The label chosen in the box ``key``, "" while there is none: before the box is drawn, or where it is not."""
    chosen = st.session_state.get(key)
    return "" if chosen in (None, NEW_LABEL) else chosen


def why_no_label(key: str, otherwise: str) -> str:
    """What to do to have a label in the box ``key``: the step that is left where a new one is being made."""
    if st.session_state.get(key) == NEW_LABEL:
        return "Type the name of the new label above and press “Use this new label” first."
    return otherwise


def labels_box(title: str, names: Iterable[str], *, key: str, placeholder: str = "Choose some") -> tuple[str, ...]:
    """Ask for labels; returns those chosen. Arguments as for :func:`label_box`."""
    names = tuple(names)
    chosen = st.multiselect(
        title, _options(names, st.session_state.get(key) or (), frozenset()), key=key, placeholder=placeholder
    )
    if NEW_LABEL in chosen:
        _ask_for_name(names, frozenset(), key=key, several=True)
    else:
        _say_what_was_done(key)
    return tuple(label for label in chosen if label != NEW_LABEL)


def _options(names: Sequence[str], set_before: Iterable[str], without: frozenset[str]) -> list[str]:
    """What can be chosen: the labels there are, those made or set in this session, and last the way to a new one."""
    labels = dict.fromkeys([*names, *st.session_state.get(_MADE, ()), *set_before])
    return [*(label for label in labels if label and label != NEW_LABEL and label not in without), NEW_LABEL]


def _ask_for_name(names: Sequence[str], without: frozenset[str], *, key: str, several: bool) -> None:
    with st.container(border=True):
        typed = st.text_input("Name of the new label", key=f"{key}_new", max_chars=MAX_LABEL)
        close = labels_close_to(typed, names)
        if close:
            st.caption(f"Is it {' or '.join(f'**{escaped(name)}**' for name in close)}? That is there already.")
        st.button(
            "Use this new label",
            key=f"{key}_use",
            icon=":material/new_label:",
            on_click=_use,
            args=(names, without, key, several),
        )
        if message := st.session_state.pop(f"{key}_said", None):
            st.warning(message)


def _use(names: Sequence[str], without: frozenset[str], key: str, several: bool) -> None:
    """Take the typed name as a label, in the run that is about to begin."""
    typed = " ".join((st.session_state.get(f"{key}_new") or "").split())
    if not typed or typed == NEW_LABEL:
        st.session_state[f"{key}_said"] = "Type the name of the new label first."
        return
    made = st.session_state.get(_MADE, ())
    label = label_meant(typed, (*names, *made))
    if label is None:
        label = typed
        st.session_state[_MADE] = (*made, label)
    elif label in without:
        st.session_state[f"{key}_said"] = f"**{escaped(label)}** is there already, and is not a choice here."
        return
    elif label != typed:
        st.session_state[f"{key}_said"] = (
            f"“{escaped(typed)}” is there already, as **{escaped(label)}**: that was chosen."
        )
    if several:
        others = [name for name in st.session_state[key] if name not in (NEW_LABEL, label)]
        st.session_state[key] = [*others, label]
    else:
        st.session_state[key] = label


def _say_what_was_done(key: str) -> None:
    if message := st.session_state.pop(f"{key}_said", None):
        st.caption(message)
