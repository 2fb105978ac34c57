"""The words have one place: the page in docs/ is written from the module, and the screens take their "?" from it."""

import ast
import re
from pathlib import Path

import pytest

from core.glossary import TERMS, meaning
from tools.write_glossary import PAGE, glossary_text

PROJECT = Path(__file__).parent.parent


def test_the_page_says_what_the_module_says():
    assert PAGE.read_text(encoding="utf-8") == glossary_text(), "run: make documents"


def test_each_word_stands_there_once():
    words = [term.word for term in TERMS]
    assert len(set(words)) == len(words)


def test_every_meaning_is_a_whole_sentence_and_fits_a_table():
    unfit = [term for term in TERMS if term.meaning[-1] not in ".…" or set(term.meaning + term.avoid) & set("|\n")]
    assert unfit == []


def test_every_text_is_written_there_so_that_the_screens_may_show_it_as_markdown():
    tree = ast.parse((PROJECT / "core" / "glossary.py").read_text(encoding="utf-8"))
    (terms,) = (node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "TERMS")
    given = [keyword.value for term in terms.elts for keyword in term.keywords]
    assert len(terms.elts) == len(TERMS)
    assert all(isinstance(value, ast.Constant) for value in given)


def test_no_other_function_is_called_meaning():
    code = [path for room in ("core", "pages") for path in (PROJECT / room).rglob("*.py")]
    defined = [path.name for path in code if re.search(r"def meaning\((?!self)", path.read_text(encoding="utf-8"))]
    assert defined == ["glossary.py"]


def test_a_word_that_is_none_of_the_projects_is_no_answer():
    with pytest.raises(KeyError):
        meaning("item")


def test_the_screens_ask_for_words_that_there_are():
    asked = {
        word
        for path in sorted((PROJECT / "pages").rglob("*.py"))
        for word in re.findall(r'\bmeaning\("([^"]+)"\)', path.read_text(encoding="utf-8"))
    }
    assert len(asked) >= 7
    assert asked <= {term.word for term in TERMS if not term.planned}
