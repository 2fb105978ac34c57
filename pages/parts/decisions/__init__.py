"""Decisions, changes of the taxonomy, people's agreement, journal and progress."""
