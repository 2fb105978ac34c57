"""Likeness search: examples to add and take away, and the samples most like them."""
