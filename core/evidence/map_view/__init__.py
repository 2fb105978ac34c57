"""How a map is moved under the hand, and the labels' shapes: scripts for the standalone map and the workbench's."""

from __future__ import annotations

from pathlib import Path

__all__ = ["MAP_VIEW", "SIGN_SHAPES"]

MAP_VIEW = Path(__file__).with_name("map_view.js")
"""Defines ``Viewport``, ``Gestures``, ``moveKeys`` and ``listenToKeys``; both maps put it before their own scripts."""

SIGN_SHAPES = Path(__file__).with_name("signs.js")
"""Defines ``shapeSwatch`` and ``traceSign``: what draws a label's dot or point puts it before its own scripts."""
