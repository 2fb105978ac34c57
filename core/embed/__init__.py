"""Pictures to vectors: backbones, the fused network, and the resumable embedder."""
