"""Drifts: one-dimensional continua, and one of them in depth."""
