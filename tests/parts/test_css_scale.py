"""One scale for what is read and what lies apart: no style of the pages has a size, gap or corner of its own."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from pages.parts.widgets.component_state import with_shared

PARTS = Path(__file__).parents[2] / "pages" / "parts"
SCALE = PARTS / "widgets" / "scale.css"
STYLES = sorted(path for path in PARTS.rglob("*.css") if path != SCALE)
LENGTH = r"\d(?:px|rem|em)\b"
OWN = re.compile(
    rf"(?:font|font-size|gap|row-gap|column-gap|border-radius|border-(?:top|bottom)-\w+-radius)\s*:[^;}}\"]*?{LENGTH}"
)


def test_a_length_outside_the_scale_is_seen():
    assert all(OWN.search(text) for text in ("font-size: 13px;", "font: 600 .8rem sans-serif", "gap: 0 8px", "gap:3px"))
    assert not any(OWN.search(text) for text in ("font-size: var(--text)", "gap: 0;", "padding: 3px", "font: inherit"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_style_keeps_to_the_scale(path):
    assert OWN.findall(path.read_text(encoding="utf-8")) == []


def test_so_does_what_python_and_scripts_draw():
    files = [*PARTS.rglob("*.py"), *PARTS.rglob("*.js")]
    assert [path.name for path in files if OWN.search(path.read_text(encoding="utf-8"))] == []


def test_every_step_that_is_used_is_a_step():
    steps = set(re.findall(r"(--[\w-]+):", SCALE.read_text(encoding="utf-8")))
    for path in [*STYLES, *PARTS.rglob("*.py")]:
        used = re.findall(r"var\((--(?:text|gap|corner|edge)[\w-]*)", path.read_text(encoding="utf-8"))
        assert set(used) <= steps, path


@pytest.mark.parametrize("kind", ["text", "gap", "corner"])
def test_steps_are_few_and_far_enough_apart_to_be_seen(kind):
    found = re.findall(rf"--{kind}(?:-\w+)?: ([\d.]+)(?:rem|px);", SCALE.read_text(encoding="utf-8"))
    sizes = [float(size) for size in found]
    assert 3 <= len(sizes) <= 6 and all(more >= 1.08 * less for less, more in pairwise(sizes))


def test_every_component_with_a_style_has_the_scale():
    for path in STYLES:
        if path.parent.parent == PARTS / "widgets":
            assert 'with_shared("scale.css", ' in (path.parent / "__init__.py").read_text(encoding="utf-8"), path
    assert with_shared("scale.css", PARTS / "page.css").startswith(SCALE.read_text(encoding="utf-8"))
