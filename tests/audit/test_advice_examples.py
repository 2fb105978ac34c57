"""The examples of a merge or a split are those in the middle of their group, worked by hand on a circle."""

import numpy as np
import pandas as pd

from core.audit.advice import SPLIT, Typical, verdict_advice
from core.audit.failure_modes.verdicts import OVER_COMPRESSION, Verdict, verdict_table
from core.embed.likeness import Vectors

DEGREES = [0, 10, 20, 30, 200]
"""Their unit vectors sum to (2.85, 0.67): the middle points to 13.3 degrees."""

NAMES = [f"s{degrees}" for degrees in DEGREES]
ROW_OF = {name: row for row, name in enumerate(NAMES)}


def on_circle(degrees):
    angles = np.radians(degrees)
    return np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)


def test_those_nearest_to_the_middle_come_first():
    """From 13.3 degrees, 10 lies 3.3 away, 20 lies 6.7, 0 lies 13.3, 30 lies 16.7."""
    typical = Typical(Vectors(on_circle(DEGREES)), ROW_OF)
    assert typical(NAMES, 2) == ("s10", "s20")
    assert typical(NAMES, 9) == ("s10", "s20", "s0", "s30", "s200")


def test_only_the_group_itself_counts():
    typical = Typical(Vectors(on_circle(DEGREES)), ROW_OF)
    """Of 30, 0 and 200 degrees the sum is (0.93, 0.16): 9.7 degrees, nearer to 0 than to 30."""
    assert typical(["s30", "s0", "s200"], 8) == ("s0", "s30", "s200")
    assert typical([], 8) == () and typical(["unknown"], 8) == ()


def test_of_a_glitch_with_several_samples_one_is_shown():
    typical = Typical(Vectors(on_circle(DEGREES)), ROW_OF, np.array(["g", "g", "g", "h", "i"]))
    shown = typical(NAMES, 8)
    assert shown[0] == "s10" and len(shown) == 3 and {*shown} == {"s10", "s30", "s200"}


def test_a_view_that_was_not_seen_neither_moves_the_middle_nor_speaks_for_a_sample():
    """Two views. The first says 0, 10 and 80 degrees; the second, seen in "c" alone, is like the middle of itself.

    The middle of the first view points to 28.2 degrees: "b" lies 18.2 away, "a" 28.2, "c" 51.8. Over its two views "c"
    has the mean of cos 51.8 = 0.62 and of 1, which is 0.81: below "a" with cos 28.2 = 0.88.
    """
    first, second = on_circle([0, 10, 80]), on_circle([0, 0, 0])
    second[:2] = 0
    vectors = Vectors(np.hstack([first, second]), np.array([[1, 0], [1, 0], [1, 1]], np.float32))
    assert Typical(vectors, {"a": 0, "b": 1, "c": 2})(["a", "b", "c"], 3) == ("b", "a", "c")


def test_each_pile_of_a_split_shows_its_own_middle():
    """Twenty samples a pile, on an arc of 0 to 19 degrees: the middle, 9.5, has 6 to 13 around it."""
    degrees = [*range(20), *range(180, 200)]
    names = [f"s{each}" for each in degrees]
    samples = pd.DataFrame({"label": "A"}, index=pd.Index(names))
    clusters = np.repeat([3, 5], 20)
    parts = [{"cluster": number, "stability": 0.9} for number in (3, 5)]
    numbers = {"glitches": 40, "at_home": 1.0, "parts": parts, "kind": "separate parts"}
    verdict = Verdict(OVER_COMPRESSION, "supported", "f", None, "A", numbers, (3, 5), ("A",))
    typical = Typical(Vectors(on_circle(degrees)), {name: row for row, name in enumerate(names)})
    found = verdict_advice(verdict_table([verdict]).iloc[0], samples, clusters, typical=typical)
    assert found.action == SPLIT and found.titles == ("Pile 1 (cluster 3)", "Pile 2 (cluster 5)")
    assert {*found.sheets[0]} == {f"s{each}" for each in range(6, 14)}
    assert {*found.sheets[1]} == {f"s{each}" for each in range(186, 194)}
    assert [len(sheet) for sheet in found.sheets] == [8, 8]
