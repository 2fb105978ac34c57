"""Whether a server can do its work now: its ledger can be written, the data set is prepared, the store answers."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from core.artifact_store.store import artifact_store
from core.errors import GlitchAuditError
from core.ledger import open_ledger
from core.pipeline.stages import prepared_key
from core.workspace import Workspace, known_workspaces, workspaces_home

LEDGER, DATA_SET, STORE = "ledger", "data set", "store"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: ``what`` it is, and what is ``wrong`` with it, in a sentence; "" where it is well.

    The sentence names places on the server: it is for the log, not for whoever asks. What is not ``needed`` is told of,
    but work goes on without it.
    """

    what: str
    wrong: str
    needed: bool = True

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


def readiness(named: str = "") -> tuple[Check, ...]:
    """Return what was found out about a workspace by its name, the demo's where none is named; writes nothing."""
    workspace = next((one for one in known_workspaces() if one.name == (named or "demo")), None)
    if workspace is None:
        return (Check(DATA_SET, "There is no data set of the name that was asked for."),)
    looks = {LEDGER: _ledger, DATA_SET: _data_set, STORE: _store}
    return tuple(Check(what, _trouble(look, workspace), needed=what != STORE) for what, look in looks.items())


def _trouble(look: Callable[[Workspace], str], workspace: Workspace) -> str:
    try:
        return look(workspace)
    except (GlitchAuditError, OSError) as error:
        return str(error)


def _ledger(workspace: Workspace) -> str:
    if wrong := open_ledger(workspace.ledger_path).problem():
        return wrong
    # A ledger that nobody wrote to yet is made with the first act.
    place = next((path for path in (workspace.root, *workspace.root.parents) if path.exists()), workspaces_home())
    return "" if os.access(place, os.W_OK) else f"{place} cannot be written."


def _data_set(workspace: Workspace) -> str:
    return "" if prepared_key(workspace) else f"The data set {workspace.name} is not prepared."


def _store(_: Workspace) -> str:
    store = artifact_store()
    return "" if store is None else store.trouble()
