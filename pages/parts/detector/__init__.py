"""The detector beside the glitches: what is brought of it, and which families go with which channels."""
