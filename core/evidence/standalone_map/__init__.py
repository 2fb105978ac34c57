"""The map as one HTML file: no server, nothing loaded from outside."""

from core.evidence.standalone_map.write import StandaloneMap, write_standalone_map

__all__ = ["StandaloneMap", "write_standalone_map"]
