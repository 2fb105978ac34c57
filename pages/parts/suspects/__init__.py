"""The queue of suspects, and what else the audit found."""
