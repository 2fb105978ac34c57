"""Releases: a frozen, named state of the labels as one ZIP that can be cited, and its difference to the one before."""
