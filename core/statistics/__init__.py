"""The ground floor: what every room counts and compares with, each thing once. It imports no other room."""

NOISE = -1
"""The cluster number of samples that belong to none, as HDBSCAN gives it."""
