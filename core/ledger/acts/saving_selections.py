"""Keep a selection under a name, and take it back."""

from __future__ import annotations

import dataclasses
import json

from core.dataset.selection import Selection, drawn_record
from core.errors import GlitchAuditError
from core.ledger.acts.checks import checked_person, checked_text
from core.ledger.acts.rows import append_row, new_batch_id, signature, stored_rows, withdrawal_of
from core.ledger.people import Person, require, require_own
from core.ledger.storage.store import Ledger
from core.ledger.views.saved_selections import SavedSelection, find_saved_selection

MAX_NAME = 100
MAX_NOTE = 2_000


def save_selection(
    ledger: Ledger,
    selection: Selection,
    *,
    name: str,
    author: str | Person,
    app_version: str,
    note: str = "",
    selection_id: str | None = None,
) -> SavedSelection:
    """Keep a selection: its outline, its filters, its sample ids, and the fingerprints of what it was made on.

    Two selections may have the same name. ``selection_id`` is from :func:`core.ledger.new_batch_id`; one that was saved
    before is returned (``repeated``). Raises GlitchAuditError if nothing is selected, a text is empty or too long (name
    100, note 2,000 characters), the author is a viewer, or the ledger cannot be written.
    """
    person = checked_person(author)
    require(person, "save selection")
    sample_ids = list(dict.fromkeys(selection.sample_ids))
    if not sample_ids:
        raise GlitchAuditError("No samples are selected, so there is nothing to save.")
    row = {
        "selection_id": selection_id or new_batch_id(),
        **signature(person),
        "name": checked_text(name, "selection's name", MAX_NAME, one_line=True),
        "note": checked_text(note, "note", MAX_NOTE, required=False),
        "how": selection.how,
        "polygon": drawn_record(selection),
        "cluster": selection.cluster,
        "filters": json.dumps(dataclasses.asdict(selection.filters)),
        "sample_ids": json.dumps(sample_ids),
        "dataset_fingerprint": selection.dataset_fingerprint,
        "layout_fingerprint": selection.layout_fingerprint,
        "app_version": app_version,
        "withdraws": None,
    }
    _, repeated = append_row(ledger, "saved_selection", row, samples=sample_ids)
    return dataclasses.replace(find_saved_selection(ledger, row["selection_id"]), repeated=repeated)


def withdraw_saved_selection(
    ledger: Ledger, selection_id: str, *, author: str | Person, app_version: str
) -> SavedSelection:
    """Take a saved selection back by appending, so that its address says so from then on; a second time adds nothing.

    Raises GlitchAuditError if it is unknown or somebody else's (moderators may), or the ledger cannot be written.
    """
    person = checked_person(author)
    saved = find_saved_selection(ledger, selection_id)
    require_own(person, saved.author, saved.author_key)
    with ledger.cursor() as cursor:
        stored = stored_rows(cursor, "saved_selection", "selection_id = ?", [selection_id])[0]
    row = withdrawal_of(stored, person, what="withdrawn selection") | {"app_version": app_version}
    _, repeated = append_row(ledger, "saved_selection", row)
    return dataclasses.replace(saved, withdrawn=True, repeated=repeated)
