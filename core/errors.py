"""The one exception that reaches a user as a sentence."""

MAX_TEXT = 500
"""Characters of an error's text: a name in it may be a stranger's, and as long as he likes."""

_CUT = " […] "


class GlitchAuditError(Exception):
    """Something the user can mend: its text is one sentence that says what is wrong, where, and what to do.

    Pages and the command line show the text as it is, without a traceback. A text that is too long loses its middle: it
    begins with where, and ends with what to do.
    """

    def __str__(self) -> str:
        text = super().__str__()
        if len(text) <= MAX_TEXT:
            return text
        end = (MAX_TEXT - len(_CUT)) // 2
        return text[: MAX_TEXT - len(_CUT) - end] + _CUT + text[-end:]


class Cancelled(GlitchAuditError):
    """Raised from a progress callback to stop a long stage; what was finished so far is kept."""
