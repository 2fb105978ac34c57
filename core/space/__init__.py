"""The space of samples: neighbours, layout, clustering, and which samples a lasso or a filter picks out.

Nothing here imports torch, umap, numba or hdbscan until a stage runs, so that a cached result is shown without them.
"""
