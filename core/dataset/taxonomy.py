"""The labels one may give, what each looks like, what it is mistaken for, and its colour."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from core.dataset.label_colours import colours_for
from core.dataset.signs import signs_for

SIGNS = 8
"""How many signs there are: what tells labels apart beside their colour, as shapes, hatches or dashes."""

# Name, colour, sign, description (FACTS, section 1; the five O3 names after the project's tutorial pictures).
# Colours: the farthest points from each other and from gray in OKLab, for eyes that see all colours and for the three
# common deficiencies (benchmarks/colours.py), among sRGB colours of luminance 0.10 to 0.47, which keep a contrast of at
# least 2 against both white and a dark page. Labels of one sign lie farthest apart.
_KNOWN = (
    ("1080Lines", "#e850f8", 3, "a row of short dots near 1080 Hz, sometimes joined into a line"),
    ("1400Ripples", "#a08860", 6, "short isolated dashes near 1400 Hz"),
    ("70HzLine", "#9078d0", 7, "a short thick line at 70 Hz, 0.1 to 0.3 s"),
    ("Air_Compressor", "#9800d8", 7, "one fat horizontal line at 50 Hz, up to a second or so"),
    ("Blip", "#00c070", 0, "one broadband teardrop, tens of ms, roughly 30 to 500 Hz"),
    ("Blip_Low_Frequency", "#d80060", 7, "a blip that stays low, roughly 20 to 100 Hz (named since O3)"),
    ("Chirp", "#a82088", 3, "a track sweeping upward in frequency, ever faster"),
    ("Extremely_Loud", "#f86800", 4, "saturates most of the picture"),
    ("Fast_Scattering", "#7860b0", 4, "short arches near 30 Hz, several a second (named since O3, also called Crown)"),
    ("Helix", "#4890f8", 1, "stacked loops, mid frequency (about 30 to 500 Hz), often in groups"),
    ("High_Frequency_Burst", "#f89078", 7, "one thin, very short spike, only above about 600 Hz"),
    ("Koi_Fish", "#c088d0", 5, "a loud blip with fins: saturated low-frequency body, thin tall tail"),
    ("Light_Modulation", "#1840f8", 6, "several saturated spikes close together over low-frequency noise"),
    ("Low_Frequency_Burst", "#b81800", 5, "saturated blob below about 50 Hz"),
    ("Low_Frequency_Lines", "#7040b0", 5, "a steady line near 10 to 20 Hz"),
    ("No_Glitch", "#68a000", 3, "noise only"),
    ("None_of_the_Above", "#80c0a0", 2, "whatever fits nothing else"),
    ("Paired_Doves", "#d05890", 1, "low-frequency chirps alternating up and down, repeating"),
    ("Pizzicato", "#088068", 0, "one short dot or small cross at 500 or 1000 Hz"),
    ("Power_Line", "#b06000", 2, "a thin line at 60 Hz (harmonics 120, 180), 0.2 to 0.5 s"),
    ("Repeating_Blips", "#805038", 6, "blips repeating every 0.25 to 0.5 s: seen in the long views only"),
    ("Scattered_Light", "#f098d8", 4, "stacked low-frequency arches, seconds long"),
    ("Scratchy", "#c0b800", 1, "dozens of small spikes, mid and high frequency"),
    ("Tomte", "#a050d8", 0, "a triangular, lower-frequency blip"),
    ("Violin_Mode", "#106088", 2, "short dots at about 500 Hz and its harmonics"),
    ("Wandering_Line", "#0890a0", 2, "a line that meanders in frequency, often high"),
    ("Whistle", "#50c0f8", 6, "V- or W-shaped tracks, hundreds of Hz and up"),
)

# Pairs that the citizen-science project itself lists (FACTS, section 1), then ours for the O3 names.
_LOOK_ALIKES = (
    ("1080Lines", "1400Ripples"),
    ("1080Lines", "Violin_Mode"),
    ("1080Lines", "Wandering_Line"),
    ("1400Ripples", "Violin_Mode"),
    ("Air_Compressor", "Power_Line"),
    ("Air_Compressor", "Koi_Fish"),
    ("Blip", "Koi_Fish"),
    ("Blip", "Light_Modulation"),
    ("Blip", "Repeating_Blips"),
    ("Blip", "Tomte"),
    ("Chirp", "Blip"),
    ("Chirp", "Paired_Doves"),
    ("Chirp", "Whistle"),
    ("Koi_Fish", "Extremely_Loud"),
    ("Koi_Fish", "Tomte"),
    ("Light_Modulation", "Low_Frequency_Burst"),
    ("Low_Frequency_Burst", "Low_Frequency_Lines"),
    ("Low_Frequency_Burst", "Scattered_Light"),
    ("Low_Frequency_Lines", "Scattered_Light"),
    ("Paired_Doves", "Repeating_Blips"),
    ("Repeating_Blips", "Scratchy"),
    ("Scratchy", "Wandering_Line"),
    ("Violin_Mode", "Whistle"),
    ("Wandering_Line", "Whistle"),
    ("Air_Compressor", "70HzLine"),
    ("Power_Line", "70HzLine"),
    ("Blip_Low_Frequency", "Blip"),
    ("Blip_Low_Frequency", "Tomte"),
    ("Fast_Scattering", "Scattered_Light"),
)

_OTHER_NAMES = {
    "Crown": "Fast_Scattering",
    "Crown_Fast_Scattering": "Fast_Scattering",
    "Low_Frequency_Blip": "Blip_Low_Frequency",
}

# For labels of somebody's own, whose usual colour stays over releases: far from each other in OKLab, none of the
# colours above.
_SECOND_PALETTE = tuple(
    colour
    for row in (
        "#b88830 #f01000 #c818b8 #0058c8 #78b018 #e068f8 #7858f8 #8008e0 #f89830 #608000 #c890b8 #907090",
        "#18b0b0 #98b8e0 #b8b888 #e848b8 #d88070 #c86000 #685830 #789060 #7088c8 #a868f8 #00a0e8 #984828",
        "#a05098 #f85868 #0078c8 #6040c8 #d80850 #a07860 #2860f8 #9850d0 #d04888 #704890 #90a868 #587098",
        "#a84058 #00c068 #d07098 #c84030 #f898c8 #c080e8 #d040e8 #00b000 #309888 #909000 #009000 #70a8c8",
    )
    for colour in row.split()
)


@dataclass(frozen=True)
class TaxonomyEntry:
    """One label: its name, what it looks like, the labels it is mistaken for, its colour ``#rrggbb`` and its sign."""

    name: str
    description: str
    look_alikes: tuple[str, ...]
    colour: str
    sign: int


@dataclass(frozen=True)
class Taxonomy:
    """The labels that may be given in a data set, in the order in which screens list them."""

    entries: tuple[TaxonomyEntry, ...]

    @cached_property
    def by_name(self) -> dict[str, TaxonomyEntry]:
        """Entries by the label's name."""
        return {entry.name: entry for entry in self.entries}

    @property
    def names(self) -> tuple[str, ...]:
        """The labels' names."""
        return tuple(entry.name for entry in self.entries)

    def __contains__(self, name: object) -> bool:
        """Whether the label is in the taxonomy."""
        return name in self.by_name

    def __getitem__(self, name: str) -> TaxonomyEntry:
        """The entry of a label; one made on the spot for a label that the taxonomy does not hold."""
        return self.by_name.get(name) or _entry(name)

    def colours(self) -> dict[str, str]:
        """Colour of each label."""
        return {entry.name: entry.colour for entry in self.entries}


def is_known_class(name: str) -> bool:
    """Whether this is a Gravity Spy class, under any of its names."""
    return _OTHER_NAMES.get(name, name) in _known_by_name()


def known_classes() -> tuple[str, ...]:
    """Return the names of all Gravity Spy classes."""
    return tuple(name for name, *_ in _KNOWN)


def label_colour(name: str) -> str:
    """The usual colour of a label, ``#rrggbb``, by its name alone.

    Gravity Spy classes always have it. A label of somebody's own has another one where a label of the same data set has
    the same usual colour (:attr:`TaxonomyEntry.colour`): ask the taxonomy of the data set.
    """
    known = _known_by_name().get(_OTHER_NAMES.get(name, name))
    if known is not None:
        return known[0]
    return _SECOND_PALETTE[int.from_bytes(_digest(name)[:4], "big") % len(_SECOND_PALETTE)]


def label_sign(name: str) -> int:
    """The usual sign of a label, 0 to :data:`SIGNS` - 1: its shape, hatch or dash, beside its colour.

    Gravity Spy classes always have it. A label of somebody's own has another one where a label of the same data set
    has this sign and a colour that looks like its own (:attr:`TaxonomyEntry.sign`).
    """
    known = _known_by_name().get(_OTHER_NAMES.get(name, name))
    return known[1] if known is not None else _digest(name)[4] % SIGNS


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest()


def taxonomy_for(dataset_labels: Iterable[str]) -> Taxonomy:
    """Return the Gravity Spy classes where at least one occurs or there is no label, then all other labels, sorted."""
    found = set(dataset_labels)
    known = [name for name, *_ in _KNOWN] if not found or any(map(is_known_class, found)) else []
    names = [*known, *sorted(found - set(known))]
    marks = _marks(tuple(names))
    return Taxonomy(tuple(_entry(name, *marks[name]) for name in names))


@lru_cache(maxsize=16)
def _marks(names: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    """Colour and sign of each label."""
    known = {name: label_colour(name) for name in names if is_known_class(name)}
    own = {name: label_colour(name) for name in names if name not in known}
    colours = known | colours_for(own, _SECOND_PALETTE, fixed=tuple(known.values()))
    usual = {name: label_sign(name) for name in names}
    fixed = {name: sign for name, sign in usual.items() if name in known}
    signs = signs_for({name: colours[name] for name in names}, fixed, usual, count=SIGNS)
    return {name: (colours[name], signs[name]) for name in names}


def _known_by_name() -> dict[str, tuple[str, int, str]]:
    return {name: (colour, sign, description) for name, colour, sign, description in _KNOWN}


def _entry(name: str, colour: str = "", sign: int | None = None) -> TaxonomyEntry:
    main_name = _OTHER_NAMES.get(name, name)
    _, _, description = _known_by_name().get(main_name, ("", 0, ""))
    partners = {other for pair in _LOOK_ALIKES if main_name in pair for other in pair} - {main_name}
    sign = label_sign(name) if sign is None else sign
    return TaxonomyEntry(name, description, tuple(sorted(partners)), colour or label_colour(name), sign)
