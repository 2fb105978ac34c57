"""What one person said and what became of it: figures, the list, and undo."""
