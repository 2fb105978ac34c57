"""How far apart the labels' colours lie, for eyes that see all colours and for the three common deficiencies.

    python benchmarks/colours.py            # the least distances of the palette in use
    python benchmarks/colours.py --search   # looks for a better one, some seconds

How distances are measured is in core/dataset/colour_vision.py: about 2 is just noticeable side by side.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

sys.path.insert(0, str(Path(__file__).parents[1]))

from core.dataset import label_colour, taxonomy_for
from core.dataset.colour_vision import VISIONS, distances, least_distances, linear, seen

_LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
GRAY = "#9aa0a6"
"""Of what has no label."""
_LIKE_APART = 12
"""At least between labels that are mistaken for each other."""
_FULL_WEIGHT = 1.3
"""Most eyes see all colours; there, distances are to be larger."""


def closest(colours: Mapping[str, str], vision: str) -> list[tuple[float, str, str]]:
    """All pairs of labels, the closest colours first: distance and the two labels."""
    names, apart = list(colours), distances(list(colours.values()), vision)
    return sorted((float(apart[a, b]), names[a], names[b]) for a, b in combinations(range(len(names)), 2))


def search(colours: Mapping[str, str], likes: set[frozenset[str]], *, sweeps: int = 90) -> dict[str, str]:
    """A palette that keeps the closest pairs farther apart: each colour moved in turn to where it is freest.

    Args:
        colours: where to start, by label; the labels then get of the new colours those nearest to their old ones, but
            for look-alikes, which are kept :data:`_LIKE_APART` apart.
        likes: pairs of labels that are mistaken for each other.
        sweeps: how often every colour moves.
    """
    offered = _offered()
    space = np.stack([seen(linear(offered), vision) for vision in VISIONS])
    gray = np.stack([seen(linear([GRAY]), vision) for vision in VISIONS])
    start = seen(linear(list(colours.values())), "all colours")
    chosen = [int(np.argmin(np.linalg.norm(space[0] - place, axis=1))) for place in start]
    for power in np.linspace(4, 24, sweeps):
        crowding = _nearness(space, gray, power)
        near = np.stack([_nearness(space, space[:, [place]], power) for place in chosen])
        for number in range(len(chosen)):
            near[number] = 0
            chosen[number] = int(np.argmin(crowding + near.sum(axis=0)))
            near[number] = _nearness(space, space[:, [chosen[number]]], power)
    order = _handed_out(list(colours), start, [offered[place] for place in chosen], likes)
    return {name: offered[chosen[place]] for name, place in zip(colours, order, strict=True)}


def signs(colours: Mapping[str, str], *, count: int = 8) -> dict[str, int]:
    """Numbers of shapes, 0 to ``count`` - 1, so that labels of one shape lie far apart in colour for all eyes."""
    names = list(colours)
    apart = least_distances(list(colours.values()))
    near = (1 / (apart + np.eye(len(names)) * 1e9)) ** 8
    rng, best, found = np.random.default_rng(0), np.inf, np.zeros(len(names), int)
    for _ in range(200):
        given = rng.integers(0, count, len(names))
        for _ in range(20):
            for number in rng.permutation(len(names)):
                crowding = np.bincount(given, weights=near[number], minlength=count)
                given[number] = int(np.argmin(crowding))
        total = sum(near[given == sign][:, given == sign].sum() for sign in range(count))
        if total < best:
            best, found = total, given.copy()
    return dict(zip(names, found.tolist(), strict=True))


def _offered() -> list[str]:
    """Colours that stand out on white and on dark pages, are no grays, and belong to no label of somebody's own."""
    steps = range(0, 256, 8)
    every = [f"#{red:02x}{green:02x}{blue:02x}" for red in steps for green in steps for blue in steps]
    taken = {label_colour(f"label {number}") for number in range(2000)}
    values = linear(every) @ _LUMINANCE
    fits = (values >= 0.102) & (values <= 0.465)
    chroma = [np.ptp([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) for colour in every]
    return [c for c, good, width in zip(every, fits, chroma, strict=True) if good and width >= 64 and c not in taken]


def _handed_out(names: list[str], before: np.ndarray, palette: list[str], likes: set[frozenset[str]]) -> list[int]:
    moved = np.linalg.norm(before[:, None] - seen(linear(palette), "all colours")[None], axis=2)
    apart = least_distances(palette)
    pairs = [(names.index(a), names.index(b)) for a, b in map(sorted, likes)]

    def cost(order: list[int]) -> float:
        short = sum(max(0.0, _LIKE_APART - apart[order[a], order[b]]) for a, b in pairs)
        return sum(moved[number, place] for number, place in enumerate(order)) + 100 * short

    order = linear_sum_assignment(moved)[1].tolist()
    least, better = cost(order), True
    while better:
        better = False
        for one, other in combinations(range(len(names)), 2):
            order[one], order[other] = order[other], order[one]
            if cost(order) < least - 1e-9:
                least, better = cost(order), True
            else:
                order[one], order[other] = order[other], order[one]
    return order


def _nearness(space: np.ndarray, place: np.ndarray, power: float) -> np.ndarray:
    scale = np.array([_FULL_WEIGHT, 1, 1, 1])[:, None]
    apart = np.linalg.norm(space - place, axis=2)
    return ((10 * scale / (apart + 0.1)) ** power).sum(axis=0)


def report(colours: Mapping[str, str], likes: set[frozenset[str]]) -> str:
    """The least distances, over all pairs and over those that are mistaken for each other, a line for each vision."""
    lines = []
    for vision in VISIONS:
        pairs = closest(colours, vision)
        like = next(pair for pair in pairs if frozenset(pair[1:]) in likes)
        close = sum(distance < 5 for distance, _, _ in pairs)
        lines.append(
            f"{vision:13} least {pairs[0][0]:5.1f} ({pairs[0][1]}, {pairs[0][2]}); "
            f"of look-alikes {like[0]:5.1f} ({like[1]}, {like[2]}); below 5: {close} of {len(pairs)} pairs"
        )
    return "\n".join(lines)


def main() -> None:
    """Print the figures of the palette in use, and of a better one where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--search", action="store_true", help="look for a palette with larger least distances")
    parser.add_argument("--sweeps", type=int, default=90)
    options = parser.parse_args()
    taxonomy = taxonomy_for([])
    likes = {frozenset((entry.name, other)) for entry in taxonomy.entries for other in entry.look_alikes}
    print(report(taxonomy.colours(), likes))
    if options.search:
        found = search(taxonomy.colours(), likes, sweeps=options.sweeps)
        given = signs(found)
        print("\n".join(f"{name}: {colour}, sign {given[name]}" for name, colour in found.items()))
        print(report(found, likes))


if __name__ == "__main__":
    main()
