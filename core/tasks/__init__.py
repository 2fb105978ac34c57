"""Tasks: one plain interface that maps many of them, in this process or on the workers of a Dask cluster."""
