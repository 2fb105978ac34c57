"""The gate: a stranger's file is parsed in a process of its own, within limits; at worst there is an error sentence."""

from core.gate.gated import in_own_process, open_gate
from core.gate.limits import Limits

__all__ = ["Limits", "in_own_process", "open_gate"]
