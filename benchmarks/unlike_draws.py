"""What the benchmarks of naming look at: glitches of known classes, of classes never seen, drawn pictures, real ones.

Known: simulated glitches of the 22 classes as training draws them, with pictures changed as other pipelines change them
and, where public strain is at hand, in real noise. Unknown: three simulated classes that the backbone never saw
(``core/simulate/waveforms_later.py``), pictures of random noise, clouds (noise with the spectrum of photographs), crops
of scikit-learn's two photographs, printed text and pictures of one colour, all as gray pictures, which is how they come
past the recognition of colours. Real: ``../shared/real``, the example sheets and the folders of the training set.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.classify.naming.shipped import FIT_SEED

SHEETS = Path(__file__).parents[2] / "shared" / "real" / "golden"
FOLDERS = Path(__file__).parents[2] / "shared" / "real" / "training_set"
STRAIN = Path(__file__).parents[2] / "shared" / "real" / "strain"
SIZE = (140, 170)
VIEWS = 4
OTHERS = 60
_BATCH = 32


def features_at_hand(samples: int, cache: Path | None) -> dict[str, np.ndarray]:
    """The result of :func:`all_features`, kept in the folder ``cache`` for the weights in use."""
    from core.embed.backbones import BACKBONES, OFFLINE_DEFAULT, weights_hash

    if cache is None:
        return all_features(samples)
    kept = cache / f"unlike-{samples}-{weights_hash(BACKBONES[OFFLINE_DEFAULT])[:12]}.npz"
    if not kept.exists():
        found = all_features(samples)
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, **found)
    return dict(np.load(kept))


def all_features(samples: int) -> dict[str, np.ndarray]:
    """Raw features (n, views, d) and labels of everything, by name."""
    from core.embed.evaluate import real_glitches, sheet_glitches, simulated_glitches
    from core.simulate.real_noise import load_real_noise

    embed = _embedder()
    found: dict[str, np.ndarray] = {}
    noise = load_real_noise(STRAIN) if STRAIN.is_dir() else None
    for number, name in enumerate(("known", "held out", "fresh")):
        glitches = simulated_glitches(samples, seed=FIT_SEED + number, varied=True, as_elsewhere=True, noise=noise)
        found[name], found[f"{name} labels"] = embed(glitches.pictures), glitches.labels.astype(str)
    glitches = simulated_glitches(samples // 2, seed=FIT_SEED + 3, varied=True)
    found["unchanged"], found["unchanged labels"] = embed(glitches.pictures), glitches.labels.astype(str)
    rng = np.random.default_rng(5)
    for name, pictures in {**later_classes(rng), **_drawn(rng)}.items():
        found[f"unknown {name}"] = embed(pictures)
    if SHEETS.is_dir():
        real = sheet_glitches(SHEETS, classes=[path.stem for path in SHEETS.glob("*.png")])
        found["sheets"], found["sheets labels"] = embed(real.pictures), real.labels.astype(str)
    if FOLDERS.is_dir():
        real = real_glitches(FOLDERS)
        found["folders"], found["folders labels"] = embed(real.pictures), real.labels.astype(str)
    return found


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


def later_classes(rng: np.random.Generator) -> dict[str, list]:
    """Glitches of three classes that were learnt nowhere, by name: a list of four views each."""
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
