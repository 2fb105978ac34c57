"""Clusters and labels: how mixed, how sure, and one cluster in depth."""
