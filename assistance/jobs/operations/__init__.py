from __future__ import annotations

from assistance.jobs.operations.background import cancel_job, claim_job, queue_job, wake
from assistance.jobs.operations.progress import Cancelled, LeaseLost, Progress, Tells
from assistance.jobs.operations.running import Executor, Outcome, run_due_jobs
from assistance.jobs.operations.sweeps import Tally, record_sweep

__all__ = [
    "Cancelled",
    "Executor",
    "LeaseLost",
    "Outcome",
    "Progress",
    "Tally",
    "Tells",
    "cancel_job",
    "claim_job",
    "queue_job",
    "record_sweep",
    "run_due_jobs",
    "wake",
]
