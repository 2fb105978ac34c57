"""Which score tells best what the shipped classifier does not know, at a stated rate of false alarms on what it knows.

    python -m benchmarks.unlike [--samples 440] [--cache FOLDER] [--keep]

What is looked at is drawn in ``benchmarks/unlike_draws.py``: one draw of known classes to learn where they lie, a
second one for temperatures and thresholds, a third one to count false alarms; pictures of classes never seen and of
other things. The score in use was chosen by the simulated and the drawn ones; its rate of false alarms is the lowest of
RATES at which nine tenths of these are caught with four views. The real glitches are only counted. ``--keep`` writes
what the shipped calibration does on real ones for the screen (data/).
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.special import logsumexp

from benchmarks.machine import when_and_where
from benchmarks.unlike_draws import OTHERS, VIEWS, features_at_hand
from core.classify.evaluation.calibration import fit_temperature, probabilities
from core.classify.naming.on_real import CalledUnlike, save_on_real
from core.classify.naming.shipped import (
    CATCH_ALL,
    SHIPPED_FALSE_ALARM_RATE,
    SHIPPED_FILE,
    fit_from_features,
    load_fitted,
    scores_of_views,
)
from core.classify.naming.unknown import (
    KnownSpace,
    UnlikeRule,
    distances,
    fit_space,
    make_rule,
)
from core.embed.combine import unit_rows
from core.embed.glitch_head import GlitchHead, load_glitch_head
from core.statistics.intervals import wilson_interval

RESULT = Path(__file__).parent / "results" / "unlike.txt"
_NEAREST = 5
PROBABILITY, ENERGY, NEAREST, MAHALANOBIS, BOTH = "probability", "energy", "nearest", "mahalanobis", "both"
SCORES = (PROBABILITY, ENERGY, NEAREST, MAHALANOBIS, BOTH)
"""Each greater the stranger the glitch; the last, the stranger of mahalanobis and energy by rank, is the one in use."""

RATES = (0.05, 0.04, 0.03, 0.02)
_CAUGHT = 0.9
_PATTERN_SEED = 77


def patterns(count: int) -> dict[str, np.ndarray]:
    """Which views are there, bool (count, VIEWS), by what that is called."""
    rng = np.random.default_rng(_PATTERN_SEED)
    part = rng.permuted(np.arange(VIEWS)[None].repeat(count, 0), axis=1) < rng.integers(1, VIEWS, count)[:, None]
    single = {
        f"view {name} alone": np.eye(VIEWS, dtype=bool)[[place] * count]
        for place, name in enumerate(("0.5", "1.0", "2.0", "4.0"))
    }
    return {"four views": np.ones((count, VIEWS), bool), **single, "a random part of the views": part}


def probability_score(probabilities: np.ndarray) -> np.ndarray:
    """1 - the largest calibrated probability (Hendrycks and Gimpel 2017)."""
    return 1.0 - probabilities.max(axis=1)


def energy_score(logits: np.ndarray, temperature: float) -> np.ndarray:
    """The energy of Liu and others (2020): ``-T log sum exp(logit / T)``."""
    return -temperature * logsumexp(logits / temperature, axis=1)


def nearest_score(features: np.ndarray, present: np.ndarray, reference: np.ndarray, space: KnownSpace) -> np.ndarray:
    """1 - the mean cosine to the nearest known features, along the leading axes (Sun and others 2022); mean over views.

    Args:
        features, reference: (n, views, d) and (m, views, d).
        present: bool (n, views).
    """
    total = np.zeros(len(features))
    for view in range(features.shape[1]):
        leading = space.leading[view]
        known = unit_rows(unit_rows(reference[:, view]) @ leading)
        cosines = (unit_rows(features[:, view]) @ leading) @ known.T
        near = -np.partition(-cosines, _NEAREST - 1, axis=1)[:, :_NEAREST]
        total += np.where(present[:, view], 1.0 - near.mean(axis=1), 0.0)
    return total / present.sum(axis=1)


def called_unlike(
    rule: UnlikeRule, head: GlitchHead, features: np.ndarray, present: np.ndarray, *, rate: float | None = None
) -> np.ndarray:
    """Which glitches the rule in use calls unlike, bool (n,), each by its number of views."""
    space = rule.space
    logits, _ = scores_of_views(head, features, present)
    far = distances(features, present, space)
    called = np.zeros(len(features), bool)
    for count in range(1, VIEWS + 1):
        those = present.sum(axis=1) == count
        if rate is None:
            limit = rule.threshold(count)
        else:
            quantiles = rule.quantiles[count]
            limit = float(np.interp(1 - rate, np.linspace(0, 1, len(quantiles)), quantiles))
        called[those] = rule.strangeness(far[those], logits[those], count) > limit
    return called


def report(found: dict[str, np.ndarray], head: GlitchHead) -> list[str]:
    """The lines of the result."""
    known = found["known"], found["known labels"]
    rule = fit_from_features(head, known, (found["held out"], found["held out labels"]))[2]
    lines = []
    for title in patterns(1):
        lines += ["", *_scores_compared(title, found, head, rule)]
    lines += ["", "the score in use at other rates, called unlike in %, four views and the mean of the patterns above:"]
    for rate in RATES:
        lines.append(f"  at {100 * rate:.0f} %")
        lines += _rate_lines(found, head, rule, rate)
    unknown = [name for name in found if name.startswith("unknown ")]
    caught = {
        rate: np.mean(
            [
                called_unlike(rule, head, found[name], np.ones((len(found[name]), VIEWS), bool), rate=rate).mean()
                for name in unknown
            ]
        )
        for rate in RATES
    }
    enough = [rate for rate in RATES if caught[rate] >= _CAUGHT]
    lines += [
        "",
        f"lowest of these rates at which {100 * _CAUGHT:.0f} % of the unknown are caught with four views: "
        + (f"{100 * min(enough):.0f} %" if enough else f"none, so the highest, {100 * max(RATES):.0f} %"),
    ]
    return lines


def _scores_compared(title: str, found: dict[str, np.ndarray], head: GlitchHead, rule: UnlikeRule) -> list[str]:
    space = fit_space(found["known"], found["known labels"], names=head.labels)
    truth = np.array([head.labels.index(label) for label in found["held out labels"]])
    held = patterns(len(truth))[title]
    logits = scores_of_views(head, found["held out"], held)[0]
    temperature = fit_temperature(logits, truth)
    right = np.mean(logits.argmax(axis=1) == truth)

    def score(kind: str, features: np.ndarray) -> np.ndarray:
        present = patterns(len(features))[title]
        if kind == MAHALANOBIS:
            return distances(features, present, space)
        if kind == NEAREST:
            return nearest_score(features, present, found["known"], space)
        logits = scores_of_views(head, features, present)[0]
        if kind == ENERGY:
            return energy_score(logits, 1.0)
        return probability_score(probabilities(logits, temperature=temperature))

    def caller(kind: str) -> Callable[[np.ndarray], np.ndarray]:
        if kind == BOTH:
            return lambda features: called_unlike(rule, head, features, patterns(len(features))[title])
        limit = make_rule({VIEWS: score(kind, found["held out"])}, space=space).threshold(VIEWS)
        return lambda features: score(kind, features) > limit

    told = [_shares(found, head, caller(kind)) for kind in SCORES]
    lines = [
        f"{title}: temperature {temperature:.2f}, right of held-out simulated {right:.3f}",
        f"  share called unlike, %{'':<17}" + "".join(f"{kind:>13}" for kind in SCORES),
    ]
    for name in told[0]:
        lines.append(f"  {name:<39}" + "".join(f"{100 * shares[name][0]:>13.1f}" for shares in told))
    both = told[-1]
    lines += [
        f"  in use, {name}: {100 * share:.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f})"
        for name, (share, low, high) in both.items()
        if name.startswith(("false alarms", "real"))
    ]
    return lines


def _shares(
    found: dict[str, np.ndarray], head: GlitchHead, called: Callable[[np.ndarray], np.ndarray]
) -> dict[str, tuple[float, float, float]]:
    """By row of the table, the share called unlike with its Wilson interval."""

    def share(values: np.ndarray) -> tuple[float, float, float]:
        return float(values.mean()), *wilson_interval(int(values.sum()), len(values))

    of_a_kind = {name: ~np.isin(found[f"{name} labels"], CATCH_ALL) for name in ("fresh", "unchanged")}
    fresh = called(found["fresh"])
    shares = {"false alarms on fresh known": share(fresh[of_a_kind["fresh"]])}
    shares["the same, pictures unchanged"] = share(called(found["unchanged"])[of_a_kind["unchanged"]])
    shares[f"fresh {CATCH_ALL[0]}"] = share(fresh[~of_a_kind["fresh"]])
    unknown = {name: share(called(found[name])) for name in found if name.startswith("unknown ")}
    shares |= unknown
    shares["mean of the unknown"] = (float(np.mean([row[0] for row in unknown.values()])), *(float("nan"),) * 2)
    if "sheets" in found and "folders" in found:
        labels = found["sheets labels"]
        named, odd = np.isin(labels, head.labels), np.isin(labels, CATCH_ALL)
        sheets, folders = called(found["sheets"]), called(found["folders"])
        parts = {
            "known on sheets": sheets[named & ~odd],
            "known in folders": folders,
            "known": np.concatenate([sheets[named & ~odd], folders]),
            CATCH_ALL[0]: sheets[odd],
            "of all 22 labels on sheets": sheets[named],
            "of all 22 labels": np.concatenate([sheets[named], folders]),
            "of other classes": sheets[~named],
        }
        shares |= {f"real, {len(part)} {name}": share(part) for name, part in parts.items()}
    return shares


def _rate_lines(found: dict[str, np.ndarray], head: GlitchHead, rule: UnlikeRule, rate: float) -> list[str]:
    by_pattern = [
        _shares(
            found,
            head,
            lambda features, title=title: called_unlike(
                rule, head, features, patterns(len(features))[title], rate=rate
            ),
        )
        for title in patterns(1)
    ]
    return [
        f"    {name:<39}{100 * by_pattern[0][name][0]:>8.1f}"
        f"{100 * np.mean([shares[name][0] for shares in by_pattern]):>8.1f}"
        for name in by_pattern[0]
    ]


def keep_real(found: dict[str, np.ndarray], head: GlitchHead) -> str:
    """Keep for the screen what the shipped calibration does on real glitches with four views; returns a line."""
    named = np.isin(found["sheets labels"], head.labels)
    real = np.concatenate([found["sheets"][named], found["folders"]])
    labels = np.concatenate([found["sheets labels"][named], found["folders labels"]])
    called = called_unlike(load_fitted().rule, head, real, np.ones((len(real), VIEWS), bool))
    odd = np.isin(labels, CATCH_ALL)
    measured = CalledUnlike(int(called[~odd].sum()), int((~odd).sum()), int(called[odd].sum()), int(odd.sum()))
    save_on_real(SHIPPED_FILE, unlike=measured)
    low, high = measured.interval
    of_odd = f"of {measured.odd_glitches} {CATCH_ALL[0]} {measured.odd_called}"
    return (
        f"kept for the screen, by the shipped calibration: {measured.called} of {measured.glitches} real glitches of "
        f"known kinds called unlike, {100 * measured.share:.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f}); "
        + of_odd
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=440)
    parser.add_argument("--cache", type=Path, help="folder that keeps the features")
    parser.add_argument("--keep", action="store_true", help="keep what the screen says of real glitches")
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    head, began = load_glitch_head(), when_and_where()
    found = features_at_hand(options.samples, options.cache)
    lines = [
        began,
        f"python -m benchmarks.unlike --samples {options.samples}{' --keep' if options.keep else ''}",
        f"  {options.samples} glitches a draw, {OTHERS} of each unknown kind; in use: {BOTH} at "
        f"{100 * SHIPPED_FALSE_ALARM_RATE:.0f} %",
        *report(found, head),
    ]
    if options.keep:
        lines += ["", keep_real(found, head)]
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
