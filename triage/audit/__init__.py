"""Is what was promised kept? A blind sample measures the error in production, and drift of the mix is watched."""

from triage.audit.drift import DriftReport, DriftTest, ShareChange, TicketMix, drift
from triage.audit.promise import AuditedLabel, MeasuredError, Verdict, measured_errors
from triage.audit.sample import DEFAULT_SHARE, is_audited

__all__ = [
    "DEFAULT_SHARE",
    "AuditedLabel",
    "DriftReport",
    "DriftTest",
    "MeasuredError",
    "ShareChange",
    "TicketMix",
    "Verdict",
    "drift",
    "is_audited",
    "measured_errors",
]
