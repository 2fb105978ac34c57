"""Which score tells best what the shipped classifier does not know, at 5 % false alarms on what it knows.

    python -m benchmarks.unlike [--samples 880] [--cache FOLDER]

Known: simulated glitches of the 22 classes, one draw to learn where they lie, a second one for temperatures and
thresholds, a third one to count false alarms. Unknown: three simulated classes that the backbone never saw
(``core/simulate/waveforms_later.py``), pictures of random noise, clouds (noise with the spectrum of photographs), crops
of scikit-learn's two photographs, printed text and pictures of one colour, all as gray pictures, which is how they come
past the recognition of colours. Real: ``../shared/real/golden``, classes that the backbone knows and others; they are
only counted, nothing was chosen by them. The score in use was chosen by the simulated and the drawn ones.
"""

from __future__ import annotations

import argparse
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from scipy.special import logsumexp

from core.classify.evaluation.calibration import fit_temperature, probabilities
from core.classify.naming.shipped import FIT_SEED, scores_of_views
from core.classify.naming.unknown import (
    KnownSpace,
    distances,
    fit_space,
    make_rule,
)
from core.embed.combine import unit_rows
from core.embed.glitch_head import GlitchHead, glitch_scores, load_glitch_head

RESULT = Path(__file__).parent / "results" / "unlike.txt"
REAL = Path(__file__).parents[2] / "shared" / "real" / "golden"
SIZE = (140, 170)
VIEWS = 4
OTHERS = 60
_BATCH = 32
_NEAREST = 5
PROBABILITY, ENERGY, NEAREST, MAHALANOBIS = "probability", "energy", "nearest", "mahalanobis"
SCORES = (PROBABILITY, ENERGY, NEAREST, MAHALANOBIS)
"""Each greater the stranger the glitch; the last is the one in use (core/classify/naming/unknown.py)."""

_PATTERNS = {"four views": (True,) * VIEWS, "view 1.0 alone": (False, True, False, False)}


def all_features(samples: int) -> dict[str, np.ndarray]:
    """Raw features (n, views, d) and labels of everything, by name."""
    from core.embed.evaluate import sheet_glitches, simulated_glitches

    embed = _embedder()
    found: dict[str, np.ndarray] = {}
    for number, name in enumerate(("known", "held out", "fresh")):
        glitches = simulated_glitches(samples, seed=FIT_SEED + number, varied=True)
        found[name], found[f"{name} labels"] = embed(glitches.pictures), glitches.labels.astype(str)
    rng = np.random.default_rng(5)
    for name, pictures in {**_later_classes(rng), **_drawn(rng)}.items():
        found[f"unknown {name}"] = embed(pictures)
    if REAL.is_dir():
        real = sheet_glitches(REAL, classes=[path.stem for path in REAL.glob("*.png")])
        found["real"], found["real labels"] = embed(real.pictures), real.labels.astype(str)
    return found


def scores_of(
    kind: str,
    head: GlitchHead,
    features: np.ndarray,
    present: np.ndarray,
    *,
    space: KnownSpace,
    reference: np.ndarray,
    temperature: float,
) -> np.ndarray:
    """One of the four scores, (n,), greater the stranger the glitch."""
    if kind == MAHALANOBIS:
        return distances(features, present, space)
    if kind == NEAREST:
        return nearest_score(features, present, reference, space)
    logits = scores_of_views(head, features, present)[0]
    if kind == ENERGY:
        return energy_score(logits, temperature)
    return probability_score(probabilities(logits, temperature=temperature))


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


def report(found: dict[str, np.ndarray], head: GlitchHead) -> list[str]:
    """The lines of the result."""
    space = fit_space(found["known"], found["known labels"], names=head.labels)
    truth = np.array([head.labels.index(label) for label in found["held out labels"]])
    others = [name for name in found if name.startswith("unknown ")]
    lines = []
    for title, pattern in _PATTERNS.items():
        present = {name: np.tile(pattern, (len(values), 1)) for name, values in found.items() if values.ndim == 3}
        logits = scores_of_views(head, found["held out"], present["held out"])[0]
        temperature = fit_temperature(logits, truth)
        right = np.mean(logits.argmax(axis=1) == truth)
        lines += ["", f"{title}: temperature {temperature:.2f}, right of held-out simulated {right:.3f}"]
        if sum(pattern) == 1:
            joined = glitch_scores(head, scores_of_views(head, found["held out"], present["held out"])[1])
            others_right = np.mean(joined.argmax(axis=1) == truth)
            lines.append(f"  by the head of the joined vector instead of that of single pictures {others_right:.3f}")
        lines.append(f"  share called unlike, %{'':<14}" + "".join(f"{kind:>14}" for kind in SCORES))
        told: dict[str, list[float]] = {}
        for kind in SCORES:

            def score(name: str, kind=kind, temperature=temperature, present=present) -> np.ndarray:
                return scores_of(
                    kind,
                    head,
                    found[name],
                    present[name],
                    space=space,
                    reference=found["known"],
                    temperature=temperature,
                )

            rule = make_rule({VIEWS: score("held out")}, space=space)
            for name in ("fresh", *others):
                told.setdefault(name, []).append(np.mean(score(name) > rule.threshold(VIEWS)))
            if "real" in found:
                known = np.isin(found["real labels"], head.labels)
                above = score("real") > rule.threshold(VIEWS)
                told.setdefault(f"real, {known.sum()} of known classes", []).append(above[known].mean())
                told.setdefault(f"real, {(~known).sum()} of other classes", []).append(above[~known].mean())
        told["mean of the unknown"] = list(np.mean([told[name] for name in others], axis=0))
        for name, shares in told.items():
            shown = {"fresh": "false alarms on fresh known"}.get(name, name)
            lines.append(f"  {shown:<36}" + "".join(f"{100 * share:>14.1f}" for share in shares))
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=880)
    parser.add_argument("--cache", type=Path, help="folder that keeps the features")
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args()
    kept = options.cache / f"unlike-{options.samples}.npz" if options.cache else None
    if kept is not None and kept.exists():
        found = dict(np.load(kept))
    else:
        found = all_features(options.samples)
        if kept is not None:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(kept, **found)
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {_processor()}, {os.cpu_count()} cores",
        f"python -m benchmarks.unlike --samples {options.samples}",
        f"  {options.samples} glitches a draw, {OTHERS} of each unknown kind; in use: {MAHALANOBIS}",
        *report(found, load_glitch_head()),
    ]
    options.out.parent.mkdir(exist_ok=True)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _embedder():
    from core.embed.torchvision_compat import import_torchvision

    import_torchvision()
    from core.embed.backbones import BACKBONES, OFFLINE_DEFAULT
    from core.embed.preprocess import network_input
    from core.embed.runner import make_runner

    run = make_runner(BACKBONES[OFFLINE_DEFAULT], precision="float32")

    def embed(glitches) -> np.ndarray:
        flat = [network_input(energy, size=SIZE) for views in glitches for energy in views]
        parts = [run(np.stack(flat[first : first + 8])) for first in range(0, len(flat), 8)]
        return np.concatenate(parts).reshape(len(glitches), VIEWS, -1)

    return embed


def _later_classes(rng: np.random.Generator) -> dict[str, list]:
    import torch

    from core.simulate.background import DETECTORS, draw_background
    from core.simulate.views import ViewMaker
    from core.simulate.waveforms_later import fast_scattering, high_frequency_burst, line_70_hertz

    found, maker = {}, ViewMaker()
    for draw in (fast_scattering, high_frequency_burst, line_70_hertz):
        series = [draw_background(str(rng.choice(DETECTORS)), rng) + draw(rng).series for _ in range(OTHERS)]
        parts = torch.from_numpy(np.stack(series).astype(np.float32)).split(_BATCH)
        found[draw.__name__.replace("_", " ")] = list(torch.cat([maker(part) for part in parts]).numpy())
    return found


def _drawn(rng: np.random.Generator) -> dict[str, list]:
    from PIL import Image, ImageDraw
    from sklearn.datasets import load_sample_images

    photos = [np.asarray(Image.fromarray(photo).convert("L")) for photo in load_sample_images().images]

    def noise() -> np.ndarray:
        return rng.integers(0, 256, SIZE).astype(np.uint8)

    def clouds() -> np.ndarray:
        frequency = np.hypot(np.fft.fftfreq(SIZE[0])[:, None], np.fft.fftfreq(SIZE[1]))
        frequency[0, 0] = 1
        spectrum = np.fft.fft2(rng.normal(size=SIZE)) / frequency ** rng.uniform(0.8, 2)
        picture = np.fft.ifft2(spectrum).real
        return (255 * (picture - picture.min()) / np.ptp(picture)).astype(np.uint8)

    def photo() -> np.ndarray:
        whole = photos[rng.integers(len(photos))]
        height = int(rng.integers(140, 400))
        width = height * 17 // 14
        top, left = rng.integers(0, whole.shape[0] - height + 1), rng.integers(0, whole.shape[1] - width + 1)
        return whole[top : top + height, left : left + width]

    def text() -> np.ndarray:
        page = Image.new("L", (340, 280), 255)
        pen = ImageDraw.Draw(page)
        for line in range(14):
            pen.text((8, 8 + 18 * line), "".join(chr(c) for c in rng.integers(97, 123, 45)), fill=0)
        return np.asarray(page)

    def flat() -> np.ndarray:
        return np.full(SIZE, rng.integers(0, 256), np.uint8)

    named = {"noise": noise, "clouds": clouds, "photographs": photo, "text": text, "one colour": flat}
    return {name: [[draw() for _ in range(VIEWS)] for _ in range(OTHERS)] for name, draw in named.items()}


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        return next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()


if __name__ == "__main__":
    main()
