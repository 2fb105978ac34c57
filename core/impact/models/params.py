"""How rates are modelled and judged: bins, features, blocks of time, the null, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from core.detector.coupling.params import CouplingParams
from core.errors import GlitchAuditError

Kind = Literal["xgboost", "boosting", "forest", "regression"]
Folds = Literal["blocks", "shuffled"]

_SHORTEST, _LONGEST = 60.0, 600.0


@dataclass(frozen=True)
class ModelParams:
    """The settings of a model of rates.

    Attributes:
        kind: "xgboost" (gradient boosting, Poisson), "boosting" (scikit-learn's histogram gradient boosting, Poisson),
            "forest" (a random forest, slow), or "regression" (a straight line in the logarithm of the rate).
        bin_seconds: length of a bin, 60 to 600 s, a part of an hour.
        lags_hours: how long before the glitches the channels are read; 0 must be among them.
        harmonics: of the day, by which the rate by hour alone is given that the model has to beat.
        folds, block_days, gap_hours: blocks of so many whole days are held out in so many turns; training leaves out
            so many hours on both sides of each, since neighbouring bins know each other.
        split: "shuffled" deals single bins instead of blocks, which flatters; for comparison only.
        trees, depth, learning_rate, least_weight: of the trees; ``least_weight`` is the fewest expected glitches
            in a leaf.
        refits: how often the model is fitted to labels shifted by whole days, at most.
        level: a skill or a group of channels counts if chance gives as much at most so often.
        likeness: channels whose rank correlation is at least this stand as one group.
        quiet: quantile of a channel's time that is called quiet.
        fewest_days, fewest_glitches: below these nothing is modelled.
        use_unsafe: use channels that see the strain itself.
        draws: of days, for intervals.
        threads, seed: of the fits.
    """

    kind: Kind = "xgboost"
    bin_seconds: float = 600.0
    lags_hours: tuple[float, ...] = (0.0,)
    harmonics: int = 2
    folds: int = 5
    block_days: int = 2
    gap_hours: float = 12.0
    split: Folds = "blocks"
    trees: int = 60
    depth: int = 3
    learning_rate: float = 0.1
    least_weight: float = 5.0
    refits: int = 99
    level: float = 0.05
    likeness: float = 0.8
    quiet: float = 0.1
    fewest_days: int = 20
    fewest_glitches: int = 100
    use_unsafe: bool = False
    draws: int = 1000
    threads: int = 1
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            raise GlitchAuditError(f"There is no model “{self.kind}”; choose one of {', '.join(get_args(Kind))}.")
        if not _SHORTEST <= self.bin_seconds <= _LONGEST or 3600 % self.bin_seconds:
            raise GlitchAuditError(
                f"Rates are modelled in bins of 60 to 600 s that are a part of an hour, not {self.bin_seconds:g} s."
            )
        if 0.0 not in self.lags_hours or min(self.lags_hours) < 0:
            raise GlitchAuditError("Channels are read 0 h before the glitches, and earlier if wished; give 0 too.")
        if self.folds < 2 or self.block_days < 1 or self.fewest_days < self.folds * self.block_days:
            raise GlitchAuditError(
                f"{self.folds} turns with blocks of {self.block_days} days need {self.folds * self.block_days} days."
            )
        if self.refits < 19:
            raise GlitchAuditError(f"{self.refits} refits cannot show a chance of 5 %; 19 are the fewest.")

    @property
    def coupling(self) -> CouplingParams:
        """The grid and the groups as the coupling has them, in these bins."""
        return CouplingParams(bin_seconds=self.bin_seconds, likeness=self.likeness)
