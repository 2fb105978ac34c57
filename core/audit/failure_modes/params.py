"""What counts as a failure of the taxonomy: the thresholds, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import GlitchAuditError


@dataclass(frozen=True)
class FailureModeParams:
    """The thresholds of both verdicts. "Glitches" are independent ones: views of one glitch count once.

    Attributes:
        error_rate: highest chance, a failure mode and a whole data set, of any "supported" that is wrong.
        least_stability: mean best Jaccard from which a cluster counts as stable (0.75 after Hennig 2007).
        least_share, least_home: of the cluster, and of the label's glitches, for the label to be at home there.
        fewest_of_label: glitches that each of two labels must have in a cluster before they are compared.
        margin: two labels are not told apart if the chance to pick the right one of a pair is surely below, and a
            difference of this size would have been seen nine times in ten. 0.8 of pairs is 72 % of single glitches
            where both labels are equally common.
        negligible: such a chance up to which even a certain difference is too small to matter.
        permutations: shuffles behind each p-value of a probe.
        most_in_background: glitches of other clusters from which the usual scatter is learnt, drawn at random.
        most_in_probe: larger groups are thinned to this many glitches, which decides any difference that matters.
        fewest_in_part, least_part: glitches, and share of the label's, that a part needs to be a morphology.
        least_ownership: share of its cluster that a part must make up; less is wrong labels in another label's home.
        most_in_valley: two parts are separate if the middle is surely less dense than this share of the thinner part.
        fewest_for_gradient, least_correlation: glitches and rank correlation that a gradient needs.
        least_length, least_excess: of a gradient, in neighbouring labels' distances, and in its column's usual length.
    """

    error_rate: float = 0.05
    least_stability: float = 0.75
    least_share: float = 0.2
    least_home: float = 0.3
    fewest_of_label: int = 12
    margin: float = 0.8
    negligible: float = 0.6
    permutations: int = 400
    most_in_background: int = 2000
    most_in_probe: int = 500
    fewest_in_part: int = 10
    least_part: float = 0.1
    least_ownership: float = 2 / 3
    most_in_valley: float = 0.5
    fewest_for_gradient: int = 30
    least_correlation: float = 0.8
    least_length: float = 1.0
    least_excess: float = 2.0

    def __post_init__(self) -> None:
        if not 0 < self.error_rate < 1:
            raise GlitchAuditError(f"The error rate of the verdicts lies between 0 and 1, not at {self.error_rate}.")
        if not 0.5 < self.negligible < self.margin < 1:
            raise GlitchAuditError(
                "The chances to pick the right label of a pair must rise from 0.5 (guessing) over 'negligible' and "
                f"'margin' to 1, not {self.negligible} and {self.margin}."
            )
        if self.permutations < 99:
            raise GlitchAuditError(f"A p-value needs at least 99 permutations, not {self.permutations}.")
