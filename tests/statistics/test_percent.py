"""Shares in words: unknown ones, and chances that are never certain."""

import pytest

from core.statistics.percent import chance_percent, percent


def test_a_share_is_whole_percent_unless_asked():
    assert percent(0.519) == "52 %"
    assert percent(0.0512, digits=1) == "5.1 %"
    assert percent(1) == "100 %"


@pytest.mark.parametrize("unknown", [None, float("nan")])
def test_an_unknown_share_is_said_to_be(unknown):
    assert percent(unknown) == "?"
    assert percent(unknown, unknown="–") == "–"


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.91, "91 %"),
        (0.005, "under 1 %"),
        (0.0051, "1 %"),
        (0, "under 1 %"),
        (0.995, "over 99 %"),
        (0.9949, "99 %"),
        (1, "over 99 %"),
        (float("nan"), "?"),
        (float("inf"), "?"),
        (float("-inf"), "?"),
    ],
)
def test_a_chance_is_never_certain(chance, words):
    assert chance_percent(chance) == words
