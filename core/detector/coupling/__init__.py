"""Coupling: which families of glitches go with which channels of the detector, and what chance alone would give."""
