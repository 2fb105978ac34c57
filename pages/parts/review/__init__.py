"""The review queue: first one's own label, then what was proposed."""
