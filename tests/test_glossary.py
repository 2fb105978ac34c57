"""The words have one place: the page in docs/ is written from the module, and the screens take their "?" from it."""

import ast
import re
from pathlib import Path

import pytest

from core.glossary import TERMS, meaning
from core.statistics_words import terms_help
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


# How each word may stand in a panel's text, and the glossary's word for it.
STATISTICS_ON_SCREEN = {
    "purity": "purity",
    "entropy": "entropy",
    "effective labels": "effective labels",
    "stability": "stability",
    "jaccard": "Jaccard",
    "wilson": "interval",
    "interval": "interval",
    "bootstrap": "bootstrap",
    "p = ": "p-value",
    "false-discovery": "false discovery",
    "false discovery": "false discovery",
    "rank correlation": "rank correlation",
    "rand index": "adjusted Rand index",
    "mutual information": "mutual information",
    "homogeneity": "homogeneity",
    "completeness": "completeness",
    "v-measure": "V-measure",
    "trustworthiness": "trustworthiness",
    "continuity": "continuity",
    "kappa": "kappa",
    "krippendorff": "Krippendorff’s alpha",
    "standard deviation": "standard deviation",
    "over-splitting": "over-splitting",
    "over-compression": "over-compression",
    "classifier": "classifier",
    "gradient": "gradient",
}
PANELS = ("clusters", "drifts", "suspects/other_finds.py", "decisions/agreement.py")


def panel_texts():
    for name in PANELS:
        place = PROJECT / "pages" / "parts" / name
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value.lower()


def test_each_term_of_statistics_on_the_panels_has_its_plain_words():
    shown = " ".join(panel_texts())
    used = {word for form, word in STATISTICS_ON_SCREEN.items() if form in shown}
    assert len(used) >= 15
    assert used <= {term.word for term in TERMS if not term.planned}


@pytest.mark.parametrize(("form", "word"), sorted(STATISTICS_ON_SCREEN.items()))
def test_the_help_of_a_text_explains_the_terms_it_uses(form, word):
    if form != "wilson":
        assert f"- **{word}**: {meaning(word)}" in terms_help(f"a text with {form}0.01")
    assert terms_help("a text in plain words") == ""
