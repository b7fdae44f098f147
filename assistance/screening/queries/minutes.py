"""联席会议纪要: who came, and the decision on every case. What was signed is kept; an extract is part of it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import translation

from assistance.screening.models import Meeting, Minutes, Resolution
from assistance.screening.states import MeetingState
from assistance.shared.masking import mask_id
from assistance.shared.money import capital, from_fen, yuan

# Room for a signature.
BLANK = "　"
PAPER_LANGUAGE = "zh-hans"
DRAFT = "（草稿，表决尚未结束）"


def minutes_data(meeting: Meeting, rows: Sequence[Resolution], *, on: date) -> dict[str, Any]:
    """What the whole minutes say, as things stand; each line and document knows its agency's id."""
    attendance = meeting.attendance.select_related("department").order_by(
        "department__position", "id"
    )
    draft = meeting.state == MeetingState.CALLED
    with translation.override(PAPER_LANGUAGE):
        lines = [_line(row) for row in rows]
    return {
        "sub": f"{meeting.number}{DRAFT if draft else ''}",
        "facts": [
            ["召集单位", meeting.agency.name],
            ["会议日期", _day(meeting.held_on)],
            ["地点", meeting.place],
            ["主持人", meeting.chair],
        ],
        "attendance": [
            [str(n), row.department.name, row.represented_by or "缺席", BLANK]
            for n, row in enumerate(attendance, start=1)
        ],
        "lines": lines,
        "printed_on": _day(on),
        "foot": meeting.number,
    }


def on_paper(data: Mapping[str, Any], *, agencies: Collection[int] | None = None) -> dict[str, Any]:
    """What is printed of `minutes_data`: the whole, or an extract with the cases of some agencies alone."""
    lines = [line for line in data["lines"] if agencies is None or line["agency"] in agencies]
    total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    shown = {name: part for name, part in data.items() if name != "lines"}
    return shown | {
        "title": "兜底保障联席会议纪要" + ("" if agencies is None else "（摘录）"),
        "basis": "、".join(sorted({line["document"] for line in lines})),
        "lines": [[str(n), *line["cells"]] for n, line in enumerate(lines, start=1)],
        "total": f"{yuan(total)} 元（{capital(total)}）" if total else "0.00 元",
    }


def filed(meeting: Meeting) -> dict[str, Any] | None:
    """What the minutes said when the votes were closed; None before, and of meetings that kept none."""
    minutes = Minutes.objects.filter(meeting=meeting).first()
    return None if minutes is None else json.loads(minutes.data)


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def _document(row: Resolution) -> str:
    version = row.case.list.run.version
    return f"《{version.title}》（{version.document_number}）"


def _line(row: Resolution) -> dict[str, Any]:
    case = row.case
    agency = case.list.run.period.agency
    # As it lay before the meeting: the case itself follows what becomes known later.
    seen = row.assessment.facts["person"]
    aid = sum(amount for _giver, amount in seen["other_aid"])
    cells = [
        agency.name,
        case.person.name,
        mask_id(case.person.id_number),
        yuan(from_fen(seen["burden"] - seen["paid_before"])),
        yuan(from_fen(aid)),
        yuan(row.proposed),
        str(row.get_vote_display()) if row.vote else "",
        yuan(row.amount) if row.amount is not None else "—",
        " ".join(filter(None, [str(row.source) if row.source else "", row.reason])),
    ]
    return {
        "agency": agency.pk,
        "document": _document(row),
        "amount": str(row.amount or Decimal(0)),
        "cells": cells,
    }
