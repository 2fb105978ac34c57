"""Results and data sets in an object store, or at any path that fsspec knows; nothing of it is loaded unless named."""
