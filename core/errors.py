"""The one exception that reaches a user as a sentence."""


class GlitchAuditError(Exception):
    """Something the user can mend.

    Its text is one clear sentence that says what is wrong, where, and what to do; pages and the command line show it
    as it is, without a traceback.
    """


class Cancelled(GlitchAuditError):
    """Raised from a progress callback to stop a long stage; what was finished so far is kept."""
