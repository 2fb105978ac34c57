"""Packing the results and classifiers that the demo opens with."""
