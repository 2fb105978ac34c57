"""What the shipped classifier did on real glitches, as the benchmarks measured it, for the screen.

``python -m benchmarks.unlike`` and ``python -m benchmarks.confidence`` write the file; it belongs to one calibration.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.classify.naming.own_labels import Said
from core.embed.backbones import DATA_FOLDER, file_hash
from core.statistics.intervals import wilson_interval

ON_REAL_FILE = DATA_FOLDER / "glitch_resnet18_on_real.json"


@dataclass(frozen=True)
class CalledUnlike:
    """How many of real glitches were called unlike anything known, with all their views.

    ``called`` of ``glitches`` of known kinds, which are false alarms, and ``odd_called`` of ``odd_glitches`` whose
    label says that they are like nothing.
    """

    called: int
    glitches: int
    odd_called: int = 0
    odd_glitches: int = 0

    @property
    def share(self) -> float:
        """Their share, 0 to 1."""
        return self.called / self.glitches

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % Wilson interval."""
        return wilson_interval(self.called, self.glitches)


@dataclass(frozen=True)
class OnReal:
    """What was measured on real glitches of known classes; None for what was not.

    Attributes:
        unlike: how many are called unlike anything known.
        said: how sure it is of them, and how often it is right.
    """

    unlike: CalledUnlike | None = None
    said: Said | None = None


def load_on_real(fitted: Path, *, path: Path = ON_REAL_FILE) -> OnReal:
    """Return what was measured with the calibration in the file ``fitted``; nothing where it was of another one."""
    content = _read(fitted, path)
    unlike, said = content.get("unlike"), content.get("said")
    return OnReal(CalledUnlike(**unlike) if unlike else None, Said(**said) if said else None)


def save_on_real(fitted: Path, *, path: Path = ON_REAL_FILE, **measured: CalledUnlike | Said) -> None:
    """Put ``unlike`` or ``said`` into the file, and drop what was measured with another calibration."""
    content = _read(fitted, path) | {name: asdict(value) for name, value in measured.items()}
    content["calibration"] = file_hash(fitted)
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def _read(fitted: Path, path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return content if content.get("calibration") == file_hash(fitted) else {}
    except (OSError, ValueError, AttributeError):
        return {}
