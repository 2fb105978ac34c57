"""Models that foresee a family's rate, or a glitch's family, from the channels, and what skill they honestly have."""
