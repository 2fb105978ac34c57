"""How a map is moved under the hand: one script for the standalone map and for the workbench's."""

from __future__ import annotations

from pathlib import Path

__all__ = ["MAP_VIEW"]

MAP_VIEW = Path(__file__).with_name("map_view.js")
"""Defines ``Viewport``, ``Gestures``, ``moveKeys`` and ``listenToKeys``; both maps put it before their own scripts."""
