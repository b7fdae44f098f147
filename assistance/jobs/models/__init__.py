from __future__ import annotations

from assistance.jobs.models.background import BackgroundJob
from assistance.jobs.models.exports import ListExport
from assistance.jobs.models.staged import ImportJob, ImportRow
from assistance.jobs.models.sweeps import Sweep

__all__ = ["BackgroundJob", "ImportJob", "ImportRow", "ListExport", "Sweep"]
