from __future__ import annotations

from assistance.cases.models.applications import (
    Application,
    Decision,
    FactItem,
    FactSheet,
    StageDeadline,
    StatusChange,
)
from assistance.cases.models.notices import Notice, NoticeLine, Objection

__all__ = [
    "Application",
    "Decision",
    "FactItem",
    "FactSheet",
    "Notice",
    "NoticeLine",
    "Objection",
    "StageDeadline",
    "StatusChange",
]
