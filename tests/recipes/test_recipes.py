"""Each recipe works when it is followed to the letter in a copy of the project."""

import pytest

from tests.recipes.following import RECIPES, copy_of_the_project, follow, steps_of

PAGES = sorted(RECIPES.glob("add-*.md"))


@pytest.mark.parametrize("recipe", PAGES, ids=lambda page: page.stem)
def test_a_recipe_works_to_the_letter(recipe, tmp_path):
    steps = steps_of(recipe)
    assert [step.where for step in steps][-1] == "run"
    project = copy_of_the_project(tmp_path)
    for step in steps:
        follow(step, project)


def test_there_are_the_six_that_the_architecture_promises():
    wanted = {"a-reader", "a-backbone", "an-audit-figure", "a-page", "an-export", "a-ledger-act"}
    assert {page.stem.removeprefix("add-") for page in PAGES} == wanted


def test_a_block_that_goes_nowhere_is_refused(tmp_path):
    page = tmp_path / "add-nothing.md"
    page.write_text("Somewhere:\n\n```python\npass\n```\n")
    with pytest.raises(ValueError, match="where does this go"):
        steps_of(page)


def test_a_line_that_is_there_twice_is_no_place(tmp_path):
    page = tmp_path / "add-twice.md"
    page.write_text("In `code.py`, below `pass`:\n\n```python\nreturn\n```\n")
    (tmp_path / "code.py").write_text("pass\npass\n")
    (step,) = steps_of(page)
    with pytest.raises(AssertionError, match="2 lines"):
        follow(step, tmp_path)
