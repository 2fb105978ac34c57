"""The words of statistics that a text on a screen uses, each with its meaning beside it."""

from __future__ import annotations

from core.glossary import meaning

STATISTICS = (
    "purity",
    "entropy",
    "effective labels",
    "stability",
    "Jaccard",
    "interval",
    "bootstrap",
    "p-value",
    "false discovery",
    "rank correlation",
    "adjusted Rand index",
    "mutual information",
    "homogeneity",
    "completeness",
    "V-measure",
    "trustworthiness",
    "continuity",
    "kappa",
    "Krippendorff’s alpha",
    "classifier",
    "gradient",
    "over-splitting",
    "over-compression",
    "standard deviation",
)
"""Words that need some statistics, or have a meaning of their own here: each is said in plain words above."""

_FORMS = {
    "p-value": ("p = ", "p < "),
    "false discovery": ("false-discovery", "q = "),
    "stability": ("stable",),
    "adjusted Rand index": ("rand index",),
    "Krippendorff’s alpha": ("krippendorff",),
}


def terms_help(text: str) -> str:
    """Return the words of statistics that a text uses with their meanings, as a list in Markdown; "" where none is."""
    lower = text.lower()
    found = [word for word in STATISTICS if any(form in lower for form in (word.lower(), *_FORMS.get(word, ())))]
    return "\n".join(f"- **{word}**: {meaning(word)}" for word in found)
