"""The review of a bottom-line list, from the finished run to the seal (ZS22 二(五)1).

Locks: person-year, then the list, then the case. Once the list is sealed its cases' sealed answers never change;
a case that comes back from a meeting is looked at by itself (`case_work.recheck`).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.operations import lock_years
from assistance.payments.operations.awards import numbered
from assistance.registry.queries import root_id
from assistance.screening import meeting_permissions as permissions
from assistance.screening.meeting_permissions import check
from assistance.screening.models import (
    BottomLineAid,
    BottomLineCase,
    BottomLineChange,
    BottomLineList,
    CostMark,
    ListEntry,
    ListRun,
    Period,
)
from assistance.screening.operations.answers import look, note_work, settle_state, write_answer
from assistance.screening.queries.bottom_line import (
    earlier_case,
    help_entered_by,
    replaced,
)
from assistance.screening.queries.quarters import listed_already, without_case
from assistance.screening.queries.runs import WHOLE
from assistance.screening.states import (
    Finding,
    ListKind,
    ReviewState,
    RunKind,
    RunState,
)
from assistance.shared.errors import NotAllowed, Refused
from assistance.shared.money import ZERO


@transaction.atomic
def open_review(run: ListRun, *, actor: User | None, at: datetime) -> BottomLineList:
    """Make a case of every entry of a finished bottom-line run; a second call returns the same list.

    A list drawn up again replaces one that is not sealed. A supplementary list takes only people who stand on
    no list of the quarter, or stand there with a lower burden; whom another agency's list took already, no
    other list takes. Raises NotAllowed but for a reviewer of the
    agency, Refused for a trial or when the quarter's list is sealed: late data come by a supplementary one.
    """
    if actor is not None:
        check(permissions.why_not_open_review(actor, run))
    _lock_people(run)
    ListRun.objects.select_for_update().get(pk=run.pk)
    existing = BottomLineList.objects.filter(run=run).first()
    if existing is not None:
        return existing
    run = ListRun.objects.select_related("period__agency", "version").get(pk=run.pk)
    _refuse_unless_reviewable(run)
    if run.kind != RunKind.SUPPLEMENT:
        _replace_others(run)
    # On supplementary lists whose review has begun stand people whom a list drawn up again names, too.
    known = listed_already(run)
    reviewed = BottomLineList.objects.create(run=run, opened_by=actor, opened_at=at)
    entries = run.entries.select_related("person").order_by("-burden", "id")
    for entry in entries:
        root = root_id(entry.person)
        if root not in known or entry.own_in_scope > known[root]:
            _open_case(reviewed, entry, actor=actor, at=at)
    return reviewed


def _lock_people(run: ListRun) -> None:
    people = set(run.entries.values_list("person_id", "person__merged_into"))
    year = run.period.last_day.year
    lock_years({(into or person, year) for person, into in people})


def _refuse_unless_reviewable(run: ListRun) -> None:
    if run.period.kind != ListKind.BOTTOM_LINE or run.kind == RunKind.TRIAL:
        raise Refused(_("Only a bottom-line list that is no trial is reviewed."))
    if run.state != RunState.DONE:
        raise Refused(_("The list has not been drawn up yet."))


def _replace_others(run: ListRun) -> None:
    others = BottomLineList.objects.select_for_update().filter(run__period=run.period)
    others = others.exclude(run__kind=RunKind.SUPPLEMENT)
    for other in others.order_by("id"):
        if other.state == ReviewState.SEALED:
            raise Refused(
                _("The list of this quarter is sealed: draw up a supplementary list for late data.")
            )
        other.state = ReviewState.SUPERSEDED
        other.save(update_fields=["state"])
    if ListRun.objects.filter(replaced(), pk=run.pk).exists():
        raise Refused(_("A newer list of this quarter has been drawn up: review that one."))


def _open_case(
    reviewed: BottomLineList, entry: ListEntry, *, actor: User | None, at: datetime
) -> BottomLineCase:
    case = BottomLineCase(
        number=numbered("DD", reviewed.run.period.agency, at),
        list=reviewed,
        entry=entry,
        person=entry.person,
        finding=Finding.UNCLEAR,
        burden=ZERO,
    )
    case.save(force_insert=True)
    BottomLineChange.objects.create(case=case, to_state=case.state, by=actor, at=at)
    _carry_over(case)
    return write_answer(case, look(case), actor=actor, at=at)


def _carry_over(case: BottomLineCase) -> None:
    """What the reviewer found of the same bills and the same aid on the last list of the year holds on."""
    before = earlier_case(case)
    if before is None:
        return
    marks = before.marks.filter(withdrawn_at__isnull=True).order_by("id")
    CostMark.objects.bulk_create(
        CostMark(
            case=case,
            bill_id=mark.bill_id,
            amount=mark.amount,
            reason=mark.reason,
            by_id=mark.by_id,
            at=mark.at,
        )
        for mark in marks
    )
    BottomLineAid.objects.bulk_create(
        BottomLineAid(
            case=case,
            aid_id=row.aid_id,
            paper_id=row.paper_id,
            left_out_because=row.left_out_because,
            by_id=row.by_id,
            at=row.at,
        )
        for row in before.aid.order_by("id")
    )


@transaction.atomic
def refresh(reviewed: BottomLineList, *, actor: User, at: datetime) -> int:
    """Compute the cases of an open list anew; how many changed.

    Whom another agency's list had taken and does not name any more becomes a case here.
    """
    reviewed, cases = _locked_list(reviewed)
    check(permissions.why_not_review(actor, reviewed))
    changed = 0
    for entry in without_case(reviewed).select_related("person"):
        note_work(_open_case(reviewed, entry, actor=actor, at=at), actor)
        changed += 1
    for case in cases:
        found = look(case)
        if found.differs(case):
            write_answer(case, found, actor=actor, at=at)
            note_work(case, actor)
            changed += 1
    return changed


def _locked_list(reviewed: BottomLineList) -> tuple[BottomLineList, list[BottomLineCase]]:
    rows = BottomLineCase.objects.select_related("person", "entry").filter(list=reviewed)
    _lock_people(reviewed.run)
    BottomLineList.objects.select_for_update().get(pk=reviewed.pk)
    list(rows.select_for_update(of=("self",)).order_by("id").values_list("pk"))
    reviewed = BottomLineList.objects.select_related("run__period__agency", "run__version").get(
        pk=reviewed.pk
    )
    cases = list(rows.order_by("id"))
    for case in cases:
        case.list = reviewed
    return reviewed, cases


@transaction.atomic
def seal(reviewed: BottomLineList, *, actor: User, at: datetime) -> BottomLineList:
    """Seal a list: its cases go on the agenda of the next meeting or stay off it; nothing changes afterwards.

    Raises NotAllowed but for an approver of the agency who marked or entered nothing himself, Refused when
    the figures are no longer those on screen or a case cannot be computed.
    """
    reviewed, cases = _locked_list(reviewed)
    check(permissions.why_not_seal(actor, reviewed))
    _refuse_before_newer(reviewed)
    if _took_part(reviewed, actor):
        raise NotAllowed(_("You worked on this list yourself: another approver seals it."))
    _refuse_while_people_are_lost(reviewed)
    unclear = [case.number for case in cases if case.finding == Finding.UNCLEAR]
    if unclear:
        raise Refused(
            _("Cannot be computed, a person has to mend the data first: %(numbers)s")
            % {"numbers": "、".join(unclear)}
        )
    changed = [case.number for case in cases if look(case).differs(case)]
    if changed:
        raise Refused(
            _("The facts have changed; the reviewer computes the list anew first: %(numbers)s")
            % {"numbers": "、".join(changed)}
        )
    for case in cases:
        case.sealed_assessment = case.assessment
        case.save(update_fields=["sealed_assessment"])
        settle_state(case, actor=actor, at=at)
    reviewed.state, reviewed.sealed_by, reviewed.sealed_at = ReviewState.SEALED, actor, at
    reviewed.save(update_fields=["state", "sealed_by", "sealed_at"])
    return reviewed


def _refuse_before_newer(reviewed: BottomLineList) -> None:
    """Once a list is sealed one drawn up again could no longer be opened, and who is new on it would be lost."""
    if reviewed.run.kind == RunKind.SUPPLEMENT:
        return
    newer = reviewed.run.period.runs.filter(
        kind__in=WHOLE, state__in=(RunState.QUEUED, RunState.DONE), id__gt=reviewed.run_id
    )
    if not newer.exists():
        # Nobody starts one until the seal stands.
        Period.objects.select_for_update(no_key=True).get(pk=reviewed.run.period_id)
    if newer.exists():
        raise Refused(_("This list has been drawn up again: the newer one is reviewed and sealed."))


def _refuse_while_people_are_lost(reviewed: BottomLineList) -> None:
    lost = without_case(reviewed).count()
    if lost:
        raise Refused(
            _(
                "People of this list who are no case of any list since another agency's list was drawn up "
                "again: %(count)d. The reviewer computes the list anew first."
            )
            % {"count": lost}
        )


def _took_part(reviewed: BottomLineList, user: User) -> bool:
    marked = CostMark.objects.filter(case__list=reviewed, by=user)
    entered = BottomLineAid.objects.filter(case__list=reviewed, by=user)
    worked = reviewed.cases.filter(worked_by__contains=[user.pk])
    typed = help_entered_by(reviewed, user)
    own = reviewed.opened_by_id == user.pk
    return own or any(rows.exists() for rows in (marked, entered, worked, typed))
