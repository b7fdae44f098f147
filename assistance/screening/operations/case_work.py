"""Work on one case of a bottom-line list: cost that is not reasonable, other aid, the second look.

Locks: person-year, then the list, then the case.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.operations import lock_year
from assistance.files.operations import keep
from assistance.payments.operations.awards import given
from assistance.screening import meeting_permissions as permissions
from assistance.screening.meeting_permissions import check
from assistance.screening.models import BottomLineAid, BottomLineCase, BottomLineList, CostMark
from assistance.screening.operations.answers import look, note_work, settle_state, write_answer
from assistance.screening.queries.bottom_line import borne_of
from assistance.settlements.models import OtherAid, Settlement
from assistance.settlements.operations import enter_aid
from assistance.settlements.queries import aid_of_year, bills_of_year
from assistance.shared.errors import Refused, SavedAlready
from assistance.shared.money import CENT, ZERO, yuan

Change = Callable[[BottomLineCase], None]


def lock_case(case: BottomLineCase) -> BottomLineCase:
    """Lock person-year, list and case in this order, and read the case anew. Inside a transaction only."""
    lock_year(case.person, case.list.run.period.last_day.year)
    BottomLineList.objects.select_for_update().get(pk=case.list_id)
    BottomLineCase.objects.select_for_update().get(pk=case.pk)
    rows = BottomLineCase.objects.select_related(
        "person", "entry", "list__run__period__agency", "list__run__version"
    )
    return rows.get(pk=case.pk)


def _worked(
    case: BottomLineCase, change: Change, *, why_not: Any, actor: User, at: datetime
) -> BottomLineCase:
    case = lock_case(case)
    check(why_not(actor, case))
    change(case)
    note_work(case, actor)
    return write_answer(case, look(case), actor=actor, at=at)


@transaction.atomic
def mark_cost(
    case: BottomLineCase,
    *,
    bill: Settlement,
    amount: Decimal,
    reason: str,
    token: str = "",
    actor: User,
    at: datetime,
) -> BottomLineCase:
    """Say that `amount` yuan of what the person bears of a bill's in-scope cost are not reasonable (合规合理).

    The burden as counted stays beside it. The same `token` (of one form) marks once. Raises NotAllowed, or Refused for a bill of another person or
    year, one that is marked already, or more than the person bears of it.
    """

    def change(case: BottomLineCase) -> None:
        if token and (known := CostMark.objects.filter(token=token).first()):
            same = (known.case_id, known.bill_id, known.amount, known.withdrawn_at)
            if same != (case.pk, bill.pk, amount, None):
                raise SavedAlready()
            return
        period = case.list.run.period
        bills = bills_of_year(case.person, period.last_day.year)
        if not bills.filter(pk=bill.pk, settled_on__lte=period.last_day).exists():
            raise Refused(_("The bill is not among those of the period."))
        if case.marks.filter(bill=bill, withdrawn_at__isnull=True).exists():
            raise Refused(_("This bill is marked already: withdraw that mark first."))
        borne = borne_of([bill])[bill.pk]
        if not ZERO < amount <= borne or amount != amount.quantize(CENT):
            raise Refused(
                _(
                    "Give an amount above zero; of this bill the person bears %(borne)s yuan in scope."
                )
                % {"borne": yuan(borne)}
            )
        CostMark.objects.create(
            token=token or None,
            case=case,
            bill=bill,
            amount=amount,
            reason=given(reason)[:200],
            by=actor,
            at=at,
        )

    return _worked(case, change, why_not=permissions.why_not_mark, actor=actor, at=at)


@transaction.atomic
def withdraw_mark(mark: CostMark, *, actor: User, at: datetime) -> BottomLineCase:
    """Take a mark back before the list is sealed; withdrawing again changes nothing."""

    def change(_case: BottomLineCase) -> None:
        standing = CostMark.objects.filter(pk=mark.pk, withdrawn_at__isnull=True)
        standing.update(withdrawn_by=actor, withdrawn_at=at)

    return _worked(mark.case, change, why_not=permissions.why_not_mark, actor=actor, at=at)


@transaction.atomic
def add_aid(
    case: BottomLineCase,
    *,
    giver: str,
    amount: Decimal,
    given_on: date,
    paper: str,
    scan: File[Any] | None,
    actor: User,
    at: datetime,
) -> BottomLineCase:
    """Enter help from elsewhere for the person's cost of the year, with its paper; see `enter_aid`.

    It is a row of the person, so no other programme counts it a second time.
    """

    def change(case: BottomLineCase) -> None:
        aid = enter_aid(
            case.person,
            benefit_year=case.list.run.period.last_day.year,
            giver=OtherAid.Giver(giver),
            amount=amount,
            given_on=given_on,
            paper=paper,
            actor=actor,
            at=at,
        )
        stored = keep(scan, actor=actor, at=at) if scan else None
        BottomLineAid.objects.create(case=case, aid=aid, paper=stored, by=actor, at=at)

    return _worked(case, change, why_not=permissions.why_not_work_on_case, actor=actor, at=at)


@transaction.atomic
def leave_out_aid(
    case: BottomLineCase, *, aid: OtherAid, reason: str, actor: User, at: datetime
) -> BottomLineCase:
    """Do not count a help that a payer's file reports as well; an empty reason counts it again."""

    def change(case: BottomLineCase) -> None:
        year = case.list.run.period.last_day.year
        if not aid_of_year(case.person, year).filter(pk=aid.pk).exists():
            raise Refused(_("This help is not among those of the year."))
        values: Mapping[str, Any] = {
            "left_out_because": reason.strip()[:200],
            "by": actor,
            "at": at,
        }
        BottomLineAid.objects.update_or_create(case=case, aid=aid, defaults=values)

    return _worked(case, change, why_not=permissions.why_not_work_on_case, actor=actor, at=at)


@transaction.atomic
def recheck(case: BottomLineCase, *, reason: str, actor: User, at: datetime) -> BottomLineCase:
    """Look again at a case that came back: to the next meeting with the new figures, or off the agenda."""
    case = lock_case(case)
    check(permissions.why_not_recheck(actor, case))
    found = look(case)
    if found.problem:
        raise Refused(found.problem)
    write_answer(case, found, actor=actor, at=at)
    settle_state(case, actor=actor, at=at, reason=given(reason))
    return case
