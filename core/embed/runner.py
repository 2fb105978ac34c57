"""Runs a backbone on batches of pictures, in the arithmetic that was asked for, one core a batch."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from core.embed.backbones import Backbone, load_backbone
from core.errors import GlitchAuditError

if TYPE_CHECKING:
    import torch
    from torch import nn

_FIXED_BATCH = 8
"""Pictures a call of OpenVINO: it runs faster on a shape that it knows beforehand; a shorter batch is filled up."""

Runner = Callable[[np.ndarray], np.ndarray]
"""Maps uint8 pictures (batch, height, width), or (batch, height, width, 3) where it reads colours, to float32 features
(batch, d); may be called from several threads."""


def available_cores() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def batch_workers(cores: int | None = None) -> Iterator[ThreadPoolExecutor]:
    """Give threads, one a core, in each of which torch keeps to that core; leaving drops batches that have not begun.

    ``cores`` is by default the number that this process may use. Splitting every convolution over the cores is no
    faster on an idle machine and several times slower on a busy one, because the cores wait for each other.
    """
    import torch

    all_cores = torch.get_num_threads()
    one_at_a_time = threading.Lock()

    def keep_to_one_core() -> None:
        with one_at_a_time:
            # torch takes the default over at a thread's first question; asked later it would undo the next line.
            torch.get_num_threads()
            torch.set_num_threads(1)
            # That also became the default of threads to come, which only another thread can put back.
            restorer = threading.Thread(target=torch.set_num_threads, args=(all_cores,))
            restorer.start()
            restorer.join()

    pool = ThreadPoolExecutor(cores or available_cores(), thread_name_prefix="embed", initializer=keep_to_one_core)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def make_runner(
    backbone: Backbone, *, precision: str, network: nn.Module | None = None, colours: bool = False
) -> Runner:
    """Return a function that embeds batches of pictures in ``precision`` (see :class:`core.embed.model.EmbedParams`).

    With ``colours`` it takes red, green and blue, which a network of three channels can read; else gray pictures.
    ``network`` replaces the backbone's own weights, for training and benchmarks. Raises GlitchAuditError where weights
    are missing, or openvino is asked for and not installed.
    """
    from core.embed.fused import fuse
    from core.embed.general import fuse_general

    network = load_backbone(backbone.name) if network is None else network
    if backbone.residual:
        fused = fuse(network, size=backbone.size, mean=backbone.mean, std=backbone.std, colours=colours)
    else:
        fused = fuse_general(network, mean=backbone.mean, std=backbone.std)
    channels = len(backbone.mean) if colours else 1
    if precision == "openvino-bfloat16":
        return _openvino_runner(fused, backbone.size, channels=channels)
    return _torch_runner(fused, half=precision == "bfloat16")


def channels_first(pictures: torch.Tensor) -> torch.Tensor:
    """Return (batch, channels, height, width) from (batch, height, width), or (batch, height, width, channels)."""
    return pictures[:, None] if pictures.ndim == 3 else pictures.permute(0, 3, 1, 2)


def _torch_runner(fused: nn.Module, *, half: bool) -> Runner:
    import torch

    kind = torch.bfloat16 if half else torch.float32
    fused = fused.to(kind)

    def run(pictures: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            batch = channels_first(torch.from_numpy(pictures)).to(kind).contiguous(memory_format=torch.channels_last)
            return fused(batch).float().numpy()

    return run


def _openvino_runner(fused: nn.Module, size: tuple[int, int], *, channels: int) -> Runner:
    try:
        import openvino
    except ImportError:
        raise GlitchAuditError(
            "The precision openvino-bfloat16 needs the package openvino, which is not installed: run "
            "`pip install openvino`, or choose bfloat16."
        ) from None
    import torch

    shape = [_FIXED_BATCH, channels, *size]
    model = openvino.convert_model(fused, example_input=torch.zeros(*shape), input=shape)
    cores = available_cores()
    settings = {"INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": cores, "NUM_STREAMS": cores}
    compiled = openvino.Core().compile_model(model, "CPU", settings)
    # A request serves one caller at a time.
    own = threading.local()

    def run(pictures: np.ndarray) -> np.ndarray:
        if not hasattr(own, "request"):
            own.request = compiled.create_infer_request()
            own.batch = np.zeros(shape, np.float32)
        features = []
        for start in range(0, len(pictures), _FIXED_BATCH):
            part = pictures[start : start + _FIXED_BATCH]
            own.batch[: len(part)] = part[:, None] if part.ndim == 3 else part.transpose(0, 3, 1, 2)
            features.append(np.array(own.request.infer({0: own.batch}, share_inputs=True)[0][: len(part)], np.float32))
        return np.concatenate(features)

    return run
