from __future__ import annotations

from assistance.jobs.operations.background import cancel_job, claim_job, queue_job, wake
from assistance.jobs.operations.exports import EXPORT, keep_export, order_export, purge_exports
from assistance.jobs.operations.progress import Cancelled, LeaseLost, Progress, Tells
from assistance.jobs.operations.running import Executor, Outcome, run_due_jobs
from assistance.jobs.operations.sweeps import Tally, record_sweep

__all__ = [
    "EXPORT",
    "Cancelled",
    "Executor",
    "LeaseLost",
    "Outcome",
    "Progress",
    "Tally",
    "Tells",
    "cancel_job",
    "claim_job",
    "keep_export",
    "order_export",
    "purge_exports",
    "queue_job",
    "record_sweep",
    "run_due_jobs",
    "wake",
]
