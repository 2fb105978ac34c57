"""How good the search by one drawn box is, beside the search by the whole picture, and how long it takes.

    python -m benchmarks.box_search [--seeds 5]

Searched are the demo's samples without planted faults in the one-second view, and 200 composites: the middle halves of
two of them side by side, of labels whose glitches fit in there. Wanted are glitches of one label; right is a sample of
it, or a composite with one. The query is a picture that is not searched, and a box around its glitch, drawn roughly:

    side by side   the glitch beside one of another label
    overlaid       the glitch with one of another label over its right side
    plain          the glitch alone

"whole" is the likeness search by the query's whole picture; "pooled" compares the mean of the feature map in the box
with whole pictures; "first" does so with the picture without all that lies outside of the box; "closer" ranks the first
100 of that by their best window. Given is the share of right ones among the first 10 and 50, or as many as there are;
intervals (95 %) are over the seeds, those of differences paired. What is compared, at which layer, in which places and
of how many was chosen on the seeds 900 and 901; these are the seeds from 0 on. Network and pictures come from the same
simulator.

Times: one query on the demo itself, a new process's network and pictures included at first.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.box_corpus import HALF, SIZE, VIEW, Drawn, Plain, box_around, composite, draw, load_plain
from benchmarks.machine import when_and_where
from core.embed.backbones import OFFLINE_DEFAULT
from core.embed.combine import unit_rows
from core.embed.feature_maps import STRIDE, make_map_runner
from core.pipeline.box_searching import LOOKED_AT, BoxSearch
from core.pipeline.searching import search_index, searchable_views
from core.pipeline.stages import load_prepared
from core.space.box_search import Box, best_windows, box_weights, first_anew, only_inside, pooled
from core.space.likeness_search import Ranked
from core.statistics.intervals import mean_interval
from core.workspace import demo_workspace

RESULTS = Path(__file__).parent / "results" / "box_search.txt"
KINDS = ("side by side", "overlaid", "plain")
METHODS = ("whole", "pooled", "first", "closer")
FIRST = (10, 50)
QUERIES, COMPOSITES = 40, 200
_ASKED = 10

Maps = Callable[[np.ndarray], np.ndarray]


def asked_pictures(plain: Plain, drawn: Drawn, kind: str, random: np.random.Generator) -> tuple[np.ndarray, list[Box]]:
    """The queries of one kind, uint8 (q, 140, 170), and a box in each."""
    pictures, boxes = [], []
    for pair, side in zip(drawn.wanted, drawn.wanted_sides, strict=True):
        own = plain.pixels[pair[0]]
        if kind == "side by side":
            picture = composite(plain, pair, side)
            columns = (0, HALF) if side == 0 else (HALF, SIZE[1])
            boxes.append(box_around(picture, columns=columns, random=random))
        else:
            other = np.roll(plain.pixels[pair[1]], SIZE[1] // 4, axis=1)
            picture = np.maximum(own, other) if kind == "overlaid" else own
            boxes.append(box_around(own, columns=(HALF // 2, HALF // 2 + HALF), random=random))
        pictures.append(picture)
    return np.stack(pictures), boxes


def orders(
    query: np.ndarray, inside: np.ndarray, box: Box, maps: np.ndarray, rows: np.ndarray
) -> dict[str, np.ndarray]:
    """The searched ones in the order of each method; ``rows`` are their whole pictures' features of length 1."""
    height, width = (side / STRIDE for side in SIZE)
    weights = box_weights(box, rows=maps.shape[2], columns=maps.shape[3], height=height, width=width)
    asked = {
        "whole": unit_rows(query[None].mean((2, 3)))[0],
        "pooled": pooled(query[None], weights)[0],
        "first": unit_rows(inside[None].mean((2, 3)))[0],
    }
    scores = {name: rows @ vector for name, vector in asked.items()}
    found = {name: np.argsort(-values, kind="stable") for name, values in scores.items()}
    first = Ranked(found["first"], scores["first"][found["first"]])
    windows, _ = best_windows(maps[first.rows[:LOOKED_AT]], pooled(inside[None], weights)[0], weights)
    found["closer"] = first_anew(first, windows).rows
    return found


def precisions(plain: Plain, plain_maps: np.ndarray, run: Maps, seed: int) -> dict[str, np.ndarray]:
    """Share of right ones by kind of query, float (methods, 2), mean of the queries of one seed."""
    drawn = draw(plain, seed=seed, queries=QUERIES, composites=COMPOSITES)
    made = np.stack([composite(plain, pair, side) for pair, side in zip(drawn.pairs, drawn.sides, strict=True)])
    maps = np.concatenate([plain_maps[drawn.plain].astype(np.float32), run(made)])
    rows = unit_rows(maps.mean((2, 3)))
    labels = [np.concatenate([plain.labels[drawn.plain], plain.labels[drawn.pairs[:, place]]]) for place in (0, 1)]
    random = np.random.default_rng([15, seed])
    found = {}
    for kind in KINDS:
        pictures, boxes = asked_pictures(plain, drawn, kind, random)
        insides = run(np.stack([only_inside(one, box) for one, box in zip(pictures, boxes, strict=True)]))
        queries = run(pictures)
        shares = np.zeros((QUERIES, len(METHODS), len(FIRST)))
        for number, box in enumerate(boxes):
            label = plain.labels[drawn.wanted[number, 0]]
            right = (labels[0] == label) | (labels[1] == label)
            by = orders(queries[number], insides[number], box, maps, rows)
            for place, method in enumerate(METHODS):
                hits = right[by[method]]
                shares[number, place] = [hits[: min(first, right.sum())].mean() for first in FIRST]
        found[kind] = shares.mean(axis=0)
    return found


def quality_lines(seeds: int) -> list[str]:
    """The precisions."""
    plain, run = load_plain(), make_map_runner(OFFLINE_DEFAULT)
    plain_maps = run(plain.pixels).astype(np.float16)
    by_seed = [precisions(plain, plain_maps, run, seed) for seed in range(seeds)]
    lines = [
        f"{len(plain.labels)} plain pictures, {COMPOSITES} composites, {QUERIES} queries a kind and seed, "
        f"{seeds} seeds",
        f"labels wanted: {', '.join(plain.short)}",
    ]
    for kind in KINDS:
        values = np.array([one[kind] for one in by_seed])
        lines.append(f"{kind}:")
        for place, first in enumerate(FIRST):
            shown = ", ".join(
                f"{method} {values[:, number, place].mean():.3f}" for number, method in enumerate(METHODS)
            )
            lines.append(f"  first {first}: {shown}")
            for better, worse in (("first", "whole"), ("closer", "whole"), ("closer", "first"), ("first", "pooled")):
                gain = values[:, METHODS.index(better), place] - values[:, METHODS.index(worse), place]
                low, high = mean_interval(gain)
                lines.append(f"    {better} - {worse} {gain.mean():+.3f} ({low:+.3f} to {high:+.3f})")
    return lines


def time_lines() -> list[str]:
    """How long the two rankings take on the demo."""
    prepared = load_prepared(demo_workspace())
    if prepared is None:
        return ["Times: the demo's results are not there"]
    began = time.perf_counter()
    boxes = BoxSearch(
        prepared.dataset,
        search_index(prepared),
        views=searchable_views(prepared),
        backbone=prepared.embedding.source,
    )
    box, ids = Box(0.4, 0.6, 0.1, 0.9), list(map(str, prepared.samples.index))
    taken: dict[str, list[float]] = {"first": [], "closer": [], "closer again": []}
    for name in ids[:_ASKED]:
        ranked = boxes.first(name, box, view=VIEW)
        taken["first"].append(time.perf_counter() - began)
        for kind in ("closer", "closer again"):
            began = time.perf_counter()
            boxes.closer(ranked, ids, name, box, view=VIEW)
            taken[kind].append(time.perf_counter() - began)
        began = time.perf_counter()
    return [
        f"Times on the demo, {_ASKED} queries, network read at the first: {taken['first'][0]:.2f} s once",
        *(
            f"  {kind}: median {np.median(values[1:]):.2f} s, longest {max(values[1:]):.2f} s"
            for kind, values in taken.items()
        ),
    ]


def main() -> None:
    """Measure, print and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    lines = [when_and_where(), f"python -m benchmarks.box_search --seeds {options.seeds}", *time_lines()]
    print("\n".join(lines), flush=True)
    told = quality_lines(options.seeds)
    print("\n".join(told), flush=True)
    RESULTS.write_text("\n".join([*lines, *told]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
