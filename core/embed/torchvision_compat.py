"""Lets torchvision be imported beside a torch build that it was not compiled for.

Its compiled operators load only beside the CUDA build of torch. Beside the CPU build ``import torchvision`` stops with
"operator torchvision::nms does not exist", because it registers shape functions for operators that are not defined.
Defining the schemas first is enough for models and transforms. The compiled picture decoders stay missing, so pictures
are decoded with Pillow.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_SCHEMAS = {
    "torchvision::nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "torchvision::qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}


def import_torchvision() -> ModuleType:
    """Return the ``torchvision`` module, imported so that it works beside any build of torch."""
    if "torchvision" not in sys.modules:
        _define_missing_operators()
    import torchvision

    return torchvision


def _define_missing_operators() -> None:
    import torch

    # torchvision loads its compiled part while it is imported: loading it here first tells whether the operators come.
    package = importlib.util.find_spec("torchvision")
    for folder in (package.submodule_search_locations if package else None) or ():
        for library in (*Path(folder).glob("_C*.so"), *Path(folder).glob("_C*.pyd")):
            try:
                torch.ops.load_library(library)
            except OSError:
                continue
    for name, schema in _SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name.split("::")[1]):
            torch.library.define(name, schema)
