"""Work that can wait: a small port, and a queue embedded (SQLite) or in PostgreSQL behind it."""

from api.jobs.port import Job, JobCounts, JobQueue, JobState, JobTable, Payload
from api.jobs.queues import make_queue
from api.jobs.schedule import Daily, Schedule, Weekly
from api.jobs.stopping import stop_on_signals

__all__ = [
    "Daily",
    "Job",
    "JobCounts",
    "JobQueue",
    "JobState",
    "JobTable",
    "Payload",
    "Schedule",
    "Weekly",
    "make_queue",
    "stop_on_signals",
]
