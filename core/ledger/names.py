"""When two names mean one person, and when two persons' names look alike.

The ledger keeps :func:`person_key` beside each author, so that every comparison, in SQL too, is one of equal texts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache

import pandas as pd

_DOT_ABOVE = "\N{COMBINING DOT ABOVE}"


def person_key(name: str) -> str:
    """What makes two names the same person: letter case, width, surplus spaces and unseen characters do not count.

    This is Unicode's compatibility caseless matching (definition D146: NFKC, case folding, NFKC), without characters
    that cannot be seen and with single spaces. The dot that a folded Turkish "İ" leaves over its "i" does not count
    either: "İBRAHİM" and "İbrahim" are one. A key is its own key.
    """
    text = unicodedata.normalize("NFD", name)
    for _ in range(2):
        text = unicodedata.normalize("NFKC", text.casefold())
    seen = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return " ".join(seen.replace(f"i{_DOT_ABOVE}", "i").split())


def one_spelling(authors: pd.Series) -> pd.Series:
    """The authors, each under the spelling of the name that comes last among those that mean the same person."""
    keys = authors.map(person_key)
    return keys.map(dict(zip(keys, authors, strict=True)))


def same_person_as(name: str, present: Iterable[str]) -> str | None:
    """The spelling of this person's name that is there already, where it is another one; None where there is none."""
    written, key = " ".join(name.split()), person_key(name)
    spellings = [other for other in present if key and person_key(other) == key]
    return None if written in spellings or not spellings else spellings[-1]


def look_alike(name: str, present: Iterable[str]) -> str | None:
    """Another person's name that can be taken for this one; None where there is none.

    Letters that look alike by Unicode's list of confusable characters (UTS 39) count as one, as in "Ada" with a
    Cyrillic "а", "O" and "0", "rn" and "m"; spaces, points and hyphens do not count.

    Args:
        name: as it was typed.
        present: the names of people who are there.
    """
    key = person_key(name)
    if not key:
        return None
    seen = _looks(name)
    return next((other for other in present if person_key(other) != key and seen & _looks(other)), None)


def _looks(name: str) -> frozenset[str]:
    """How a name looks as it stands, and in small letters: a capital may look like what its small letter does not."""
    return frozenset(_skeleton(text) for text in (name, person_key(name)))


def _skeleton(text: str) -> str:
    letters = _prototypes()
    kept = (
        character
        for character in unicodedata.normalize("NFD", text)
        if character.isalnum() or (unicodedata.combining(character) and character != _DOT_ABOVE)
    )
    return "".join(letters.get(character, character) for character in kept).casefold()


@cache
def _prototypes() -> dict[str, str]:
    """One text that stands for each character and all that look like it."""
    from confusable_homoglyphs.confusables import confusables_data

    parent: dict[str, str] = {}

    def root(text: str) -> str:
        while parent.setdefault(text, text) != text:
            text = parent[text]
        return text

    for character, alike in confusables_data.items():
        for other in alike:
            first, second = root(character), root(other["c"])
            # A text of plain letters stands for the others: "rn" for m, so that both spell the same.
            parent[max(first, second, key=_rank)] = min(first, second, key=_rank)
    return {character: root(character) for character in confusables_data if len(character) == 1}


def _rank(text: str) -> tuple[bool, int, str]:
    return not (text.isascii() and text.isalnum()), -len(text), text
