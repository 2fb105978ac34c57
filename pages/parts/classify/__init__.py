"""Naming glitches that are handed in."""
