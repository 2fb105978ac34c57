"""Results on disk: arrays as .npy, the rest as one small JSON file; reading needs numpy alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import GlitchAuditError

_FACTS = "artifact.json"


def save_artifact(folder: Path, *, kind: str, arrays: Mapping[str, np.ndarray], facts: Mapping[str, Any]) -> None:
    """Write ``arrays`` as ``<name>.npy`` and ``facts`` as JSON into ``folder``, which is made if need be.

    The JSON file is renamed into place last: a folder without it is not a whole artifact.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _FACTS).unlink(missing_ok=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    unfinished = folder / f"{_FACTS}.part"
    content = {"kind": kind, "arrays": sorted(arrays), "facts": dict(facts)}
    unfinished.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")
    unfinished.replace(folder / _FACTS)


def load_artifact(folder: Path, *, kind: str) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the arrays and facts that :func:`save_artifact` wrote.

    Raises GlitchAuditError where the folder holds no whole artifact of this kind.
    """
    try:
        content = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        if content["kind"] != kind:
            raise GlitchAuditError(f"{folder} holds the result '{content['kind']}' where '{kind}' was expected.")
        arrays = {name: np.load(folder / f"{name}.npy", allow_pickle=False) for name in content["arrays"]}
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise GlitchAuditError(
            f"The cached {kind} in {folder} is missing or damaged; delete that folder and it is computed again."
        ) from error
    return arrays, content["facts"]
