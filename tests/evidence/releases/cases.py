"""A small release, written by hand, for the tests of what is made from it."""

from dataclasses import replace

import pandas as pd

from core.dataset.released import COLUMNS, ClassChange, ReleaseAbout
from core.evidence.releases.difference import since_brought
from core.evidence.releases.model import OPINION_COLUMNS, LeftWrong, ReleaseContent
from core.evidence.releases.packing import pack_release, released

ABOUT = ReleaseAbout(
    name="2026-11",
    number=1,
    before="",
    sentence="What the | first month gave.",
    made_at="2026-11-30T12:00:00Z",
    made_by="Mo",
    authors=("Lovelace, Ada 0000-0002-1825-0097", "Gravity Spy"),
    licence="CC-BY-4.0",
    dataset_name="O3 of Livingston",
    dataset_fingerprint="d0d0",
    ledger_events=7,
    ledger_last_event="2026-11-29T11:00:00Z",
    ledger_fingerprint="1edc",
    rule="2 different people agree on one label",
    app_version="0.4.0",
    changes=(ClassChange("c1", "merge", ("Tomte", "Helix"), ("Tomte",)),),
)
ROWS = (
    ("a/1", "Tomte", "Blip", "rule", "Ada, Ben", "2026-11-20T08:00:00Z", "one peak", "Tomte"),
    ("b", "=HYPERLINK()", "Blip", "moderator", "Mo (moderator)", "2026-11-21T08:00:00Z", "line\nbreak", "=HYPERLINK()"),
    ("c", "Helix", "Helix", "", "", "", "", "Tomte"),
    ("1e5", "NA", "NA", "", "", "", "", "NA"),
    ("d", "Blip", "Blip", "rule", "Ada, Ben", "2026-11-22T08:00:00Z", "", "Blip"),
)
OPINIONS = (
    ("a/1", "p1", "proposal", "Ada", True, "Tomte", "2026-11-19T08:00:00Z", "one peak", "lasso of 12 corners"),
    ("a/1", "r1", "review", "Ben", False, "Tomte", "2026-11-20T08:00:00Z", "", ""),
    ("b", "d1", "decision", "Mo", False, "=HYPERLINK()", "2026-11-21T08:00:00Z", "line\nbreak", ""),
    ("d", "j1", "judgement", "Ada", True, "Blip", "2026-11-22T08:00:00Z", "", "the queue of suspects"),
    ("d", "j2", "judgement", "Ben", False, "Blip", "2026-11-22T08:00:00Z", "", "the queue of suspects"),
)


def content(rows=ROWS, **about):
    """The release, with other rows or other facts."""
    table = pd.DataFrame(list(rows), columns=list(COLUMNS)).astype("str")
    said = pd.DataFrame(list(OPINIONS), columns=list(OPINION_COLUMNS))
    estimates = pd.DataFrame(
        [("Blip", 30, 0.1, 0.02, 0.25), ("NA", 1, float("nan"), float("nan"), float("nan"))],
        columns=["label", "samples", "wrong_share", "wrong_low", "wrong_high"],
    )
    left = LeftWrong(flagged=3, expected=(2.4, 1.0, 3.0), by_label=estimates)
    return ReleaseContent(replace(ABOUT, **about), table, said, 3, 2, two_opinions=4, agreed=3, left=left)


def packed(made=None):
    """The bytes of its ZIP."""
    made = made or content()
    return pack_release(made, since_brought(released(made)))


def written(folder, made=None):
    """Its ZIP as a file."""
    path = folder / "release.zip"
    path.write_bytes(packed(made))
    return path
