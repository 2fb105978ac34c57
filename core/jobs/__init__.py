"""Long work in a process of its own, one at a time a workspace."""
