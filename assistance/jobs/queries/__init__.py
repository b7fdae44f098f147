from __future__ import annotations

from assistance.jobs.queries.background import (
    Pace,
    jobs_visible_to,
    latest_job,
    pace,
)
from assistance.jobs.queries.health import (
    LABELS,
    HealthCheck,
    StaleSweep,
    health_checks,
    label,
    stale_sweeps,
)

__all__ = [
    "LABELS",
    "HealthCheck",
    "Pace",
    "StaleSweep",
    "health_checks",
    "jobs_visible_to",
    "label",
    "latest_job",
    "pace",
    "stale_sweeps",
]
