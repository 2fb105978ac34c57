"""Versions of the default backbone side by side: simulated glitches outside the trained ranges, then real ones.

    python -m benchmarks.backbones before=OLD.safetensors now=data/glitch_resnet18.safetensors [--real ../shared/real]

"Plain" glitches are drawn as the demo is, but with the whole of their ranges; "held out" ones with parameters that no
training has: up to 2.2 times louder or fainter, triggers 0.03 s off, always another look where a class has one, half
of them beside another glitch; energies divided or multiplied by 1.65 to 2.3, rows up to 40 % brighter or darker, always
saved as JPEG, shifted by up to 14 % of the half width, with twice the noise. Versions are chosen by these. Real
pictures are looked at afterwards, with --real: the training set's 47 glitches (3 labels), the example sheets' 47 (22),
and both as one JPEG of 600 x 450 a picture, as some distributions have them.

- head: named by the network's own head, from all views; "parts": from a random part of them; "one": from one picture;
- three: the right label is among the head's first three;
- near: named by the five nearest of 440 plain simulated glitches, by all views; "near parts": from a random part of
  them, by the mean cosine over the views that there are.

Intervals are Wilson's, 95 %, by glitch.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.machine import when_and_where
from core.classify.naming.shipped import scores_of_views
from core.dataset.model import VIEWS
from core.dataset.pictures import decode
from core.dataset.viridis import viridis_colours
from core.embed.backbones import HEAD_PREFIX, OFFLINE_DEFAULT, backbone_named
from core.embed.combine import unit_rows
from core.embed.evaluate import LabelledGlitches, real_glitches, sheet_glitches, simulated_glitches
from core.embed.glitch_head import GlitchHead, load_glitch_head
from core.embed.preprocess import network_input
from core.embed.runner import Runner, make_runner
from core.statistics.intervals import wilson_interval

RESULT = Path(__file__).parent / "results" / "backbones.txt"
SEED = 61_000_019
"""Far from the seeds of training (15), of the demo, and of every other benchmark."""
NEAREST = 5
_COUNT = len(VIEWS)
_BATCH = 16


@dataclass(frozen=True)
class Version:
    """A file of weights: ``name``, the runner of its network, and its head."""

    name: str
    runner: Runner
    head: GlitchHead


def load_version(name: str, path: Path) -> Version:
    """Return the network in ``path``, float32."""
    from safetensors.torch import load_file

    from core.embed.network import residual_network

    backbone = backbone_named(OFFLINE_DEFAULT)
    network = residual_network(backbone.architecture, channels=1)
    weights = {key: value for key, value in load_file(path).items() if not key.startswith(HEAD_PREFIX)}
    network.load_state_dict(weights, strict=False)
    runner = make_runner(backbone, precision="float32", network=network.float().eval())
    return Version(name, runner, load_glitch_head(path))


def held_out_glitches(count: int, *, seed: int) -> LabelledGlitches:
    """Return ``count`` glitches whose parameters lie outside what training draws (see the module)."""
    import torch

    from core.embed.picture_changes import Changes, changed_pictures
    from core.simulate.series import SAMPLES
    from core.simulate.variation import Variation, draw_varied
    from core.simulate.views import ViewMaker
    from core.simulate.waveforms import CLASSES

    rng = np.random.default_rng(seed)
    maker, dice = ViewMaker("cpu"), torch.Generator().manual_seed(seed)
    astray = Variation(louder=2.2, wide=1.0, off_centre=0.03, company=0.5, real=0.0)
    labels = rng.permutation(np.resize(np.arange(len(CLASSES)), count))
    pictures: list[list[np.ndarray]] = []
    for first in range(0, count, _BATCH):
        part = labels[first : first + _BATCH]
        series = np.empty((len(part), SAMPLES), np.float32)
        for row, label in enumerate(part):
            series[row] = draw_varied(CLASSES[label], rng, variation=astray)
        brighter = rng.random() < 0.5
        changes = Changes(
            unchanged=0.0,
            gain=(1.65, 2.3) if brighter else (1 / 2.3, 1 / 1.65),
            bands=0.4,
            shift=0.14,
            jpeg=1.0,
            noise=0.05,
        )
        changed = changed_pictures(maker(torch.from_numpy(series)), dice, changes=changes)
        pictures += [list(views) for views in (changed * 255).round().byte().numpy()]
    return LabelledGlitches(pictures, np.array([CLASSES[label] for label in labels], dtype=object))


def as_jpeg_figures(glitches: LabelledGlitches) -> LabelledGlitches:
    """Return the glitches drawn anew as figures of 600 x 450 with white margins, saved as JPEG, and read back."""
    colours = np.asarray(viridis_colours(), np.uint8)
    pictures = []
    for views in glitches.pictures:
        row = []
        for energy in views:
            plot = Image.fromarray(colours[energy]).resize((424, 350), Image.Resampling.BILINEAR)
            figure = Image.new("RGB", (600, 450), "white")
            figure.paste(plot, (79, 49))
            encoded = io.BytesIO()
            figure.save(encoded, "JPEG", quality=75)
            row.append(decode(encoded.getvalue(), where="a JPEG figure").energy)
        pictures.append(row)
    return LabelledGlitches(pictures, glitches.labels)


def features_of(glitches: LabelledGlitches, version: Version) -> np.ndarray:
    """Return raw features (n, views, d)."""
    size = backbone_named(OFFLINE_DEFAULT).size
    flat = [network_input(energy, size=size) for views in glitches.pictures for energy in views]
    rows = [version.runner(np.stack(flat[first : first + _BATCH])) for first in range(0, len(flat), _BATCH)]
    return np.concatenate(rows).reshape(len(glitches.labels), _COUNT, -1)


def by_nearest(known: np.ndarray, known_labels: np.ndarray, asked: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Return labels by the five nearest known glitches; features (n, views, d), ``present`` (asked, views)."""
    units = [unit_rows(part.reshape(-1, part.shape[-1])).reshape(part.shape) for part in (known, asked)]
    cosines = np.einsum("avd,kvd->akv", units[1], units[0])
    alike = (cosines * present[:, None]).sum(2) / present.sum(1)[:, None]
    nearest = np.argsort(-alike, axis=1, kind="stable")[:, :NEAREST]
    votes = [known_labels[row].tolist() for row in nearest]
    return np.array([max(row, key=row.count) for row in votes], dtype=object)


def measure(version: Version, known: LabelledGlitches, sets: dict[str, LabelledGlitches], *, seed: int) -> list[str]:
    """Return a line for each set of glitches."""
    known_features = features_of(known, version)
    lines = []
    for name, glitches in sets.items():
        features, labels = features_of(glitches, version), glitches.labels
        rng = np.random.default_rng(seed)
        whole = np.ones((len(labels), _COUNT), bool)
        parts = rng.random(whole.shape).argsort(axis=1) < rng.integers(1, _COUNT, (len(labels), 1))
        alone = rng.random(whole.shape).argsort(axis=1) == 0
        cells = {}
        for column, present in (("head", whole), ("parts", parts), ("one", alone)):
            order = np.argsort(-scores_of_views(version.head, features, present)[0], axis=1)
            named = np.array(version.head.labels, dtype=object)[order]
            cells[column] = named[:, 0] == labels
            if column == "head":
                cells["three"] = (named[:, :3] == labels[:, None]).any(axis=1)
        cells["near"] = by_nearest(known_features, known.labels, features, whole) == labels
        cells["near parts"] = by_nearest(known_features, known.labels, features, parts) == labels
        shown = "  ".join(f"{column} {_share(right)}" for column, right in cells.items())
        lines.append(f"  {version.name:8} {name:22} {len(labels):4}  {shown}")
    return lines


def _share(right: np.ndarray) -> str:
    low, high = wilson_interval(int(right.sum()), len(right))
    return f"{right.mean():.3f} ({low:.2f} to {high:.2f})"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("versions", nargs="+", help="name=file of weights")
    parser.add_argument("--glitches", type=int, default=440)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--real", type=Path)
    parser.add_argument("--dry", action="store_true", help="print only")
    options = parser.parse_args(arguments)
    known = simulated_glitches(options.glitches, seed=options.seed)
    sets = {
        "plain": simulated_glitches(options.glitches, seed=options.seed + 1),
        "held out": held_out_glitches(options.glitches, seed=options.seed + 2),
    }
    if options.real is not None:
        from core.simulate.waveforms import CLASSES

        sets["training set"] = real_glitches(options.real / "training_set")
        sets["example sheets"] = sheet_glitches(options.real / "golden", classes=CLASSES)
        for name in ("training set", "example sheets"):
            sets[f"{name}, JPEG"] = as_jpeg_figures(sets[name])
    lines = [when_and_where(), f"{options.glitches} simulated glitches a set, seeds from {options.seed}"]
    print("\n".join(lines), flush=True)
    for given in options.versions:
        name, _, path = given.partition("=")
        lines += measure(load_version(name, Path(path)), known, sets, seed=options.seed)
        print("\n".join(lines[-len(sets) :]), flush=True)
    if not options.dry:
        RESULT.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
