"""Practice: one known sample after the other to be named, the answer with its look-alike, and one's own progress."""
