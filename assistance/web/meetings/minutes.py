"""联席会议纪要: who came, and the decision on every case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from assistance.screening.models import Meeting, Resolution
from assistance.screening.states import MeetingState
from assistance.shared.masking import mask_id
from assistance.shared.money import capital, from_fen, yuan
from assistance.web.paper.words import day

# Room for a signature.
BLANK = "　"
DRAFT = "（草稿，表决尚未结束）"


def minutes_data(
    meeting: Meeting, rows: Sequence[Resolution], *, whole: bool, on: date
) -> dict[str, Any]:
    """What the minutes say; an extract names the cases of one agency alone."""
    attendance = meeting.attendance.select_related("department").order_by(
        "department__position", "id"
    )
    total = sum((row.amount or Decimal(0) for row in rows), Decimal(0))
    draft = meeting.state == MeetingState.CALLED
    return {
        "title": "兜底保障联席会议纪要" + ("" if whole else "（摘录）"),
        "sub": f"{meeting.number}{DRAFT if draft else ''}",
        "facts": [
            ["召集单位", meeting.agency.name],
            ["会议日期", day(meeting.held_on)],
            ["地点", meeting.place],
            ["主持人", meeting.chair],
        ],
        "attendance": [
            [str(n), row.department.name, row.represented_by or "缺席", BLANK]
            for n, row in enumerate(attendance, start=1)
        ],
        "basis": "、".join(sorted({_document(row) for row in rows})),
        "lines": [_line(n, row) for n, row in enumerate(rows, start=1)],
        "total": f"{yuan(total)} 元（{capital(total)}）" if total else "0.00 元",
        "printed_on": day(on),
        "foot": meeting.number,
    }


def _document(row: Resolution) -> str:
    version = row.case.list.run.version
    return f"《{version.title}》（{version.document_number}）"


def _line(n: int, row: Resolution) -> list[str]:
    case = row.case
    # As it lay before the meeting: the case itself follows what becomes known later.
    seen = row.assessment.facts["person"]
    aid = sum(amount for _giver, amount in seen["other_aid"])
    return [
        str(n),
        case.list.run.period.agency.name,
        case.person.name,
        mask_id(case.person.id_number),
        yuan(from_fen(seen["burden"] - seen["paid_before"])),
        yuan(from_fen(aid)),
        yuan(row.proposed),
        str(row.get_vote_display()) if row.vote else "",
        yuan(row.amount) if row.amount is not None else "—",
        " ".join(filter(None, [str(row.source) if row.source else "", row.reason])),
    ]
