"""Trainings: their form, their watch and their list."""
