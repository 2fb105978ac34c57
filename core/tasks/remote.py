"""What a worker is sent: a function that opens the parcel with the task in it.

This module is sent whole (cloudpickle by value) and needs nothing but Python, so that a scheduler need not have the
project installed, and a worker that lacks it fails where that can be said in a sentence.
"""

from __future__ import annotations

import pickle
from typing import Any


def run_parcel(parcel: bytes, common: Any) -> Any:
    """Return ``function(task, common)`` of the pair that ``parcel`` holds, pickled."""
    function, task = pickle.loads(parcel)  # noqa: S301 - both ends are ours, and Dask itself sends pickles
    return function(task, common)
