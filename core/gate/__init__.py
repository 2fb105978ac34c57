"""The gate: a stranger's file is parsed in a process of its own, within limits; at worst there is a sentence."""

from core.gate.gated import apart, open_gate
from core.gate.limits import Limits

__all__ = ["Limits", "apart", "open_gate"]
