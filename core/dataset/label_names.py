"""Names that people type for labels: which present label one of them means, and which it is close to."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

_CLOSE = 0.75
_MOST_CLOSE = 3


def label_meant(typed: str, labels: Iterable[str]) -> str | None:
    """Return the label spelled like this, whatever its letter case, spaces, hyphens, underscores; None without one."""
    wanted = _plain(typed)
    return next((label for label in labels if wanted and _plain(label) == wanted), None)


def labels_close_to(typed: str, labels: Iterable[str]) -> tuple[str, ...]:
    """Return up to three labels that a typed name may have been meant for: those it begins, a word of it, or alike."""
    wanted = _plain(typed)
    if not wanted:
        return ()
    plain = {label: _plain(label) for label in labels}
    words = {label: {_plain(word) for word in label.replace("-", "_").replace(" ", "_").split("_")} for label in plain}
    begun = [label for label, name in plain.items() if name.startswith(wanted) or wanted in words[label]]
    alike = difflib.get_close_matches(wanted, list(plain.values()), n=_MOST_CLOSE, cutoff=_CLOSE)
    near = [label for name in alike for label, own in plain.items() if own == name]
    return tuple(dict.fromkeys([*begun, *near]))[:_MOST_CLOSE]


def _plain(name: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())
