from __future__ import annotations

from assistance.screening.models.bottom_line import (
    BottomLineAid,
    BottomLineCase,
    BottomLineChange,
    BottomLineList,
    CostMark,
)
from assistance.screening.models.claims import BottomLineClaim
from assistance.screening.models.huimin import HuiminPolicy
from assistance.screening.models.meetings import (
    Attendance,
    Meeting,
    MeetingDepartment,
    Minutes,
    Resolution,
)
from assistance.screening.models.offices import LargeCostThreshold, ListOffice
from assistance.screening.models.partners import PartnerMember, PartnerOffice, PushField
from assistance.screening.models.prospects import Prospect, ProspectCall
from assistance.screening.models.pushes import HandOut, Push, PushAnswer
from assistance.screening.models.runs import ListDeparture, ListEntry, ListRun, Period, SignedSource

__all__ = [
    "Attendance",
    "BottomLineAid",
    "BottomLineCase",
    "BottomLineChange",
    "BottomLineClaim",
    "BottomLineList",
    "CostMark",
    "HandOut",
    "HuiminPolicy",
    "LargeCostThreshold",
    "ListDeparture",
    "ListEntry",
    "ListOffice",
    "ListRun",
    "Meeting",
    "MeetingDepartment",
    "Minutes",
    "PartnerMember",
    "PartnerOffice",
    "Period",
    "Prospect",
    "ProspectCall",
    "Push",
    "PushAnswer",
    "PushField",
    "Resolution",
    "SignedSource",
]
