"""Errors of the job queue.

JobError
├── InvalidJob           a job to queue, or the table of jobs, has faults; all of them are listed
├── JobNotFound          no dead letter has that id
├── AlreadyQueued        a dead letter cannot be put back: a job with its key is waiting or running
└── QueueUnavailable     the queue's database cannot be reached, read or written
"""

from __future__ import annotations


class JobError(Exception):
    """Anything the job queue refuses or cannot do."""


class InvalidJob(JobError):
    """A job to queue, or the table of jobs, has faults; ``faults`` lists all of them."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class JobNotFound(JobError):
    """No dead letter has that id: it never failed for good, or was put back already."""

    def __init__(self, job_id: str) -> None:
        super().__init__(f"There is no failed job {job_id!r}.")
        self.job_id = job_id


class AlreadyQueued(JobError):
    """A dead letter cannot be put back while a job with the same key is waiting or running."""

    def __init__(self, job_id: str, other_id: str) -> None:
        super().__init__(
            f"Job {job_id} was not put back: job {other_id}, with the same key, is to be done first."
        )
        self.job_id = job_id
        self.other_id = other_id


class QueueUnavailable(JobError):
    """The queue's database cannot be reached, read or written; what was asked for was not done."""
