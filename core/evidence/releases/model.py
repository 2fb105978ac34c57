"""What a release is made from: values alone, so that the same ones give the same bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pandas as pd

from core.dataset.released import ReleaseAbout
from core.errors import GlitchAuditError

OPINION_COLUMNS = ("sample_id", "said_id", "kind", "person", "verified", "label", "at", "reason", "selected")
"""Of what people said: ``kind`` is "proposal", "review", "judgement" or "decision" (a moderator's), ``at`` is ISO 8601
in UTC, ``selected`` says how the sample was chosen, in words. All texts but ``verified``."""
ESTIMATE_COLUMNS = ("label", "samples", "wrong_share", "wrong_low", "wrong_high")

LICENCES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
"""Licences that one may choose, by SPDX identifier, each with its address; all of them are for data."""

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


@dataclass(frozen=True, eq=False)
class LeftWrong:
    """How many labels are expected to be wrong still, by the audit of the labels as they are now.

    Attributes:
        flagged: samples whose label is suspect; None where that was not looked for, and ``why_not`` says why.
        expected: how many of these flags are expected to be right, with the ends of its 95 % interval.
        by_label: :data:`ESTIMATE_COLUMNS`; the shares are NaN where there are too few samples to say.
    """

    flagged: int | None = None
    expected: tuple[float, float, float] = (0.0, 0.0, 0.0)
    by_label: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(ESTIMATE_COLUMNS)))
    why_not: str = ""


@dataclass(frozen=True, eq=False)
class ReleaseContent:
    """Everything that a release is written from.

    Attributes:
        about: what it says of itself.
        labels: ``core.dataset.released.COLUMNS``, one row a sample in the data set's order.
        opinions: :data:`OPINION_COLUMNS`: what stands behind each decided label.
        people: how many people stand behind the decided labels; ``unverified`` of them typed their name.
        two_opinions, agreed: samples about which two people or more said what they are, and those of them about which
            all said the same.
        left: what is expected to be wrong still.
        metadata: what else is known of ordinary pictures, index ``sample_id``; without columns where nothing is.
    """

    about: ReleaseAbout
    labels: pd.DataFrame
    opinions: pd.DataFrame
    people: int = 0
    unverified: int = 0
    two_opinions: int = 0
    agreed: int = 0
    left: LeftWrong = field(default_factory=LeftWrong)
    metadata: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def decided(self) -> pd.Series:
        """Which rows of the labels somebody decided."""
        return self.labels["how"] != ""

    @property
    def changed(self) -> pd.Series:
        """Which rows of the labels differ from what the data set was brought with."""
        return self.labels["label"] != self.labels["label_before"]


def checked_name(name: str) -> str:
    """Return the name of a release, stripped; GlitchAuditError where it could not be a file's name everywhere."""
    name = name.strip()
    if not _NAME.fullmatch(name) or ".." in name or _RESERVED.fullmatch(name):
        raise GlitchAuditError(
            "A release's name has 1 to 64 letters from a to z, digits, points, hyphens and underscores, and begins and "
            "ends with a letter or digit: 2026-11, for example."
        )
    return name


def checked_licence(licence: str) -> str:
    """Return the licence's identifier, empty where none is said; GlitchAuditError where it is none of ours."""
    if licence and licence not in LICENCES:
        raise GlitchAuditError(f"The licence is one of {', '.join(LICENCES)}, or none.")
    return licence
