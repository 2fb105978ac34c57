"""Synthetic glitches with known truth: waveforms, backgrounds, views, corpora and the packed demo."""
