"""What the tests share: drawn pictures that a network can tell apart, and runs with made-up predictions."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.classify.params import TrainParams
from core.classify.training.runs import PREDICTIONS_FILE, Run, load_run, save_run
from core.dataset.model import Dataset

HEIGHT, WIDTH = 32, 40


class MemoryStore:
    """Encoded pictures in memory."""

    def __init__(self, content: dict[str, bytes]) -> None:
        self.content = content

    def read(self, location: str) -> bytes:
        return self.content[location]


def drawn(kind: int, rng: np.random.Generator) -> np.ndarray:
    """Noise with a bright column, a bright row, or a bright blob."""
    picture = rng.integers(0, 90, (HEIGHT, WIDTH))
    middle = int(rng.integers(12, 20))
    if kind == 0:
        picture[:, middle : middle + 6] += 140
    elif kind == 1:
        picture[middle : middle + 6] += 140
    else:
        picture[middle - 6 : middle + 6, middle - 6 : middle + 6] += 140
    return picture.clip(0, 255).astype(np.uint8)


@pytest.fixture
def make_drawn():
    """``make_drawn(samples=40, views=("1.0", "2.0"), ...) -> Dataset``; views may be missing or broken.

    ``by_picture`` gives every picture as a sample of its own, with the columns ``glitch`` and ``view``.
    """

    def make(
        samples: int = 40,
        *,
        views: tuple[str, ...] = ("1.0", "2.0"),
        labels: tuple[str, ...] = ("Blip", "Power_Line", "Tomte"),
        missing: tuple[tuple[int, str], ...] = (),
        broken: tuple[tuple[int, str], ...] = (),
        split: list[str] | None = None,
        by_picture: bool = False,
        seed: int = 5,
    ) -> Dataset:
        rng = np.random.default_rng(seed)
        content, rows = {}, []
        for number in range(samples):
            for view in views:
                if (number, view) in missing:
                    continue
                buffer = io.BytesIO()
                Image.fromarray(drawn(number % len(labels), rng)).save(buffer, "PNG")
                location = f"glitch{number:03d}/{view}.png"
                content[location] = b"not a picture" if (number, view) in broken else buffer.getvalue()
                rows.append((f"glitch{number:03d}", view, location))
        pictures = pd.DataFrame(rows, columns=["sample_id", "view", "location"])
        ids = pd.Index([f"glitch{number:03d}" for number in range(samples)], name="sample_id")
        table = pd.DataFrame({"label": [labels[number % len(labels)] for number in range(samples)]}, index=ids)
        if split is not None:
            table["split"] = split
        if by_picture:
            names = pictures["sample_id"] + "/" + pictures["view"]
            table = table.loc[pictures["sample_id"]].assign(glitch=pictures["sample_id"].to_numpy())
            table.index = pd.Index(names, name="sample_id")
            pictures = pictures.assign(sample_id=names, view="picture")
        mark = f"drawn {samples} {views} {missing} {broken} {seed} {by_picture}"
        return Dataset("drawn", Path("drawn"), "made here", table, pictures, MemoryStore(content), (), mark)

    return make


@pytest.fixture
def quick():
    """Parameters with which a training of the drawn data set takes about a second."""

    def make(**changes) -> TrainParams:
        usual = {
            "architecture": "small",
            "size": (HEIGHT, WIDTH),
            "dense": (16,),
            "epochs": 3,
            "batch": 8,
            "device": "cpu",
            "learning_rate": 3e-3,
        }
        return TrainParams(**{**usual, **changes})

    return make


@pytest.fixture
def make_run(tmp_path):
    """``make_run(predictions, labels=..., **run fields) -> Run``: a finished run with these predictions."""

    def make(predictions, labels, *, name="made-up", params=None, **fields):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True, exist_ok=True)
        facts = {"state": "done", "seconds": 5400.0, "device": "a test", "fingerprint": name, "parameters": 123}
        run = Run(folder=folder, name=name, params=params or TrainParams(), labels=tuple(labels), **{**facts, **fields})
        save_run(run)
        predictions.to_parquet(folder / PREDICTIONS_FILE)
        return load_run(folder)

    return make


@pytest.fixture
def draw_predictions():
    """``draw_predictions(samples=.., ...) -> DataFrame``: predictions of a classifier that is often right.

    ``truths``: the labels that samples may carry; ``views``: () for one row a sample; ``sharpness``: factor of the
    scores, so 1 is about calibrated; ``held``: samples in each split.
    """

    def draw(labels, *, held, views=(), truths=None, sharpness=1.0, separation=2.0, seed=0):
        random = np.random.default_rng(seed)
        truths = list(truths or labels)
        rows = []
        for split, samples in held.items():
            for number in range(samples):
                label = truths[random.integers(len(truths))]
                for view in views or ("",):
                    scores = random.normal(size=len(labels))
                    if label in labels:
                        scores[list(labels).index(label)] += separation
                    sample = f"{split}{number:04d}"
                    rows.append(
                        {"sample_id": sample, "view": view, "glitch": sample, "split": split, "label": label}
                        | {f"score:{name}": np.float32(sharpness * s) for name, s in zip(labels, scores, strict=True)}
                    )
        return pd.DataFrame(rows)

    return draw


@pytest.fixture
def one_thread():
    """Sums over threads are added in another order for another number of them, which earlier tests may have set."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
