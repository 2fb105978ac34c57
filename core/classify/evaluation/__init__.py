"""What a trained classifier is worth on glitches it was not trained on."""
