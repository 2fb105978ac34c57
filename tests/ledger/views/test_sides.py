"""The sides of a conflict, with the reasons that whoever decides for one of them takes over."""

import pandas as pd

from core.ledger.views.sides import Side, side_for, sides_of

NOW = pd.Timestamp("2026-01-01", tz="UTC")


def said(*rows):
    names = ("author", "label", "reason")
    table = pd.DataFrame([dict(zip(names, row, strict=True)) for row in rows], columns=names)
    return table.assign(author_verified=False, created_at=NOW, role="reviewer", what="said so")


def test_most_people_come_first_then_the_name_and_who_stands_for_nothing_last():
    sides = sides_of(
        said(("Una", "", ""), ("Ben", "Whistle", ""), ("Cy", "Helix", ""), ("Ada", "Blip", ""), ("Di", "Blip", ""))
    )
    assert [(side.label, side.people) for side in sides] == [
        ("Blip", "2 people"),
        ("Helix", "1 person"),
        ("Whistle", "1 person"),
        ("", "1 person"),
    ]


def test_reasons_are_taken_over_with_their_authors_and_only_where_there_are_some():
    sides = sides_of(said(("Ada", "Blip", "round"), ("Ben", "Blip", ""), ("Cy", "Blip", "short"), ("Di", "Helix", "")))
    assert side_for(sides, "Blip").adopted_reason == "Decided with what was said for it: Ada: “round”; Cy: “short”."
    assert side_for(sides, "Helix").adopted_reason == ""


def test_nobody_stands_for_another_label():
    side = side_for(sides_of(said(("Ada", "Blip", "round"))), "Whistle")
    assert (side, side.people, side.adopted_reason) == (Side("Whistle"), "nobody", "")


def test_long_reasons_are_cut_to_what_is_kept():
    sides = sides_of(said(*((f"person {number}", "Blip", "x" * 900) for number in range(5))))
    assert len(sides[0].adopted_reason) == 2_000 and sides[0].adopted_reason.endswith("…")
