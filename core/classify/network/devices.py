"""Where a training runs, and in which arithmetic; imports torch, so import it where needed."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import torch

from core.errors import GlitchAuditError


def choose_device(name: str) -> torch.device:
    """Return the device ``name``, or for "auto" cuda, mps or cpu; raises GlitchAuditError where it is not there."""
    has_mps = torch.backends.mps.is_available()
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "mps" if has_mps else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise GlitchAuditError(f"There is no device {name!r}: choose auto, cpu, cuda or mps.") from None
    there = {"cpu": True, "mps": has_mps, "cuda": torch.cuda.device_count() > (device.index or 0)}
    if not there.get(device.type, False):
        raise GlitchAuditError(f"The device {name} is not on this machine: choose auto or cpu.")
    return device


def half_precision(device: torch.device, *, wanted: bool) -> torch.dtype | None:
    """Return the half-precision type in which the device is faster, or None for float32 (MPS always).

    CUDA always gains; a processor only with bfloat16 matrix units.
    """
    if not wanted or device.type == "mps":
        return None
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return torch.bfloat16 if torch.ops.mkldnn._is_mkldnn_bf16_supported() else None  # noqa: SLF001 - torch has no public one


def device_words(device: torch.device) -> str:
    """The device for people, such as "cuda: NVIDIA H200" or "cpu: Intel(R) Xeon(R) Processor, 2 cores"."""
    if device.type == "cuda":
        return f"{device}: {torch.cuda.get_device_name(device)}"
    processor = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if device.type == "cpu" and about.exists():
        lines = [line for line in about.read_text(encoding="utf-8").splitlines() if line.startswith("model name")]
        processor = lines[0].split(":")[1].strip() if lines else processor
    return f"{device}: {processor}, {os.cpu_count()} cores"
