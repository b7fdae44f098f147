"""From a signed resolution to the award, and back. Locks: person-year, case, award, fund year."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.models import Bucket
from assistance.entitlements.operations import grant, lock_record_year, reverse
from assistance.entitlements.queries import standing_grant
from assistance.payments.models import Award, FundYear, Programme
from assistance.payments.operations import cancel_award, create_award, lift_stops, reserve
from assistance.payments.operations.awards import given
from assistance.registry.queries import usable_accounts
from assistance.screening import meeting_permissions as permissions
from assistance.screening.meeting_permissions import check
from assistance.screening.models import BottomLineCase, Resolution
from assistance.screening.operations.answers import Found, look, move_case
from assistance.screening.operations.case_work import lock_case
from assistance.screening.operations.claims import lower_claims
from assistance.screening.states import BottomLineState, Finding, Vote
from assistance.shared.errors import Refused
from assistance.shared.money import from_fen, yuan


def booking_reference(resolution: Resolution) -> str:
    """What a grant is booked under, in the person-year and in the fund."""
    return f"{resolution.case.number}/{resolution.pk}"


@transaction.atomic
def release(resolution: Resolution, *, actor: User, at: datetime) -> Award | None:
    """Make the award of a granted case; None when what changed since sent the case back to a person.

    The facts are asked again under the lock of the person-year: aid that came after the vote, a reversed
    bill or another bottom-line payment sends it back. The grant stands outside every annual maximum
    (AMB-48), the money comes from the fund account of the agency of recognition in the year of payment. A
    second call returns the award. Raises NotAllowed, Refused without a fund account, NotEnoughMoney.
    """
    case = lock_case(resolution.case)
    resolution = _locked(resolution)
    resolution.case = case
    check(permissions.why_not_release(actor, resolution))
    if resolution.award is not None:
        return resolution.award
    found = look(case, without=booking_reference(resolution))
    if problem := _changed(resolution, found):
        _send_back(resolution, problem, actor=actor, at=at)
        return None
    award = _award(resolution, actor=actor, at=at)
    resolution.award, resolution.released_by, resolution.released_at = award, actor, at
    resolution.save(update_fields=["award", "released_by", "released_at"])
    move_case(case, BottomLineState.AWARDED, actor=actor, at=at, reason=award.number)
    lower_claims(case, actor=actor, at=at)
    return award


def _locked(resolution: Resolution) -> Resolution:
    Resolution.objects.select_for_update().get(pk=resolution.pk)
    return Resolution.objects.select_related("meeting", "award", "source").get(pk=resolution.pk)


def _changed(resolution: Resolution, found: Found) -> str:
    """What is no longer as it lay before the meeting, in a sentence."""
    if found.problem:
        return found.problem
    if not found.differs(resolution.case):
        return ""
    before = resolution.case.other_aid
    aid = from_fen(sum(amount for _giver, amount in found.facts.person.other_aid))
    after = from_fen(found.result.rows[0].after_other_aid)
    now = {"aid": yuan(aid), "before": yuan(before), "after": yuan(after)}
    if aid != before:
        return _("Other aid is %(aid)s yuan now, %(before)s at the vote; %(after)s are left.") % now
    if found.values["finding"] == Finding.EXCLUDED:
        return _("The person no longer belongs on the list of this quarter.")
    return _("The burden has changed since the vote; %(after)s are left.") % now


def _send_back(resolution: Resolution, reason: str, *, actor: User, at: datetime) -> None:
    resolution.sent_back_at, resolution.sent_back_because = at, reason[:400]
    resolution.save(update_fields=["sent_back_at", "sent_back_because"])
    move_case(resolution.case, BottomLineState.RECHECK, actor=actor, at=at, reason=reason)


def _award(resolution: Resolution, *, actor: User, at: datetime) -> Award:
    case, reference = resolution.case, booking_reference(resolution)
    period, amount = case.list.run.period, resolution.amount
    assert amount is not None
    signed: dict[str, Any] = {"amount": amount, "actor": actor, "at": at}
    fund = _fund(resolution, localdate(at).year)
    account = lock_record_year(case.person, period.last_day.year)
    grant(account, bucket=Bucket.BOTTOM_LINE, source=reference, **signed)
    reserve(fund, reference=reference, **signed)
    return create_award(
        programme=Programme.BOTTOM_LINE,
        agency=period.agency,
        person=case.person,
        account=usable_accounts(case.person).filter(reason="").first(),
        benefit_year=period.last_day.year,
        fund_year=fund,
        source=reference,
        **signed,
    )


def _fund(resolution: Resolution, year: int) -> FundYear:
    fund = FundYear.objects.filter(
        agency=resolution.case.list.run.period.agency,
        programme=Programme.BOTTOM_LINE,
        year=year,
        source=resolution.source,
    ).first()
    if fund is None:
        raise Refused(
            _("The fund account of %(year)s is not open yet: the fund supervisor opens it.")
            % {"year": year}
        )
    return fund


@transaction.atomic
def take_back(case: BottomLineCase, *, reason: str, actor: User, at: datetime) -> BottomLineCase:
    """Cancel the award of a case that the bank has not been given; a reviewer looks at the case again.

    The grant and the reservation are taken back exactly. Raises NotAllowed, or CannotMove once it is in a batch.
    """
    case = lock_case(case)
    check(permissions.why_not_take_back(actor, case))
    resolution = _awarded(case)
    reason = given(reason)
    assert resolution.award is not None
    cancel_award(resolution.award, reason=reason, actor=actor, at=at)
    entry = standing_grant(booking_reference(resolution))
    if entry is not None:
        reverse(entry, actor=actor, at=at)
    _send_back(resolution, reason, actor=actor, at=at)
    return case


@transaction.atomic
def pay_anyway(case: BottomLineCase, *, reason: str, actor: User, at: datetime) -> BottomLineCase:
    """Lift what stopped the award of a case: what became known does not change it."""
    case = lock_case(case)
    check(permissions.why_not_take_back(actor, case))
    award = _awarded(case).award
    assert award is not None
    lift_stops(award, reason=given(reason), actor=actor, at=at)
    return case


def _awarded(case: BottomLineCase) -> Resolution:
    rows = case.resolutions.select_related("award", "case").filter(
        vote=Vote.GRANTED, award__isnull=False, sent_back_at__isnull=True
    )
    found = rows.get()
    found.case = case
    return found
