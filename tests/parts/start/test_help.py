"""Every page has a help: what it is for, the keys that it really has, and words that there are."""

import re

import pytest

from core.glossary import TERMS
from core.workspace import PROJECT_ROOT
from pages.parts.review.choices import blind_choices, moves, verdict_choices
from pages.parts.start.help_texts import HELP, MAP_KEYS, REVIEW_KEYS, SUSPECT_KEYS, TOGETHER_KEYS

APP = (PROJECT_ROOT / "app.py").read_text(encoding="utf-8")
WIDGETS = PROJECT_ROOT / "pages" / "parts" / "widgets"
ARROWS = {"←": "ArrowLeft", "→": "ArrowRight"}


class Colours(dict):
    def __missing__(self, name):
        from types import SimpleNamespace

        return SimpleNamespace(colour="", description="")


def told(keys):
    """The keys that a help names, as browsers name them."""
    named = {one for key, _ in keys for one in re.split(r"[ ,]+", key) if one not in ("", "to", "and")}
    return {ARROWS.get(one, one) for one in named}


def test_every_page_of_the_menu_has_one():
    paths = {name if name != "start" else "" for name in re.findall(r'PAGES / "(\w+)\.py"', APP)}
    assert set(HELP) == paths


@pytest.mark.parametrize("path", HELP)
def test_it_says_what_the_page_is_for_in_two_sentences_with_words_that_there_are(path):
    page = HELP[path]
    assert len(re.findall(r"\.(?: |$)", page.purpose)) == 2
    assert page.words and set(page.words) <= {term.word for term in TERMS if not term.planned}
    assert (PROJECT_ROOT / page.guide).is_file()


def test_the_keys_of_the_suspects_are_those_of_the_card():
    card = (WIDGETS / "suspect_queue" / "suspect_queue.html").read_text(encoding="utf-8")
    assert told(SUSPECT_KEYS) == set(re.findall(r'aria-keyshortcuts="(\w+)"', card))


def test_the_keys_of_the_look_alikes_are_those_of_their_card_and_their_sheet():
    folder = WIDGETS / "together_card"
    card = re.findall(r'aria-keyshortcuts="(\w+)"', (folder / "together_card.html").read_text(encoding="utf-8"))
    sheet = re.findall(r' key: "(\w+)"', (folder / "together_card.js").read_text(encoding="utf-8"))
    assert told(TOGETHER_KEYS) == {*card, *sheet} and len(card) == 4 and len(sheet) == 2


def test_the_keys_of_the_review_are_those_of_its_choices():
    likely = [f"Label {number}" for number in range(6)]
    choices = [
        *blind_choices(["Blip", *likely], "Other", colours=Colours()),
        *verdict_choices("Blip", "Tomte", "Blip", "Other", colours=Colours()),
        *moves(previous=True, following=True, undo=True),
    ]
    digits = {"2", "3", "4", "5"}
    assert told(REVIEW_KEYS) | digits == {choice.key for choice in choices}


def test_the_keys_of_the_map_are_those_that_it_tells_a_screen_reader():
    label = re.search(r'aria-label="(Map\.[^"]+)"', (WIDGETS / "glitch_map" / "glitch_map.html").read_text("utf-8"))
    for key in ("L", "B", "C", "0", "Enter", "A", "X", "Escape", "Alt"):
        assert key in told(MAP_KEYS) and re.search(rf"\b{key}\b", label[1])


@pytest.mark.parametrize("page", ["start", "map", "suspects", "data"])
def test_it_stands_in_the_sidebar(prepared, open_app, page):
    app = open_app(f"pages/{page}.py", workspace=prepared.workspace.name)
    assert [one.label for one in app.sidebar.expander if one.label == "Help"] == ["Help"]
