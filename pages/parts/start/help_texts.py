"""What the help says of each page: what it is for, its keys, and the words that are used there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PageHelp:
    """The help of one page.

    Attributes:
        purpose: two sentences.
        words: of ``core.glossary``, those that one needs there.
        keys: pairs of a key and what it does; empty where the page has none.
        guide: where more is written, a file of the project.
    """

    purpose: str
    words: tuple[str, ...]
    keys: tuple[tuple[str, str], ...] = ()
    guide: str = "docs/moderators.md"


MAP_KEYS = (
    ("L, B, C", "lasso, box, click and pan"),
    ("arrows, + and −", "move the map, and zoom"),
    ("0", "show everything"),
    ("F", "show the selection alone; a double click on a name shows its island"),
    ("N", "show or hide the names of the islands"),
    ("H", "give each label a shape beside its colour, or circles to all"),
    (". ,", "bring the next island, or the one before, into the ring in the middle"),
    ("Enter, A, X", "select what lies in the ring, add it, take it away"),
    ("Escape", "clear the selection"),
    ("m, s, p, z", "to the map, to the pictures, to the form, to Undo"),
    ("?", "all keys of the page, and how to change them"),
    ("Ctrl, Alt", "held while drawing: add to the selection, take away from it"),
    ("o", "on a picture: open the sample"),
)
SUSPECT_KEYS = (
    ("a", "accept the suggested label"),
    ("k", "keep the label"),
    ("u", "unsure"),
    ("s", "skip: leave it to somebody else"),
    ("← →", "look at another one first"),
    ("z", "take back your last judgement"),
)
TOGETHER_KEYS = (
    ("a, k", "look-alikes together: accept, or keep the label of, all that are not taken out"),
    ("s", "look-alikes together: skip the page"),
    ("z", "look-alikes together: take back the whole page that you judged last"),
    ("Space, o", "look-alikes together: take out the picture in focus, open it"),
)
PRACTICE_KEYS = (
    ("1 to 5", "one of the labels"),
    ("n", "the next sample, once you have answered"),
)
REVIEW_KEYS = (
    ("k", "first: keep the label"),
    ("1 to 6", "first: one of the other labels"),
    ("o", "the label chosen in the list below"),
    ("u", "cannot tell, unsure"),
    ("a", "then: accept the proposal"),
    ("r", "then: reject it"),
    ("← →", "look at another one first"),
    ("z", "take back your last review"),
)

HELP = {
    "": PageHelp(
        "This page says how far the data set is, and what you can do next. Each card begins a piece of work, and each "
        "figure leads to the samples that it counts.",
        ("sample", "label", "suspect", "judgement", "review", "decision"),
    ),
    "map": PageHelp(
        "This page shows every sample as a point, near to those that look like it. Draw a lasso around a place whose "
        "colours are mixed, look at the pictures beside it, and propose a better label.",
        ("layout", "selection", "proposal", "label", "clustering"),
        MAP_KEYS,
    ),
    "clusters": PageHelp(
        "This page lists the islands that the computer found, with how mixed their labels are and how sure that is. "
        "Choose one to see its pictures, or open it on the map.",
        ("clustering", "label agreement", "verdict"),
    ),
    "suspects": PageHelp(
        "This page asks about doubtful labels, one after the other or up to 24 look-alikes together, the most doubtful "
        "first. Look at the pictures, then keep the label or give a better one; “Rank anew” lets what was decided "
        "count.",
        ("suspect", "judgement", "slice"),
        (*SUSPECT_KEYS, *TOGETHER_KEYS),
    ),
    "search": PageHelp(
        "This page finds the samples that look most like some examples and unlike others. Click on what is found to "
        "make it an example, then propose a label for what is left, or show it on the map.",
        ("likeness search", "sample", "view", "selection"),
        (
            ("o", "on a picture: open the sample"),
            ("Space", "on a picture: what a click on it does"),
            ("← → ↑ ↓", "on a box: move it; with Shift: size it"),
        ),
    ),
    "sample": PageHelp(
        "This page is about one sample: its pictures, everything that was said about it, and its neighbours. Its "
        "address can be sent to somebody else.",
        ("sample", "view", "neighbours", "label now"),
    ),
    "practice": PageHelp(
        "This page shows samples whose label is known and asks you for it; the answer comes at once, with what looks "
        "alike. It writes nothing to the ledger, and nobody but you sees how you do.",
        ("sample", "label", "ledger"),
        PRACTICE_KEYS,
    ),
    "review": PageHelp(
        "This page asks for your opinion of samples for which somebody else proposed a label. First say what you see; "
        "then you are shown the proposal, and agree or not.",
        ("review", "proposal", "label now"),
        REVIEW_KEYS,
    ),
    "decisions": PageHelp(
        "This page lists what is in conflict, in review and decided, with who said what, and what that changed. "
        "Moderators decide conflicts here; changes of the labels themselves are argued here too.",
        ("decision", "proposal", "review", "reading", "people’s agreement", "release"),
    ),
    "corrections": PageHelp(
        "This page lists everything that was proposed and judged. From here it goes out as files, comes in from files, "
        "and is taken back.",
        ("proposal", "judgement", "ledger"),
        guide="docs/tables.md",
    ),
    "mine": PageHelp(
        "This page lists everything that you proposed, judged and reviewed, and what became of it. From here you can "
        "take it back; nobody but you and the moderators sees the figures about you.",
        ("proposal", "judgement", "review", "decision"),
    ),
    "detector": PageHelp(
        "This page lays the glitches beside what the detector was doing: which families go with which channels, and "
        "what chance alone would give. Bring channels, or play with a simulated detector.",
        ("coupling", "channel", "state", "livetime", "safe"),
        guide="docs/detector.md",
    ),
    "impact": PageHelp(
        "This page says what each family of glitches costs: how often it comes, what vetoing it would take, what "
        "signals it could lie on. You say what counts; families that cannot be told apart share a place.",
        ("impact", "livetime", "deadtime", "overlap", "label doubt", "preventable share"),
        guide="docs/impact.md",
    ),
    "classify": PageHelp(
        "This page names what you hand in as pictures. It gives the likeliest labels, and says where "
        "something is unlike anything that it knows.",
        ("label", "neighbours"),
        guide="docs/training.md",
    ),
    "training": PageHelp(
        "This page teaches a classifier the labels of this data set. A training that was stopped goes on where it "
        "stood.",
        ("training run", "label now"),
        guide="docs/training.md",
    ),
    "evaluation": PageHelp(
        "This page says how good a classifier is on samples that it was not trained on. What confuses it can be sent "
        "to the suspects.",
        ("training run", "suspect"),
        guide="docs/training.md",
    ),
    "data": PageHelp(
        "This page opens your own data and makes its map. The settings of the map and the report are here too.",
        ("data set", "workspace", "embedding", "layout"),
        guide="README.md",
    ),
}
"""By the path of the page in the address."""
