"""Business hours and the service level agreement: when a first reply and a solution are due."""

from triage.clocks.calendar import (
    WEEKDAYS,
    BusinessCalendar,
    OpenHours,
    Weekday,
    after_business_minutes,
    business_minutes_between,
    is_open,
)
from triage.clocks.sla import (
    Policy,
    Promise,
    SlaTable,
    due_times,
    dump_sla_table,
    parse_sla_table,
    policy_for,
)

__all__ = [
    "WEEKDAYS",
    "BusinessCalendar",
    "OpenHours",
    "Policy",
    "Promise",
    "SlaTable",
    "Weekday",
    "after_business_minutes",
    "business_minutes_between",
    "due_times",
    "dump_sla_table",
    "is_open",
    "parse_sla_table",
    "policy_for",
]
