"""Draws docs/rooms.svg: the rooms of core and of the screens in their layers, and the arrows that the imports make.

    python -m tools.draw_rooms

Layers are those of import-linter's contracts in pyproject.toml; arrows are read from the imports. One that follows from
others is not drawn, nor is one to a single file, which all may use; one that runs up against the layers is drawn red.
The picture carries the list of all rooms and arrows, and a test holds that list to the imports.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import grimp

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "rooms.svg"
ROOTS = ("core", "pages")

_MARGIN, _GAP, _LETTER, _PADDING = 24, 18, 8.2, 14
_BOX_HEIGHT, _LAYER_HEIGHT, _TITLE_HEIGHT = 30, 66, 58
_SWEEPS = 8
_INK, _SOFT, _LINE, _FLOOR, _UP = "#1c2733", "#5b6773", "#8696a6", "#eef2f6", "#c62828"

Arrow = tuple[str, str]


@dataclass(frozen=True)
class Panel:
    """One package whose rooms stand on each other.

    Attributes:
        package: such as ``core.ledger``.
        layers: names of rooms, the highest layer first.
        arrows: (room, the room that it imports from), sorted.
        files: those of the rooms that are one file, not a folder.
    """

    package: str
    layers: tuple[tuple[str, ...], ...]
    arrows: tuple[Arrow, ...]
    files: frozenset[str]

    @property
    def rooms(self) -> tuple[str, ...]:
        """All rooms, sorted by name."""
        return tuple(sorted(room for layer in self.layers for room in layer))

    @property
    def level(self) -> dict[str, int]:
        """Each room's layer, 0 is the highest."""
        return {room: number for number, layer in enumerate(self.layers) for room in layer}


def panels(root: Path = ROOT) -> list[Panel]:
    """One panel for each package that a contract puts in layers, with what its imports are now."""
    settings = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    graph = grimp.build_graph(*ROOTS, cache_dir=None)
    return [
        _panel(graph, package, contract)
        for contract in settings["contracts"]
        if contract["type"] == "layers"
        for package in contract["containers"]
    ]


def _panel(graph: grimp.ImportGraph, package: str, contract: Mapping[str, list[str]]) -> Panel:
    there = {name.removeprefix(f"{package}.") for name in graph.find_children(package)}
    layers = [tuple(room for room in re.findall(r"\w+", layer) if room in there) for layer in contract["layers"]]
    unplaced = there - {room for layer in layers for room in layer}
    layers.insert(0, tuple(sorted(unplaced)))
    files = frozenset(room for room in there if not graph.find_children(f"{package}.{room}"))
    return Panel(package, tuple(layer for layer in layers if layer), _arrows(graph, package), files)


def _arrows(graph: grimp.ImportGraph, package: str) -> tuple[Arrow, ...]:
    found = set()
    for module in graph.find_descendants(package):
        for imported in graph.find_modules_directly_imported_by(module):
            if imported.startswith(f"{package}."):
                arrow = (_room_of(module, package), _room_of(imported, package))
                found |= {arrow} if arrow[0] != arrow[1] else set()
    return tuple(sorted(found))


def _room_of(module: str, package: str) -> str:
    return module.removeprefix(f"{package}.").split(".")[0]


def listed(shown: Iterable[Panel]) -> dict[str, dict[str, list[str]]]:
    """The rooms and the arrows of each package in words, as the picture carries them."""
    return {
        panel.package: {
            "rooms": list(panel.rooms),
            "arrows": [f"{above} -> {below}" for above, below in panel.arrows],
        }
        for panel in shown
    }


def listed_in(picture: str) -> dict[str, dict[str, list[str]]]:
    """The rooms and arrows that a picture carries.

    Raises:
        ValueError: it carries none.
    """
    found = re.search(r"<metadata>(.*?)</metadata>", picture, flags=re.DOTALL)
    if found is None:
        raise ValueError("the picture carries no list of rooms")
    return json.loads(found[1].replace("&gt;", ">"))


def drawn_arrows(panel: Panel) -> list[Arrow]:
    """The arrows to folders that do not follow from others, and all that run up."""
    level = panel.level
    down = {arrow for arrow in panel.arrows if level[arrow[0]] <= level[arrow[1]]}
    reached: dict[str, set[str]] = {room: set() for room in panel.rooms}
    for room in sorted(panel.rooms, key=level.__getitem__, reverse=True):
        direct = {below for above, below in down if above == room}
        reached[room] = direct.union(*(reached[below] for below in direct))
    return [
        (above, below)
        for above, below in panel.arrows
        if (above, below) not in down
        or (below not in panel.files and not any(below in reached[way] for start, way in down if start == above))
    ]


def picture(shown: list[Panel]) -> str:
    """The picture as SVG: columns of panels, the tallest first, none taller than that."""
    drawings = sorted((_Drawing(panel) for panel in shown), key=lambda drawing: -drawing.height)
    height = drawings[0].height
    columns: list[list[_Drawing]] = []
    for drawing in drawings:
        fitting = (column for column in columns if drawing.height + sum(each.height for each in column) <= height)
        column = next(fitting, None)
        if column is None:
            columns.append([drawing])
        else:
            column.append(drawing)
    parts: list[str] = []
    width = 0.0
    for column in columns:
        top = 0
        for drawing in column:
            parts += [f'<g transform="translate({width:.0f} {top})">', *drawing.parts(), "</g>"]
            top += drawing.height
        width += max(drawing.width for drawing in column)
    carried = escape(json.dumps(listed(shown), indent=1))
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
            'font-family="system-ui, sans-serif" font-size="14">',
            "<title>The rooms and their arrows</title>",
            f"<metadata>{carried}</metadata>",
            *(_arrow_head(name, colour) for name, colour in (("down", _LINE), ("up", _UP))),
            f'<rect width="{width:.0f}" height="{height:.0f}" fill="white"/>',
            *parts,
            "</svg>",
            "",
        )
    )


class _Drawing:
    """A panel with a place for each room. An arrow over several layers gets a place in each that it passes."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        self.arrows = drawn_arrows(panel)
        self._layers = [list(layer) for layer in panel.layers]
        self._ways = {arrow: self._way(arrow) for arrow in self.arrows}
        widest = max(_width(layer) for layer in self._layers)
        self.width = max(widest, len(panel.package) * 11.0) + 2 * _MARGIN
        self.height = _TITLE_HEIGHT + len(self._layers) * _LAYER_HEIGHT
        self._place = self._arranged()

    def _way(self, arrow: Arrow) -> list[str]:
        """The stops of an arrow: its rooms, and what keeps a place free for it in the layers between."""
        level = self.panel.level
        first, last = sorted((level[arrow[0]], level[arrow[1]]))
        between = [f"{arrow[0]}>{arrow[1]}@{number}" for number in range(first + 1, last)]
        for number, stop in zip(range(first + 1, last), between, strict=True):
            self._layers[number].append(stop)
        return [arrow[0], *(between if level[arrow[0]] < level[arrow[1]] else reversed(between)), arrow[1]]

    def _arranged(self) -> dict[str, float]:
        """Where the middle of each stop lies, from the panel's middle: near the stops that it is joined to."""
        beside: dict[str, list[str]] = {stop: [] for layer in self._layers for stop in layer}
        for way in self._ways.values():
            for one, other in pairwise(way):
                beside[one].append(other)
                beside[other].append(one)
        place: dict[str, float] = {}
        for layer in self._layers:
            place |= _spread(layer)
        for sweep in range(_SWEEPS):
            for layer in self._layers if sweep % 2 else reversed(self._layers):
                pull = {stop: sum(place[other] for other in beside[stop]) / max(1, len(beside[stop])) for stop in layer}
                place |= _spread(sorted(layer, key=lambda stop: (round(pull[stop], 6), stop)))
        return place

    def _at(self, stop: str, number: int) -> tuple[float, float]:
        return self.width / 2 + self._place[stop], _TITLE_HEIGHT + number * _LAYER_HEIGHT

    def parts(self) -> Iterator[str]:
        """The elements of the drawing, what lies behind first."""
        yield f'<text x="{_MARGIN}" y="34" font-size="18" font-weight="600" fill="{_INK}">{self.panel.package}</text>'
        for number in range(len(self._layers)):
            top = _TITLE_HEIGHT + number * _LAYER_HEIGHT - 7
            yield (
                f'<rect x="{_MARGIN / 2:.0f}" y="{top}" width="{self.width - _MARGIN:.0f}" '
                f'height="{_BOX_HEIGHT + 14}" rx="6" fill="{_FLOOR}"/>'
            )
        level = self.panel.level
        for above, below in self.arrows:
            name, colour = ("down", _LINE) if level[above] <= level[below] else ("up", _UP)
            yield (
                f'<path d="{self._path((above, below))}" fill="none" stroke="{colour}" stroke-width="1.4" '
                f'marker-end="url(#{name})"/>'
            )
        for room in self.panel.rooms:
            x, top = self._at(room, level[room])
            wide = _stop_width(room)
            yield (
                f'<rect x="{x - wide / 2:.1f}" y="{top}" width="{wide:.1f}" height="{_BOX_HEIGHT}" rx="5" fill="white" '
                f'stroke="{_SOFT}"/>'
            )
            line = top + _BOX_HEIGHT / 2 + 5
            yield f'<text x="{x:.1f}" y="{line:.0f}" text-anchor="middle" fill="{_INK}">{room}</text>'

    def _path(self, arrow: Arrow) -> str:
        """A curve through the stops of an arrow."""
        way, level = self._ways[arrow], self.panel.level
        first, last = level[arrow[0]], level[arrow[1]]
        if first == last:
            (x1, y1), (x2, y2) = self._at(way[0], first), self._at(way[-1], last)
            y1, y2 = y1 + _BOX_HEIGHT, y2 + _BOX_HEIGHT
            return f"M {x1:.1f} {y1} C {x1:.1f} {y1 + 26} {x2:.1f} {y2 + 26} {x2:.1f} {y2 + 3}"
        step = 1 if first < last else -1
        points: list[tuple[float, float]] = []
        for number, stop in zip(range(first, last + step, step), way, strict=True):
            x, top = self._at(stop, number)
            enters, leaves = (top, top + _BOX_HEIGHT) if step == 1 else (top + _BOX_HEIGHT, top)
            points += [(x, enters - 3 * step)] * (number != first) + [(x, leaves)] * (number != last)
        words = [f"M {points[0][0]:.1f} {points[0][1]}"]
        for (x1, y1), (x2, y2) in pairwise(points):
            bend = (y2 - y1) / 2
            words.append(f"C {x1:.1f} {y1 + bend:.1f} {x2:.1f} {y2 - bend:.1f} {x2:.1f} {y2}")
        return " ".join(words)


def _spread(layer: Iterable[str]) -> dict[str, float]:
    layer = tuple(layer)
    left = -_width(layer) / 2
    places = {}
    for stop in layer:
        places[stop] = left + _stop_width(stop) / 2
        left += _stop_width(stop) + _GAP
    return places


def _stop_width(stop: str) -> float:
    return 4.0 if "@" in stop else len(stop) * _LETTER + 2 * _PADDING


def _width(layer: Iterable[str]) -> float:
    widths = [_stop_width(stop) for stop in layer]
    return sum(widths) + _GAP * (len(widths) - 1)


def _arrow_head(name: str, colour: str) -> str:
    return (
        f'<marker id="{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        f'<path d="M 0 0 L 8 4 L 0 8 z" fill="{colour}"/></marker>'
    )


if __name__ == "__main__":
    PICTURE.write_text(picture(panels()), encoding="utf-8")
    print(f"Wrote {PICTURE.relative_to(ROOT)}.")
