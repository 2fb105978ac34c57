"""What a classifier is worth: figures, matrix, curves, comparison."""
