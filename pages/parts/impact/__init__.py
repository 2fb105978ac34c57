"""What each family of glitches costs, by weights that one gives, and what a model of the channels uses."""
