"""Whether gwpy and what it needs are installed: the only place that asks, and that says how to install them.

gwpy is under the GPL and this project under the MIT licence, so it is an option. No other room imports it.
"""

from __future__ import annotations

from core.errors import GlitchAuditError
from core.packages import missing_packages

INSTALL = "pip install -r requirements-detector.txt"
_STRAIN = ("gwpy", "astropy", "gwosc", "igwn_segments")
_FRAMES = ("lalframe",)
_LIGO_LW = ("igwn_ligolw",)


def has_gwpy() -> bool:
    """Return whether gwpy and what it needs are installed."""
    return not missing_packages(_STRAIN)


def need_gwpy(what: str) -> None:
    """Raise GlitchAuditError where gwpy is missing; ``what`` begins the sentence, as "Strain files"."""
    _need(_STRAIN, what)


def need_frames(what: str) -> None:
    """Raise GlitchAuditError where gwpy cannot read GWF files here; ``what`` begins the sentence."""
    _need((*_STRAIN, *_FRAMES), what)


def need_ligo_lw(what: str) -> None:
    """Raise GlitchAuditError where gwpy cannot read LIGO_LW files here; ``what`` begins the sentence."""
    _need((*_STRAIN, *_LIGO_LW), what)


def _need(names: tuple[str, ...], what: str) -> None:
    missing = missing_packages(names)
    if missing:
        raise GlitchAuditError(
            f"{what} cannot be read here, because {_listed(missing)} not installed: run “{INSTALL}”, and try again."
        )


def _listed(names: tuple[str, ...]) -> str:
    return f"the package {names[0]} is" if len(names) == 1 else f"the packages {', '.join(names)} are"
