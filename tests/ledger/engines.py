"""What tests do to a ledger of either engine: open it once more, look at all of it, let the next test find none."""

from core.ledger import Ledger
from core.ledger.storage.backups import content_of
from core.ledger.storage.team.team_ledger import TeamLedger


def contents(ledger):
    """The count of all rows, and a hash of them."""
    with ledger.cursor() as cursor:
        return content_of(cursor)


def again(ledger):
    """The same ledger as another process, or a reloaded module, would open it."""
    if isinstance(ledger, TeamLedger):
        return TeamLedger(ledger.path, ledger._url)
    return Ledger(ledger.path)


def forget_all(server):
    """Give all ledgers of a server other names, so that the next test finds none."""
    import psycopg

    with psycopg.connect(server.url()) as connection:
        if connection.execute("SELECT to_regclass('glitch_audit.ledger') IS NOT NULL").fetchone()[0]:
            connection.execute("UPDATE glitch_audit.ledger SET name = 'earlier ' || gen_random_uuid()")
