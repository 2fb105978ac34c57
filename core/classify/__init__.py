"""Training, evaluation and prediction: classifiers that name glitches."""
