from __future__ import annotations

from assistance.cases.models.applications import Application, FactItem, FactSheet
from assistance.cases.models.bulk import BulkRow, BulkRun
from assistance.cases.models.calls import CallNote
from assistance.cases.models.clock import ClockStop
from assistance.cases.models.corrections import Correction, Ruling
from assistance.cases.models.edits import CaseEdit, FormDraft
from assistance.cases.models.evidence import Evidence, EvidenceKind, Original, OriginalChange
from assistance.cases.models.letters import Letter, LetterHead, Service
from assistance.cases.models.notices import Notice, NoticeLine
from assistance.cases.models.objections import Objection
from assistance.cases.models.routes import EarlierReceipt, EmployerReview, HandOver
from assistance.cases.models.steps import (
    Assignment,
    Decision,
    Participation,
    StageDeadline,
    StatusChange,
    StuckThreshold,
)

__all__ = [
    "Application",
    "Assignment",
    "BulkRow",
    "BulkRun",
    "CallNote",
    "CaseEdit",
    "ClockStop",
    "Correction",
    "Decision",
    "EarlierReceipt",
    "EmployerReview",
    "Evidence",
    "EvidenceKind",
    "FactItem",
    "FactSheet",
    "FormDraft",
    "HandOver",
    "Letter",
    "LetterHead",
    "Notice",
    "NoticeLine",
    "Objection",
    "Original",
    "OriginalChange",
    "Participation",
    "Ruling",
    "Service",
    "StageDeadline",
    "StatusChange",
    "StuckThreshold",
]
