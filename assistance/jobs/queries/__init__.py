from __future__ import annotations

from assistance.jobs.queries.background import (
    Pace,
    exports_visible_to,
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
    "exports_visible_to",
    "health_checks",
    "jobs_visible_to",
    "label",
    "latest_job",
    "pace",
    "stale_sweeps",
]
