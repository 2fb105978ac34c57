"""Training a classifier: splits, batches, epochs, checkpoints, and the folders of the training runs."""
