"""The cached flow: all stages in order, their settings, and what was read of a data set."""
