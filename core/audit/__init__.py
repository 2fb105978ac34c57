"""What the labels say about the clusters and the clusters about the labels."""
