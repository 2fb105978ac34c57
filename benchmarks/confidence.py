"""How sure the shipped classifier is of real glitches, and what a data set's own labels make of its confidence.

    python -m benchmarks.confidence [--samples 440] [--cache FOLDER] [--keep]

Real: the example sheets and the folders of the training set (``../shared/real``), glitches of the 22 labels; nothing
was fitted or chosen on them. "if honest" is the calibration error that chance alone would give so few glitches.

Simulated: glitches as ``benchmarks/unlike_draws.py`` draws them, none of which took part in the shipped temperatures,
named from one to four views. Over-confidence is planted by multiplying scores. Wrong labels are drawn from all others,
or are the label that the network holds second likeliest, as look-alikes are; "misnamed" are glitches that truly are of
another class, so that their labels are right and the network is wrong. Factors on the temperatures are fitted on some
of the glitches and judged by the true labels of all others. ``--keep`` writes what was measured on real glitches for
the screen (data/).
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from benchmarks.machine import when_and_where
from benchmarks.unlike_draws import VIEWS, features_at_hand
from core.classify.evaluation.calibration import expected_calibration_error, fit_temperature, probabilities
from core.classify.naming.on_real import save_on_real
from core.classify.naming.own_labels import FEWEST_LABELS, FEWEST_SAMPLES, Said, fit_factor, own_confidence, said
from core.classify.naming.shipped import SHIPPED_FILE, load_fitted, scores_of_views
from core.embed.glitch_head import GlitchHead, load_glitch_head

RESULT = Path(__file__).parent / "results" / "confidence.txt"
SEEDS = range(900, 920)
COUNTS = (20, 30, 50, 100, 200, 400)
HARM = 0.01
"""An expected calibration error that grew by more than this is harm."""

ANY, ALIKE, MISNAMED = "", ", look-alikes", " are misnamed"
_WAYS = ("nothing", "plain", "robust")


def with_wrong_labels(
    scores: np.ndarray, truth: np.ndarray, share: float, *, alike: bool, rng: np.random.Generator
) -> np.ndarray:
    """Labels (n,) of which a share is wrong: the likeliest other one by ``scores`` where ``alike``, else any other."""
    wrong = rng.random(len(truth)) < share
    others = scores.copy()
    others[np.arange(len(truth)), truth] = -np.inf
    any_other = (truth + rng.integers(1, scores.shape[1], len(truth))) % scores.shape[1]
    return np.where(wrong, others.argmax(axis=1) if alike else any_other, truth)


def known_scores(found: dict[str, np.ndarray], head: GlitchHead) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores, true labels and numbers of views of simulated glitches that took no part in the temperatures."""
    features = np.concatenate([found["known"], found["fresh"]])
    labels = np.concatenate([found["known labels"], found["fresh labels"]])
    rng = np.random.default_rng(31)
    pictures = rng.integers(1, VIEWS + 1, len(features))
    present = rng.permuted(np.arange(VIEWS)[None].repeat(len(features), 0), axis=1) < pictures[:, None]
    truth = np.array([head.labels.index(label) for label in labels])
    return scores_of_views(head, features, present)[0], truth, pictures


def if_honest(sure: np.ndarray, *, drawings: int = 400) -> float:
    """The mean calibration error of a classifier that is right exactly as often as it says, on as many glitches."""
    rng = np.random.default_rng(3)
    return float(np.mean([expected_calibration_error(sure, rng.random(len(sure)) < sure) for _ in range(drawings)]))


def real_lines(
    found: dict[str, np.ndarray], head: GlitchHead, temperatures: Mapping[int, float]
) -> tuple[list[str], Said | None]:
    """The lines on real glitches, and what is said with all views."""
    if "sheets" not in found or "folders" not in found:
        return ["real glitches: none at hand"], None
    named = np.isin(found["sheets labels"], head.labels)
    sets = {
        f"{named.sum()} on sheets": (found["sheets"][named], found["sheets labels"][named]),
        f"{len(found['folders'])} in folders": (found["folders"], found["folders labels"]),
    }
    sets["all"] = tuple(np.concatenate(parts) for parts in zip(*sets.values(), strict=True))
    lines = [
        f"{'real glitches':<34}{'sure':>7}{'right':>7}{'95 % interval':>18}{'calibration error':>20}{'if honest':>13}"
    ]
    whole = None
    for name, (features, labels) in sets.items():
        truth = np.array([head.labels.index(label) for label in labels])
        for views, pattern in {"four views": (True,) * VIEWS, "view 1.0 alone": (False, True, False, False)}.items():
            present = np.tile(pattern, (len(features), 1))
            scores = scores_of_views(head, features, present)[0]
            told = said(probabilities(scores, temperature=temperatures[sum(pattern)]), truth)
            honest = if_honest(probabilities(scores, temperature=temperatures[sum(pattern)]).max(axis=1))
            lines.append(f"  {name + ', ' + views:<32}{_said(told)}{100 * honest:>12.1f}%")
            if name == "all" and sum(pattern) == VIEWS:
                whole = told
                own = own_confidence(scores, truth, np.full(len(truth), VIEWS), temperatures=temperatures)
                after = f"  {'the same, by their own labels':<32}{_said(own.after)}" if own else ""
    return [*lines, after + ", by five folds"], whole


def _said(told: Said) -> str:
    return (
        f"{100 * told.sure:>6.1f}%{100 * told.right:>6.1f}%{100 * told.low:>9.1f} to {100 * told.high:>5.1f}"
        f"{100 * told.error:>19.1f}%"
    )


def planted_lines(scores: np.ndarray, truth: np.ndarray) -> list[str]:
    """By over-confidence, wrong labels and count: the error without, with a plain and with a robust factor; harm."""
    lines = [
        "",
        f"simulated glitches, {len(SEEDS)} drawings each; mean calibration error by true labels of the rest, points:",
        f"  {'scores times':<14}{'wrong labels':<22}{'labelled':>9}"
        + "".join(f"{way:>9}" for way in _WAYS)
        + f"{'harm, plain':>13}{'robust':>8}{'factor':>8}{'taken for wrong':>17}",
    ]
    for times in (1.0, 2.0, 3.0):
        for share, kind in ((0.0, ANY), (0.1, ANY), (0.1, ALIKE), (0.2, ANY), (0.1, MISNAMED)):
            for count in COUNTS:
                lines.append(_planted_line(scores * times, truth, times, share, kind=kind, count=count))
    return lines


def _planted_line(scores: np.ndarray, truth: np.ndarray, times: float, share: float, *, kind: str, count: int) -> str:
    errors, factors, wrong = [], [], []
    for seed in SEEDS:
        rng = np.random.default_rng([seed, count])
        order = rng.permutation(len(truth))
        asked, others = order[:count], order[count:]
        true = truth
        if kind == MISNAMED:
            true = with_wrong_labels(scores, truth, share, alike=False, rng=rng)
            labels = true[asked]
        else:
            labels = with_wrong_labels(scores[asked], truth[asked], share, alike=kind == ALIKE, rng=rng)
        plain = fit_temperature(scores[asked], labels)
        robust, taken = fit_factor(scores[asked], labels)
        factors.append(robust / times)
        wrong.append(taken)
        errors.append(
            [
                said(probabilities(scores[others], temperature=factor), true[others]).error
                for factor in (1.0, plain, robust)
            ]
        )
    errors = np.array(errors)
    worse = (errors[:, 1:] > errors[:, :1] + HARM).mean(axis=0)
    title = f"{100 * share:.0f} %{kind}"
    return (
        f"  {times:<14.0f}{title:<22}{count:>9}"
        + "".join(f"{100 * error:>9.1f}" for error in errors.mean(axis=0))
        + f"{100 * worse[0]:>12.0f}%{100 * worse[1]:>7.0f}%{np.mean(factors):>8.2f}{100 * np.mean(wrong):>16.0f}%"
    )


def time_line(labels: int) -> str:
    """How long the fit takes on as many samples as are used at most, of four views and fewer."""
    from core.classify.naming.own_labels import MOST_SAMPLES

    rng = np.random.default_rng(1)
    scores = rng.normal(size=(MOST_SAMPLES, labels)) * 4
    truth = np.where(rng.random(MOST_SAMPLES) < 0.9, scores.argmax(axis=1), rng.integers(0, labels, MOST_SAMPLES))
    began = time.process_time()
    own_confidence(scores, truth, rng.integers(1, VIEWS + 1, MOST_SAMPLES), temperatures={4: 1.0})
    seconds = time.process_time() - began
    return f"the fit with its five folds on {MOST_SAMPLES:,} samples: {seconds:.2f} s of processor time"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=440)
    parser.add_argument("--cache", type=Path, help="folder that keeps the features")
    parser.add_argument("--keep", action="store_true", help="keep what the screen says of real glitches")
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    head, began = load_glitch_head(), when_and_where()
    found = features_at_hand(options.samples, options.cache)
    temperatures = load_fitted().temperatures
    scores, truth, pictures = known_scores(found, head)
    scores = scores / np.array([temperatures[count] for count in pictures])[:, None]
    real, whole = real_lines(found, head, temperatures)
    if options.keep and whole is not None:
        save_on_real(SHIPPED_FILE, said=whole)
    lines = [
        began,
        f"python -m benchmarks.confidence --samples {options.samples}{' --keep' if options.keep else ''}",
        f"  in use from {FEWEST_SAMPLES} samples of {FEWEST_LABELS} labels on: robust; harm is an error that grew by "
        f"more than {100 * HARM:.0f} point",
        "",
        *real,
        *planted_lines(scores, truth),
        "",
        time_line(len(head.labels)),
    ]
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
