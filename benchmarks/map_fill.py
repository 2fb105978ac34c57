"""How much of its field the map of the demo fills, spread out and packed, and how long packing takes.

The field is the map's free part at 1280 x 800, alone and beside a selection: the window's pixels without what the tools
and the words at the foot cover. It is cut into cells of 8 pixels; a cell is filled where a sample's point, 6 pixels
wide, reaches into it. An island is a cluster; its size is the longer side of the box around 96 % of its samples. Run

    python -m benchmarks.map_fill

It writes ``benchmarks/results/map_fill.txt``.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from core.pipeline.stages import load_prepared  # noqa: E402 - needs the project's path
from core.space.layout import Layout  # noqa: E402 - needs the project's path
from core.space.packing import pack_layout  # noqa: E402 - needs the project's path
from core.workspace import DEMO_RESULTS, DEMO_SOURCE, Workspace  # noqa: E402 - needs the project's path

RESULTS = PROJECT / "benchmarks" / "results" / "map_fill.txt"
FIELDS = {"the map alone": (718, 376), "beside a selection": (498, 332)}
"""Width and height in pixels, measured in Chromium at 1280 x 800."""

FIT_MARGIN = 0.94
CELL_PIXELS = 8
POINT_PIXELS = 6
BLOB_PIXELS = 35
"""The largest of the islands as they were: “blobs of 10 to 35 pixels”."""

LARGE = 34_332


def on_screen(coordinates: np.ndarray, field: tuple[int, int]) -> np.ndarray:
    """Pixels of the samples in the field, where everything just fits; one scale for both axes."""
    extent = np.ptp(coordinates, axis=0)
    scale = FIT_MARGIN * min(field[0] / extent[0], field[1] / extent[1])
    return (coordinates - coordinates.min(axis=0) - extent / 2) * scale + np.array(field) / 2


def share_filled(pixels: np.ndarray, field: tuple[int, int]) -> float:
    """Share of the field's cells that a point reaches into."""
    reach = np.array([-POINT_PIXELS / 2, 0, POINT_PIXELS / 2])
    steps = np.stack(np.meshgrid(reach, reach), axis=-1).reshape(1, -1, 2)
    cells = np.floor((pixels[:, None] + steps) / CELL_PIXELS).astype(int).reshape(-1, 2)
    across, down = (int(np.ceil(side / CELL_PIXELS)) for side in field)
    inside = (cells >= 0).all(axis=1) & (cells < (across, down)).all(axis=1)
    return len(np.unique(cells[inside], axis=0)) / (across * down)


def island_sizes(pixels: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """The longer side of each cluster, pixels."""
    low, high = 0.02, 0.98
    parts = [pixels[clusters == number] for number in np.unique(clusters[clusters >= 0])]
    return np.array([np.ptp(np.quantile(part, (low, high), axis=0), axis=0).max() for part in parts])


def large_map() -> np.ndarray:
    """As many places as the largest set of glitches has samples, in 60 islands of different size and shape."""
    random = np.random.default_rng(0)
    islands = 60
    of = random.choice(islands, LARGE, p=random.dirichlet(np.full(islands, 0.7)))
    centres = random.uniform(-14, 14, (islands, 2))
    spread = random.uniform(0.1, 1.0, (islands, 2))
    return (centres[of] + random.normal(size=(LARGE, 2)) * spread[of]).astype(np.float32)


def main() -> None:
    """Measure, print and keep the figures."""
    with tempfile.TemporaryDirectory() as folder:
        prepared = load_prepared(Workspace(root=Path(folder), source=DEMO_SOURCE, shipped=DEMO_RESULTS))
    assert prepared is not None, "the packed demo is not whole"
    began = time.perf_counter()
    maps = {"spread out": prepared.layout.coordinates, "packed": prepared.packing.coordinates}
    small = time.perf_counter() - began
    began = time.perf_counter()
    pack_layout(Layout(large_map(), "made up"))
    large = time.perf_counter() - began
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}; python -m benchmarks.map_fill",
        f"the demo, {len(prepared.samples):,} samples, {prepared.clustering.labels.max() + 1} clusters",
    ]
    for field_name, field in FIELDS.items():
        lines.append(f"{field_name}, {field[0]} x {field[1]} pixels")
        for name, coordinates in maps.items():
            pixels = on_screen(coordinates, field)
            sizes = island_sizes(pixels, prepared.clustering.labels)
            lines.append(
                f"  {name:10} {share_filled(pixels, field):6.1%} of the field; islands of {np.median(sizes):.0f} pixels"
                f" ({sizes.min():.0f} to {sizes.max():.0f}), {(sizes > BLOB_PIXELS).sum()} over {BLOB_PIXELS}"
            )
    lines.append(f"packing the demo: {small:.2f} s; {LARGE:,} made-up samples: {large:.2f} s")
    text = "\n".join(lines) + "\n"
    print(text, end="")
    RESULTS.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
