"""No text that people or files bring reaches Streamlit's Markdown or HTML as it is."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.parts.markdown_rule import Rule
from tests.parts.parsed_module import module_of, read_module

PROJECT = Path(__file__).parents[2]

OWN_HTML = {
    "app": "the style sheet, a file of ours",
    "pages.start": "its style sheet, a file of ours",
    "pages.parts.start.figures": "a bar, whose widths are numbers and whose name is escaped",
    "pages.parts.start.cards": "pictures, titles and labels, which are escaped; the browser test sees them",
    "pages.parts.map.jump_bar": "places to jump to, written here",
    "pages.parts.map.summary": "bars: widths and our own colours, under keys of plain letters",
    "pages.parts.evaluation.matrix": "a width, which is a number",
    "pages.parts.detector.heat": "a width, which is a number",
    "pages.parts.widgets.plotly_view": "a height, which is a number, under a key of plain letters",
    "pages.parts.classify.card": "bars, whose labels are escaped; the browser test sees them",
    "pages.parts.evaluation.pictures": "bars, whose labels are escaped; the browser test sees them",
}
"""Where HTML is written, and why it is harmless."""


@pytest.fixture(scope="module")
def rule() -> Rule:
    files = [PROJECT / "app.py", *PROJECT.glob("pages/**/*.py"), *PROJECT.glob("core/**/*.py")]
    return Rule({_name(file): read_module(file) for file in files})


def _name(file: Path) -> str:
    return ".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def test_every_text_given_to_markdown_is_inert_a_number_or_written_here(rule):
    """Wrap the text in ``escaped``, or in ``code_span`` where it stands as code: see ``parts/widgets/text.py``."""
    assert rule.faults() == []


def test_what_shows_markdown_is_called_where_it_is_named(rule):
    assert rule.aliases() == []


def test_html_is_written_in_few_places(rule):
    places = {
        name
        for name, module in rule.modules.items()
        for node in ast.walk(module.tree)
        if (isinstance(node, ast.Attribute) and node.attr == "html" and ast.unparse(node.value) == "st")
        or (isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html")
    }
    assert places == set(OWN_HTML)


@pytest.mark.parametrize(
    "line",
    [
        "st.markdown(name)",
        "st.markdown(f'**{name}**')",
        "st.markdown(f'`{name}`')",
        "st.markdown(f'{name:>10}')",
        "st.markdown(f'{name!r}')",
        "st.markdown('a ' + name)",
        "st.markdown('a %s' % name)",
        "st.markdown('a {}'.format(name))",
        "st.markdown(', '.join([name]))",
        "st.markdown(', '.join(f'{one}' for one in names))",
        "st.markdown(name.strip())",
        "st.markdown(name or 'nobody')",
        "st.markdown('nobody' if not name else name)",
        "st.markdown({'a': name}['a'])",
        "said = 'all well'\n    said = name\n    st.markdown(said)",
        "said = ['x']\n    said.append(name)\n    st.markdown(' '.join(said))",
        "st.session_state['said'] = name\n    st.markdown(st.session_state.pop('said'))",
        "for number, one in enumerate(names):\n        st.markdown(one)",
        "try:\n        pass\n    except ValueError as error:\n        st.error(str(error))",
        "st.columns(2)[0].metric('Name', name)",
        "st.button('Go', help=name)",
        "st.image(picture, caption=name)",
        "st.progress(0.5, text=name)",
        "st.radio('Which', names)",
        "st.pills('Which', names, format_func=str.title)",
        "st.selectbox(name, [])",
        "st.tabs(names)",
        "st.column_config.TextColumn('x', help=name)",
        "show(name)\n\ndef show(text):\n    st.caption(text)",
        "st.markdown(said(name))\n\ndef said(text):\n    return f'It is {text}.'",
    ],
)
def test_the_rule_sees(line):
    assert len(_judge(line)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "st.markdown('a')",
        "st.markdown(f'**{escaped(name)}** {code_span(name)}')",
        "st.markdown(f'{number:,} {number} {number:.0%} {len(names)} {name:.2f} {name:%Y-%m-%d}')",
        "st.markdown(', '.join(escaped(one) for one in names))",
        "said = escaped(name)\n    said += ' it is'\n    st.markdown(said)",
        "word = 'one' if number == 1 else 'many'\n    st.markdown(word)",
        "for title, one in (('a', name), ('b', name)):\n        st.markdown(title)",
        "st.selectbox('Which', names)",
        "st.pills('Which', names, format_func=escaped)",
        "show(escaped(name))\n\ndef show(text):\n    st.caption(text)",
        "st.markdown(said(name))\n\ndef said(text):\n    return f'It is {escaped(text)}.'",
    ],
)
def test_the_rule_lets_pass(line):
    assert _judge(line) == []


def _judge(line: str) -> list:
    source = f"import streamlit as st\n\ndef page(name: str, names: list[str], number: int, picture):\n    {line}\n"
    return Rule({"pages.some": module_of(ast.parse(source))}).faults()


@pytest.mark.parametrize(
    "script", sorted([*PROJECT.glob("pages/**/*.js"), *PROJECT.glob("core/**/*.js")]), ids=lambda script: script.name
)
def test_scripts_write_text_as_text(script):
    """With ``textContent``, ``title`` or an attribute: never by having a text read as HTML or as a script."""
    read_as_html = (
        r"innerHTML|outerHTML\s*=|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|srcdoc"
    )
    assert not re.search(rf"{read_as_html}|\beval\(|new Function", script.read_text(encoding="utf-8"))
