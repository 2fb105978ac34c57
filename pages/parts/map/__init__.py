"""The map: its view, its filters, and the selection that is on screen."""
