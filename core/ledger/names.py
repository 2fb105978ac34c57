"""When two names are the same, and when two persons' names look alike.

The ledger keeps :func:`person_key` beside each author, so that every comparison, in SQL too, is one of equal texts. A
name alone does not make one person: see ``core.ledger.identity``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

_DOT_ABOVE = "\N{COMBINING DOT ABOVE}"
# Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties), which Python does not know, and after it what it
# leaves out and is drawn blank all the same: a Braille cell without dots, hieroglyphs and a note without ink, a filler.
_UNSEEN = frozenset(
    code
    for first, last in (
        *((0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F)),
        *((0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF)),
        *((0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF)),
        *((0x2800, 0x2800), (0x13441, 0x13442), (0x1D159, 0x1D159), (0x16FE4, 0x16FE4)),
    )
    for code in range(first, last + 1)
)


def is_unseen(character: str) -> bool:
    """Return whether a character does not show in a name: format characters, variation selectors, fillers, blanks."""
    return ord(character) in _UNSEEN or unicodedata.category(character) == "Cf"


# Every run of a page asks for the keys of the same few people.
@lru_cache(maxsize=4096)
def person_key(name: str) -> str:
    """Return the key that two names share if only case, width, surplus spaces or unseen characters tell them apart.

    This is Unicode's compatibility caseless matching (definition D146: NFKC, case folding, NFKC), without unseen
    characters and with single spaces. The dot that a folded Turkish "İ" leaves over its "i" is ignored: "İBRAHİM" and
    "İbrahim" are one. A key is its own key, has no line breaks, and is empty if the name shows nothing.
    """
    text = unicodedata.normalize("NFD", _seen(name))
    for _ in range(2):
        text = _seen(unicodedata.normalize("NFKC", text.casefold()))
    return " ".join(unicodedata.normalize("NFKC", text.replace(f"i{_DOT_ABOVE}", "i")).split())


def _seen(text: str) -> str:
    return "".join(character for character in text if not is_unseen(character))


def same_person_as(name: str, present: Iterable[str]) -> str | None:
    """Return another spelling of this person's name that is present; None if this very one is, or there is none."""
    written, key = " ".join(name.split()), person_key(name)
    spellings = [other for other in present if key and person_key(other) == key]
    return None if written in spellings or not spellings else spellings[-1]


def look_alike(name: str, present: Iterable[str]) -> str | None:
    """Return a present person's name that can be taken for this one; None if there is none.

    Letters that look alike by Unicode's list of confusable characters (UTS 39) count as one, as in "Ada" with a
    Cyrillic "а", "O" and "0", "rn" and "m"; spaces, points and hyphens do not count.
    """
    key = person_key(name)
    if not key:
        return None
    seen = _looks(name)
    return next((other for other in present if person_key(other) != key and seen & _looks(other)), None)


def taken_for(names: Iterable[str]) -> dict[str, str]:
    """Return which of these names can be taken for another of them, and for which.

    Of two that look alike, the one in plain Latin letters is left out.
    """
    present = list(dict.fromkeys(names))
    alike = {name: look_alike(name, present) for name in present}
    return {name: other for name, other in alike.items() if other and not (name.isascii() and not other.isascii())}


def _looks(name: str) -> frozenset[str]:
    """Return how a name looks, as written and in small letters: a capital may look like what a small one does not."""
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
    """Return one text that stands for each character and all that look like it."""
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
