"""What strangers wrote, as Markdown that shows it as it is; the real browser's view is in tests/browser."""

import pytest

from pages.parts.widgets.text import code_span, escaped, view_name


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Blip", "Blip"),
        ("Koi_Fish *", r"Koi\_Fish \*"),
        ("![p](x)", r"\!&#91;p&#93;\(x\)"),
        ("http://evil.example", r"http\::small{}//evil\.example"),
        ("www.evil.example", r"www:small{}\.evil\.example"),
        ("a@evil.example", r"a@:small{}evil\.example"),
        (":material/delete:", r"\::small{}material/delete\:"),
        ("a -> b", r"a \-:small{}\> b"),
        ("one\n\n# two", r"one \# two"),
        ("    code", "code"),
        ("", ""),
        (7, "7"),
    ],
)
def test_prose(text, markdown):
    assert escaped(text) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Blip/a_1", "`Blip/a_1`"),
        ("a`![p](x)`b", "``a`![p](x)`b``"),
        ("a```b`", "```` a```b` ````"),
        ("`", "`` ` ``"),
        ("one\ntwo", "`one two`"),
        ("", ""),
        # Streamlit 1.67 turns the slash of this one into an underscore in code, too; as prose it is shown as it is.
        (":material/x:", r"\::small{}material/x\:"),
    ],
)
def test_code(text, markdown):
    assert code_span(text) == markdown


def test_views_of_a_glitch_have_their_unit_and_others_are_inert():
    assert view_name("1.0") == "1.0 s"
    assert view_name("![p](x)") == r"\!&#91;p&#93;\(x\)"
