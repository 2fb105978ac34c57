"""The detector: strain to views, channels, states, and which glitch families go with them."""
