"""The samples of ``map_app.py``: six islands."""

import numpy as np

ISLANDS = np.array([[0, 0], [6, 1], [3, 5], [-4, 4], [-3, -4], [5, -5]], float)


def make_samples(count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Coordinates x and y and the island of each sample."""
    random = np.random.default_rng(7)
    island = random.integers(0, len(ISLANDS), count)
    places = ISLANDS[island] + random.normal(0, 0.9, (count, 2))
    return places[:, 0], places[:, 1], island
