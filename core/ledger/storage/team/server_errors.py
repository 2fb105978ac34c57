"""Put errors of PostgreSQL into a sentence that a person can act on; nothing of the address but host and database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import GlitchAuditError
from core.ledger.storage.team.address import Address

if TYPE_CHECKING:
    import psycopg


class AwayError(GlitchAuditError):
    """The server cannot be reached; reading goes on from the replica."""


class UnknownOutcomeError(AwayError):
    """The connection was cut, so that nobody knows whether an act was written."""


# https://www.postgresql.org/docs/15/errcodes-appendix.html
_AWAY = ("08", "57P")
_READ_ONLY = "25006"
_TOO_LONG = ("55P03", "57014", "25P03")
_FULL = ("53100", "53200")
_REFUSED = ("28000", "28P01")
_NO_DATABASE = "3D000"
_NOT_ALLOWED = "42501"


def is_away(error: psycopg.Error) -> bool:
    """Return whether an error means that the server is not there, or is one that only reads."""
    import psycopg

    if error.sqlstate is None:
        # A connection that was refused or cut has no state, and a sound one gives each error its state.
        return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    return error.sqlstate.startswith(_AWAY) or error.sqlstate == _READ_ONLY


def as_sentence(address: Address, error: psycopg.Error) -> GlitchAuditError:
    """Return an error of the server as a sentence."""
    where, state = f"The ledger's database at {address.shown}", error.sqlstate or ""
    text = str(error).lower()
    if state in _REFUSED or "password authentication failed" in text or "no password supplied" in text:
        return AwayError(f"{where} refuses the name or the password: correct the address in the server's environment.")
    if state == _NO_DATABASE or ('database "' in text and "does not exist" in text):
        return AwayError(f"{where} does not exist: make it, or correct the address in the server's environment.")
    if is_away(error):
        return AwayError(
            f"{where} cannot be reached; nothing was written. Reading goes on with what was there, and writing does "
            "again once it is back."
        )
    if state in _TOO_LONG:
        return GlitchAuditError(f"{where} took too long, so this was stopped; nothing was written. Do it again.")
    if state in _FULL:
        return GlitchAuditError(
            f"{where} has no room left. All that was written before is safe; free some space there and do it again."
        )
    if state == _NOT_ALLOWED:
        return GlitchAuditError(
            f"{where} does not let this program's user do that; give it the rights to the schema glitch_audit."
        )
    return GlitchAuditError(f"{where} cannot be used ({type(error).__name__}, {state or 'no code'}).")
