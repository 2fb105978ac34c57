"""Results of coupling on disk: one JSON file, written whole."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

from core.detector.coupling.groups import ChannelGroup
from core.detector.coupling.judge import CouplingResult
from core.detector.coupling.verdicts import Coupling
from core.errors import GlitchAuditError
from core.files import whole_file

FILE = "coupling.json"


def save_coupling(result: CouplingResult, folder: Path) -> None:
    """Write the result into ``folder``, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "fingerprint": result.fingerprint,
        "couplings": [dataclasses.asdict(one) for one in result.couplings],
        "groups": [dataclasses.asdict(one) for one in result.groups],
        "excluded": dict(result.excluded),
        "null": [[*key, sentence] for key, sentence in result.null.items()],
    }
    with whole_file(folder / FILE) as temporary:
        temporary.write_text(json.dumps(content), encoding="utf-8")


def load_coupling(folder: Path) -> CouplingResult:
    """Read what `save_coupling` wrote; raises GlitchAuditError where it is missing or damaged."""
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return CouplingResult(
            couplings=tuple(Coupling(**one) for one in content["couplings"]),
            groups=tuple(ChannelGroup(**one | {"members": tuple(one["members"])}) for one in content["groups"]),
            excluded=content["excluded"],
            null={(detector, epoch): sentence for detector, epoch, sentence in content["null"]},
            fingerprint=content["fingerprint"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GlitchAuditError(
            f"The cached couplings in {folder} are missing or damaged; delete that folder and they are computed again."
        ) from error
