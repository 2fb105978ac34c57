"""Impact: what each family of glitches costs, and what a model of the channels uses to foresee it."""
