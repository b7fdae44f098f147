"""The county approver's decision, and what it books."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Correction, Decision, FactSheet
from assistance.cases.operations.booking import (
    booking_reference,
    claims_in_line,
    grant_and_reserve,
    refuse_to_overtake,
)
from assistance.cases.operations.moves import locked, move, take_part
from assistance.cases.operations.review import (
    decide,
    decided_estimate,
    need_reason,
    refuse_silence,
)
from assistance.cases.queries import Estimate, estimate
from assistance.cases.states import Action, State
from assistance.entitlements.operations import lock_year, reverse
from assistance.entitlements.queries import standing_grant
from assistance.payments.operations import NotEnoughMoney, cancel_award, drop_claims, release
from assistance.shared.errors import Refused

Kind = Decision.Kind
PROPOSALS = (Kind.PROPOSAL, Kind.REFUSAL_PROPOSAL, Kind.RECOVERY_PROPOSAL)


def last_proposal(application: Application) -> Decision:
    return application.decisions.filter(kind__in=PROPOSALS).order_by("id").latest("id")


@transaction.atomic
def agree(
    application: Application, *, opinion: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Agree to the last proposal: refuse the case, claim money back, or grant the amount.

    Under the lock of the person-year the amount is computed once more; if it is not what was proposed,
    nothing happens and the approver is told. The grant and the reservation in the fund are booked here,
    so two agreements never exceed the annual due nor the balance; nothing is owed before the notice ends.
    Without money in the fund nothing is booked and the case waits for it, behind those that wait already.
    """
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.AGREE, actor=actor)
    proposal = last_proposal(application)
    if proposal.kind == Kind.REFUSAL_PROPOSAL:
        _refuse(application, proposal, opinion, actor, at)
    elif proposal.kind == Kind.RECOVERY_PROPOSAL:
        _claim_back(application, proposal, opinion, actor, at)
    else:
        _grant(application, proposal, opinion, actor, at)
    return application


def _refuse(
    application: Application, proposal: Decision, opinion: str, actor: User, at: datetime
) -> None:
    sheet = application.fact_sheets.get(kind=FactSheet.Kind.ACCEPTED)
    refuse_silence(application, estimate(application, sheet))
    decide(application, Kind.REFUSAL, opinion or proposal.opinion, actor, at)
    said = proposal.opinion
    move(application, Action.AGREE, State.REFUSED, actor=actor, at=at, reason=said)
    record_corrected_amount(application, Decimal(0))


def _claim_back(
    application: Application, proposal: Decision, opinion: str, actor: User, at: datetime
) -> None:
    """Nothing is paid; what was paid too much is claimed back in the recoveries of the person-year."""
    found = _unchanged(application, proposal, on=localdate(at))
    decide(application, Kind.RECOVERY, opinion, actor, at, amount=found.overpaid)
    application.amount = Decimal(0)
    application.save(update_fields=["amount"])
    said = proposal.opinion
    move(application, Action.AGREE, State.OVERPAID, actor=actor, at=at, reason=said)
    claims_in_line(application, found.overpaid, explanation=said, actor=actor, at=at)


def _grant(
    application: Application, proposal: Decision, opinion: str, actor: User, at: datetime
) -> None:
    found = _unchanged(application, proposal, on=localdate(at))
    decide(application, Kind.AGREEMENT, opinion, actor, at, assessment=proposal.assessment)
    record_corrected_amount(application, found.amount)
    claims_in_line(application, Decimal(0), explanation=opinion, actor=actor, at=at)
    try:
        refuse_to_overtake(application)
        grant_and_reserve(application, found.amount, actor=actor, at=at)
    except NotEnoughMoney as error:
        reason = str(error)
        move(application, Action.AGREE, State.WAITING_FUNDS, actor=actor, at=at, reason=reason)
    else:
        move(application, Action.AGREE, State.PUBLICITY, actor=actor, at=at)


def _unchanged(application: Application, proposal: Decision, *, on: date) -> Estimate:
    """The result that was proposed, if it is still what the facts come to."""
    found = decided_estimate(application, on=on)
    now = found.overpaid if proposal.kind == Kind.RECOVERY_PROPOSAL else found.amount
    if now != proposal.amount:
        raise Refused(
            _(
                "The amount is no longer the proposed one: %(proposed)s was proposed, %(now)s is due now. "
                "Send the case back to county review."
            )
            % {"proposed": proposal.amount, "now": now}
        )
    return found


def record_corrected_amount(application: Application, amount: Decimal) -> None:
    """What an ordered correction came to, when its case is decided again."""
    application.corrections.filter(
        outcome=Correction.Outcome.ORDERED, corrected_amount__isnull=True
    ).update(corrected_amount=amount)


@transaction.atomic
def send_back(
    application: Application, *, reason: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Send a proposal, or a case that waits for money, back to county review with a reason."""
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

    A reported error that nobody has decided on is overtaken. Call it with the person-year and the
    application locked.
    """
    lock_year(application.person, application.benefit_year)
    reference = booking_reference(application)
    entry = standing_grant(reference)
    if entry is not None:
        reverse(entry, actor=actor, at=at)
    release(reference, actor=actor, at=at)
    application.amount = None
    application.save(update_fields=["amount"])
    application.corrections.filter(outcome="").update(
        outcome=Correction.Outcome.OVERTAKEN, decided_at=at
    )


def take_back_award(
    application: Application, *, reason: str, actor: User | None, at: datetime
) -> None:
    """Cancel the award of a case that has left the approved state, if it has one."""
    award = application.award
    if award is None:
        return
    application.award = None
    application.save(update_fields=["award"])
    cancel_award(award, reason=reason, actor=actor, at=at)
    drop_claims(award, reason=reason, actor=actor, at=at)


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
    move(application, Action.REOPEN, State.COUNTY_REVIEW, actor=actor, at=at, reason=reason)
    take_back_award(application, reason=reason, actor=actor, at=at)
    unbook(application, actor=actor, at=at)
    return application
