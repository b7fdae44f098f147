"""A valid answer to every path about bottom-line lists and joint meetings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from tests.factories.files import upload
from tests.permissions.sample import Answer, Row, Sample

WHY = {"reason": "复核"}


def _attendance(sample: Sample) -> tuple[list[Any], Row]:
    rows = sample.meetings.called.attendance.all()
    names = {f"department_{row.department_id}": "王代表" for row in rows}
    return [sample.meetings.called.number], names


def _aid(sample: Sample) -> tuple[list[Any], Row]:
    given = {"giver": "charity", "amount": "300.00", "given_on": timezone.localdate()}
    return [sample.meetings.case.number], given | {"paper": "慈善〔2〕号"}


MEETINGS: Mapping[str, Answer] = {
    "open_bottom_line": lambda s: ([s.meetings.run.pk], {}),
    "bottom_line_list": lambda s: ([s.meetings.review.pk], {}),
    "refresh_bottom_line": lambda s: ([s.meetings.stale.pk], {}),
    "seal_bottom_line": lambda s: ([s.meetings.review.pk], {}),
    "bottom_line_case": lambda s: ([s.meetings.case.number], {}),
    "mark_cost": lambda s: (
        [s.meetings.case.number, s.meetings.other_bill.pk],
        {"amount": "10.00", "reason": "自费项目"},
    ),
    "withdraw_mark": lambda s: ([s.meetings.case.number, s.meetings.mark.pk], {}),
    "add_bottom_line_aid": _aid,
    "leave_out_aid": lambda s: ([s.meetings.case.number, s.meetings.aid.aid_id], WHY),
    "bottom_line_aid_paper": lambda s: ([s.meetings.case.number, s.meetings.aid.pk], {}),
    "recheck_bottom_line": lambda s: ([s.meetings.back.number], WHY),
    "pay_bottom_line_anyway": lambda s: ([s.meetings.awarded.number], WHY),
    "take_back_bottom_line": lambda s: ([s.meetings.awarded.number], WHY),
    "propose_bottom_line_claim": lambda s: (
        [s.meetings.too_much.number],
        {"kind": "new_aid", "explanation": "慈善款迟报"},
    ),
    "agree_bottom_line_claim": lambda s: (
        [s.meetings.claim.case.number, s.meetings.claim.pk],
        {},
    ),
    "turn_down_bottom_line_claim": lambda s: (
        [s.meetings.claim.case.number, s.meetings.claim.pk],
        WHY,
    ),
    "convene_meeting": lambda s: (
        [],
        {"held_on": timezone.localdate(), "chair": "严望山", "place": "三楼会议室"},
    ),
    "meeting": lambda s: ([s.meetings.called.number], {}),
    "fill_agenda": lambda s: ([s.meetings.called.number], {}),
    "meeting_minutes": lambda s: ([s.meetings.called.number], {}),
    "meeting_scan": lambda s: ([s.meetings.signed.number], {}),
    "record_attendance": _attendance,
    "close_votes": lambda s: ([s.meetings.called.number], {}),
    "file_minutes": lambda s: ([s.meetings.minuted.number], {"scan": upload()}),
    "cancel_meeting": lambda s: ([s.meetings.called.number], WHY),
    "resolve": lambda s: (
        [s.meetings.called.number, s.meetings.called.resolutions.get().pk],
        {"vote": "refused", "reason": "第三方赔付"},
    ),
    "release_resolution": lambda s: ([s.meetings.signed.number, s.meetings.granted.pk], {}),
}
