"""Makes ml4gw's Q-transform importable beside a CPU-only torch.

``import ml4gw`` imports torchaudio, although its Q-transform does not use it. torchaudio's wheel is built against CUDA
and cannot load next to a CPU-only torch (``OSError: libc10_cuda.so: cannot open shared object file``). Where the real
import fails, and only there, a placeholder with the two names that ml4gw asks for takes its place; calling either of
them says so. Where torchaudio works it is left alone.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


def single_q_transform() -> type:
    """ml4gw's ``SingleQTransform`` class: the rows of Q tiles of one Q plane."""
    _ensure_torchaudio()
    from ml4gw.transforms.qtransform import SingleQTransform

    return SingleQTransform


def _ensure_torchaudio() -> None:
    try:
        import torchaudio.functional
        import torchaudio.transforms  # noqa: F401
    except (ImportError, OSError, RuntimeError):
        for name in [name for name in sys.modules if name.partition(".")[0] == "torchaudio"]:
            del sys.modules[name]
        package = ModuleType("torchaudio")
        package.functional = _placeholder("torchaudio.functional", "filtfilt")
        package.transforms = _placeholder("torchaudio.transforms", "Spectrogram")
        sys.modules["torchaudio"] = package


def _placeholder(module_name: str, wanted: str) -> ModuleType:
    def unavailable(*_arguments: Any, **_options: Any) -> None:
        raise ImportError(f"{module_name}.{wanted} is not available: torchaudio could not be loaded beside this torch.")

    module = ModuleType(module_name)
    setattr(module, wanted, unavailable)
    sys.modules[module_name] = module
    return module
