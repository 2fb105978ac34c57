"""One sample: its window, its pictures, its history."""
