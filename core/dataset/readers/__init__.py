"""One reader a source: each turns what a user has into a :class:`core.dataset.model.Dataset`."""
