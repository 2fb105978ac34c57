"""Strain: one's own files or the open data, the views of a trigger, and a closer look at one instant."""
