"""The joint meeting: convened, attended, voted, minuted, signed (ZS22 二(五)1, 三(二)).

Locks: the meeting, then its cases; making an award is another operation (`releases`).
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.queries import agencies_with_those_below
from assistance.entitlements.operations import lock_years
from assistance.files.operations import keep
from assistance.payments.models import FundSource
from assistance.payments.operations.awards import given, numbered
from assistance.registry.queries import root_id
from assistance.screening import meeting_permissions as permissions
from assistance.screening.meeting_permissions import check
from assistance.screening.models import (
    Attendance,
    BottomLineCase,
    Meeting,
    MeetingDepartment,
    Minutes,
    Resolution,
)
from assistance.screening.operations.answers import look, move_case
from assistance.screening.queries.meetings import agenda_of
from assistance.screening.queries.minutes import minutes_data, on_paper
from assistance.screening.states import BottomLineState, MeetingState, Vote
from assistance.shared.errors import Refused
from assistance.shared.money import CENT, ZERO, yuan
from assistance.shared.typeset import typeset

STANDING = Q(vote__in=["", Vote.GRANTED, Vote.REFUSED], sent_back_at__isnull=True)


@transaction.atomic
def convene(*, held_on: date, place: str, chair: str, actor: User, at: datetime) -> Meeting:
    """Call a meeting: all departments in use are invited, and every case that waits for one is on its agenda.

    Raises NotAllowed for anybody but a supervisor of a city's agency.
    """
    check(permissions.why_not_convene(actor))
    agency = actor.agency
    assert agency is not None
    meeting = Meeting.objects.create(
        number=numbered("LX", agency, at),
        agency=agency,
        held_on=held_on,
        place=place.strip(),
        chair=chair.strip(),
        called_by=actor,
        called_at=at,
    )
    departments = MeetingDepartment.objects.filter(in_use=True).order_by("position", "id")
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, department=department) for department in departments
    )
    _fill(meeting, actor=actor, at=at)
    return meeting


@transaction.atomic
def fill_agenda(meeting: Meeting, *, actor: User, at: datetime) -> int:
    """Put cases that have come to wait since then on the agenda; how many."""
    meeting = _locked(meeting)
    check(permissions.why_not_prepare(actor, meeting))
    return _fill(meeting, actor=actor, at=at)


def _fill(meeting: Meeting, *, actor: User, at: datetime) -> int:
    """Cases on no other agenda; their rows are locked, so two meetings never take the same one.

    Of whom something became known since, a reviewer looks at the case first.
    """
    agencies = agencies_with_those_below(meeting.agency_id)
    waiting = BottomLineCase.objects.filter(
        state=BottomLineState.AGENDA, list__run__period__agency__in=agencies
    )
    rows = waiting.select_related(
        "person", "assessment", "entry", "list__run__period__agency", "list__run__version"
    )
    lock_years({(root_id(case.person), case.list.run.period.last_day.year) for case in rows})
    held = list(rows.select_for_update(of=("self",)).order_by("id"))
    taken = set(
        Resolution.objects.filter(STANDING, case__in=held).values_list("case_id", flat=True)
    ) | set(meeting.resolutions.values_list("case_id", flat=True))
    added = 0
    for case in held:
        if case.pk in taken or case.assessment is None:
            continue
        if look(case).differs(case):
            reason = _("The facts have changed since the list was sealed.")
            move_case(case, BottomLineState.RECHECK, actor=actor, at=at, reason=reason)
            continue
        Resolution.objects.create(
            meeting=meeting, case=case, assessment=case.assessment, proposed=case.proposed
        )
        added += 1
    return added


def _locked(meeting: Meeting) -> Meeting:
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    return Meeting.objects.select_related("agency").get(pk=meeting.pk)


@transaction.atomic
def record_attendance(
    meeting: Meeting, *, present: Mapping[int, str], actor: User, at: datetime
) -> Meeting:
    """Say who came: the name of the representative by department; whoever has none was absent."""
    meeting = _locked(meeting)
    check(permissions.why_not_prepare(actor, meeting))
    for row in meeting.attendance.order_by("id"):
        name = present.get(row.department_id, "").strip()[:60]
        row.represented_by, row.is_present = name, bool(name)
        row.save(update_fields=["represented_by", "is_present"])
    return meeting


@transaction.atomic
def resolve(
    resolution: Resolution,
    *,
    vote: str,
    amount: Decimal | None,
    reason: str,
    source: FundSource | None,
    actor: User,
    at: datetime,
) -> Resolution:
    """Record what the meeting decided on one case; until the votes are closed it can be recorded anew.

    An amount other than the proposed one, a refusal and a deferral have a reason. Nobody is granted more
    than the person still bears. Raises NotAllowed or Refused.
    """
    resolution.meeting = _locked(resolution.meeting)
    check(permissions.why_not_resolve(actor, resolution))
    case = BottomLineCase.objects.select_for_update().get(pk=resolution.case_id)
    resolution = Resolution.objects.select_related("case__list__run__period").get(pk=resolution.pk)
    _refuse_taken(resolution)
    vote = Vote(vote)
    if vote is Vote.GRANTED:
        _check_amount(resolution, amount, source)
    reason = reason.strip()
    if vote is not Vote.GRANTED or amount != resolution.proposed:
        reason = given(reason)
    resolution.vote, resolution.reason = vote, reason[:400]
    resolution.amount = amount if vote is Vote.GRANTED else None
    resolution.source = source if vote is Vote.GRANTED else None
    resolution.recorded_by, resolution.recorded_at = actor, at
    resolution.save(
        update_fields=["vote", "reason", "amount", "source", "recorded_by", "recorded_at"]
    )
    _follow(case, vote, actor=actor, at=at, reason=reason)
    return resolution


def _refuse_taken(resolution: Resolution) -> None:
    """A case that was put off belongs to the meeting that has taken it since."""
    others = Resolution.objects.filter(STANDING, case=resolution.case_id).exclude(pk=resolution.pk)
    other = others.select_related("meeting").first()
    if other is not None:
        raise Refused(
            _("Meeting %(number)s has taken this case since: it decides.")
            % {"number": other.meeting.number}
        )


def _check_amount(
    resolution: Resolution, amount: Decimal | None, source: FundSource | None
) -> None:
    case = resolution.case
    borne = case.burden - case.not_reasonable - case.paid_before - case.other_aid
    if amount is None or amount <= ZERO or amount != amount.quantize(CENT):
        raise Refused(_("Give the decided amount, in yuan with at most two decimals."))
    if amount > borne:
        raise Refused(
            _("The person still bears %(borne)s yuan: no more can be granted.")
            % {"borne": yuan(borne)}
        )
    if source is not None and source.agency_id != case.list.run.period.agency_id:
        raise Refused(_("This source belongs to the special fund of another agency."))


def _follow(case: BottomLineCase, vote: Vote, *, actor: User, at: datetime, reason: str) -> None:
    """The case's state follows the vote; a vote recorded anew takes the former one back first."""
    to = {
        Vote.GRANTED: BottomLineState.GRANTED,
        Vote.REFUSED: BottomLineState.REFUSED,
        Vote.DEFERRED: BottomLineState.AGENDA,
    }[vote]
    if case.state == to:
        return
    if case.state != BottomLineState.AGENDA:
        move_case(case, BottomLineState.AGENDA, actor=actor, at=at, reason=_("Vote recorded anew."))
    if to is not BottomLineState.AGENDA:
        move_case(case, to, actor=actor, at=at, reason=reason)


@transaction.atomic
def close_votes(meeting: Meeting, *, actor: User, at: datetime) -> Meeting:
    """End the meeting: attendance and votes stand, the minutes are printed, kept and signed.

    Raises Refused before the day of the meeting, while a case has no decision, attendance is not recorded, or
    nobody came; CannotPrint.
    """
    meeting = _locked(meeting)
    check(permissions.why_not_prepare(actor, meeting))
    if meeting.held_on > localdate(at):
        raise Refused(
            _("The meeting is called for %(day)s and has not taken place yet.")
            % {"day": meeting.held_on.isoformat()}
        )
    undecided = meeting.resolutions.filter(vote="").select_related("case").order_by("id")
    if undecided:
        numbers = "、".join(row.case.number for row in undecided)
        raise Refused(_("No decision is recorded for %(numbers)s.") % {"numbers": numbers})
    if not meeting.resolutions.exists():
        raise Refused(_("There is nothing on the agenda."))
    attendance = meeting.attendance.values_list("is_present", flat=True)
    if None in attendance or True not in attendance:
        raise Refused(_("Record first which departments came."))
    meeting.state, meeting.minuted_by, meeting.minuted_at = MeetingState.MINUTED, actor, at
    meeting.save(update_fields=["state", "minuted_by", "minuted_at"])
    _print(meeting, at=at)
    return meeting


def _print(meeting: Meeting, *, at: datetime) -> None:
    """Keep the minutes as they are signed: cases, names and template may change, a reprint may not."""
    data = minutes_data(meeting, list(agenda_of(meeting)), on=localdate(at))
    paper = typeset("meeting", on_paper(data))
    Minutes.objects.create(
        meeting=meeting,
        data=json.dumps(data, ensure_ascii=False),
        paper=b64encode(paper).decode(),
        digest=hashlib.sha256(paper).hexdigest(),
        made_at=at,
    )


@transaction.atomic
def file_minutes(meeting: Meeting, *, scan: File[Any], actor: User, at: datetime) -> Meeting:
    """File the scan of the signed minutes; from then on the agencies release what was granted."""
    meeting = _locked(meeting)
    check(permissions.why_not_sign(actor, meeting))
    meeting.scan = keep(scan, actor=actor, at=at)
    meeting.state, meeting.signed_by, meeting.signed_at = MeetingState.SIGNED, actor, at
    meeting.save(update_fields=["scan", "state", "signed_by", "signed_at"])
    return meeting


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, reason: str, actor: User, at: datetime) -> Meeting:
    """Call a meeting off: its cases wait for the next one."""
    meeting = _locked(meeting)
    check(permissions.why_not_prepare(actor, meeting))
    reason = given(reason)
    rows = meeting.resolutions.select_related("case").filter(STANDING)
    for row in rows.order_by("case_id"):
        case = BottomLineCase.objects.select_for_update().get(pk=row.case_id)
        _follow(case, Vote.DEFERRED, actor=actor, at=at, reason=reason)
        row.sent_back_at, row.sent_back_because = at, reason
        row.save(update_fields=["sent_back_at", "sent_back_because"])
    meeting.state = MeetingState.CANCELLED
    meeting.save(update_fields=["state"])
    return meeting
