"""The county approver's decision, and what it books."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Decision
from assistance.cases.operations.moves import locked, move, take_part
from assistance.cases.operations.review import decide, decided_estimate, need_reason
from assistance.cases.states import Action, State
from assistance.entitlements.models import Bucket
from assistance.entitlements.operations import grant, lock_year, reverse
from assistance.entitlements.queries import standing_grant
from assistance.payments.models import FundYear
from assistance.payments.operations import cancel_award, release, reserve
from assistance.shared.errors import Refused

Kind = Decision.Kind


def booking_reference(application: Application) -> str:
    """What the last agreement booked under, in the person-year and in the fund."""
    return f"{application.number}/{application.decisions.filter(kind=Kind.AGREEMENT).count()}"


def last_proposal(application: Application) -> Decision:
    kinds = (Kind.PROPOSAL, Kind.REFUSAL_PROPOSAL)
    return application.decisions.filter(kind__in=kinds).order_by("id").latest("id")


@transaction.atomic
def agree(
    application: Application, *, opinion: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Agree to the last proposal: refuse the case, or grant the amount and send it to publicity.

    Under the lock of the person-year the amount is computed once more; if it is not what was proposed,
    nothing happens and the approver is told. The grant and the reservation in the fund are booked here,
    so two agreements never exceed the annual due nor the balance; nothing is owed before the notice ends.
    """
    account = lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.AGREE, actor=actor)
    proposal = last_proposal(application)
    if proposal.kind == Kind.REFUSAL_PROPOSAL:
        decide(application, Kind.REFUSAL, opinion or proposal.opinion, actor, at)
        said = proposal.opinion
        move(application, Action.AGREE, State.REFUSED, actor=actor, at=at, reason=said)
        return application
    amount = _proposed_amount(application, proposal, on=localdate(at))
    decide(application, Kind.AGREEMENT, opinion, actor, at, assessment=proposal.assessment)
    signed: dict[str, Any] = {"amount": amount, "actor": actor, "at": at}
    reference = booking_reference(application)
    grant(account, bucket=Bucket.JINGNING, source=reference, **signed)
    move(application, Action.AGREE, State.PUBLICITY, actor=actor, at=at)
    reserve(_fund(application, localdate(at).year), reference=reference, **signed)
    return application


def _proposed_amount(application: Application, proposal: Decision, *, on: date) -> Decimal:
    """The amount that was proposed, if it is still what is due."""
    found = decided_estimate(application, on=on)
    if found.amount != proposal.amount:
        raise Refused(
            _(
                "The amount is no longer the proposed one: %(proposed)s was proposed, %(now)s is due now. "
                "Send the case back to county review."
            )
            % {"proposed": proposal.amount, "now": found.amount}
        )
    return found.amount


def _fund(application: Application, year: int) -> FundYear:
    fund = FundYear.objects.filter(
        agency=application.agency_id, programme=application.programme, year=year
    ).first()
    if fund is None:
        raise Refused(
            _("The fund account of %(year)s is not open yet: the fund supervisor opens it.")
            % {"year": year}
        )
    return fund


@transaction.atomic
def send_back(
    application: Application, *, reason: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Send a proposal back to county review with a reason."""
    application = locked(application, version=version)
    take_part(application, Action.SEND_BACK, actor=actor)
    need_reason(reason)
    decide(application, Kind.SEND_BACK, reason, actor, at)
    application.amount = None
    application.save(update_fields=["amount"])
    move(application, Action.SEND_BACK, State.COUNTY_REVIEW, actor=actor, at=at, reason=reason)
    return application


def unbook(application: Application, *, actor: User | None, at: datetime) -> None:
    """Take back what the last agreement booked: the grant of the year and the fund's reservation.

    Call it with the person-year and the application locked.
    """
    account = lock_year(application.person, application.benefit_year)
    reference = booking_reference(application)
    entry = standing_grant(account, reference)
    if entry is not None:
        reverse(entry, actor=actor, at=at)
    release(reference, actor=actor, at=at)
    application.amount = None
    application.save(update_fields=["amount"])


@transaction.atomic
def reopen(
    application: Application, *, reason: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Take an approved case back to county review, while its award is in no batch."""
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.REOPEN, actor=actor)
    need_reason(reason)
    if application.award is None:
        raise Refused(_("The case has no award to take back."))
    award = application.award
    application.award = None
    move(application, Action.REOPEN, State.COUNTY_REVIEW, actor=actor, at=at, reason=reason)
    application.save(update_fields=["award"])
    cancel_award(award, reason=reason, actor=actor, at=at)
    unbook(application, actor=actor, at=at)
    return application
