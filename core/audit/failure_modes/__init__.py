"""The two failure modes of a taxonomy, told apart: one morphology under many labels, many under one."""

from core.audit.failure_modes.judge import judge_failure_modes
from core.audit.failure_modes.params import FailureModeParams
from core.audit.failure_modes.verdicts import VERSION, failure_modes_fingerprint, load_verdicts, save_verdicts

__all__ = [
    "VERSION",
    "FailureModeParams",
    "failure_modes_fingerprint",
    "judge_failure_modes",
    "load_verdicts",
    "save_verdicts",
]
