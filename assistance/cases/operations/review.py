"""The township's first review and the county's review up to the proposal."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Decision, FactSheet
from assistance.cases.operations.moves import locked, move, take_part
from assistance.cases.operations.sheets import is_in_line, open_accepted
from assistance.cases.queries import Estimate, estimate, missing
from assistance.cases.states import Action, State
from assistance.entitlements.operations import lock_year
from assistance.payments.models import Recovery
from assistance.payments.queries import standing_claims
from assistance.policies.models import Assessment
from assistance.policies.operations import store_assessment
from assistance.shared.errors import Refused
from assistance.shared.money import yuan

Kind = Decision.Kind


@transaction.atomic
def sign_first_review(
    application: Application, *, opinion: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Sign the township's first review and hand the case to the county (JN21 二(三)2(1))."""
    application = locked(application, version=version)
    take_part(application, Action.SIGN_FIRST_REVIEW, actor=actor)
    decide(application, Kind.FIRST_REVIEW, opinion, actor, at)
    move(application, Action.SIGN_FIRST_REVIEW, State.COUNTY_REVIEW, actor=actor, at=at)
    open_accepted(application)
    return application


@transaction.atomic
def return_application(
    application: Application, *, reason: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Send the case back for completion; the clock of the stage pauses until it comes again."""
    application = locked(application, version=version)
    take_part(application, Action.RETURN, actor=actor)
    need_reason(reason)
    decide(application, Kind.RETURN, reason, actor, at)
    move(application, Action.RETURN, State.RETURNED, actor=actor, at=at, reason=reason)
    return application


@transaction.atomic
def propose(
    application: Application, *, opinion: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Compute the amount on the accepted facts under the lock of the person-year and propose it.

    Refused while facts are missing, bills have come in that the sheet does not show, or nothing is due.
    """
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.PROPOSE, actor=actor)
    found = decided_estimate(application, on=localdate(at))
    if found.amount <= 0:
        refuse_silence(application, found)
        raise Refused(_("Nothing is due on the accepted facts: propose a refusal instead."))
    assessment = _store(application, found, actor, at)
    application.assessment = assessment
    application.amount = found.amount
    application.save(update_fields=["assessment", "amount"])
    decide(application, Kind.PROPOSAL, opinion, actor, at, assessment=assessment)
    move(application, Action.PROPOSE, State.PROPOSED, actor=actor, at=at)
    return application


@transaction.atomic
def propose_refusal(
    application: Application, *, reason: str, actor: User, at: datetime, version: int | None
) -> Application:
    """Propose to refuse, with the reason the person will read; the approver decides."""
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.PROPOSE_REFUSAL, actor=actor)
    need_reason(reason)
    found = estimate(application, application.fact_sheets.get(kind=FactSheet.Kind.ACCEPTED))
    refuse_silence(application, found)
    assessment = _store(application, found, actor, at) if found.is_amount else None
    application.assessment = assessment
    application.amount = None
    application.save(update_fields=["assessment", "amount"])
    decide(application, Kind.REFUSAL_PROPOSAL, reason, actor, at, assessment=assessment)
    move(application, Action.PROPOSE_REFUSAL, State.PROPOSED, actor=actor, at=at, reason=reason)
    return application


@transaction.atomic
def propose_recovery(
    application: Application,
    *,
    kind: str,
    opinion: str,
    actor: User,
    at: datetime,
    version: int | None,
) -> Application:
    """Propose to pay nothing and to claim back what the accepted facts show to be paid too much.

    Refused while facts are missing, or when something is due.
    """
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=version)
    take_part(application, Action.PROPOSE_RECOVERY, actor=actor)
    need_reason(opinion)
    found = decided_estimate(application, on=localdate(at))
    if found.overpaid <= 0:
        raise Refused(_("Nothing has been paid too much on the accepted facts."))
    assessment = _store(application, found, actor, at)
    application.assessment, application.amount = assessment, found.amount
    application.recovery_reason = Recovery.Reason(kind)
    application.save(update_fields=["assessment", "amount", "recovery_reason"])
    decide(
        application,
        Kind.RECOVERY_PROPOSAL,
        opinion,
        actor,
        at,
        assessment=assessment,
        amount=found.overpaid,
    )
    move(application, Action.PROPOSE_RECOVERY, State.PROPOSED, actor=actor, at=at, reason=opinion)
    return application


def refuse_silence(application: Application, found: Estimate) -> None:
    """A refusal must not pass over money that was paid too much and that nobody has claimed.

    Asked when a refusal is proposed and again when it is agreed to: aid may be reported in between.
    """
    year, programme = application.benefit_year, application.programme
    if found.overpaid > standing_claims(application.person, year, programme):
        raise Refused(
            _(
                "%(amount)s yuan were paid too much on the accepted facts: propose to claim them back."
            )
            % {"amount": yuan(found.overpaid)}
        )


def decided_estimate(application: Application, *, on: date) -> Estimate:
    """The estimate on the accepted facts, refused while it cannot be decided on."""
    sheet = application.fact_sheets.get(kind=FactSheet.Kind.ACCEPTED)
    if not is_in_line(application, sheet):
        raise Refused(
            _(
                "Bills came in or were reversed since the figures were accepted: take them over first."
            )
        )
    gaps = [gap.sentence for gap in missing(application, sheet, on=on) if gap.blocks]
    if gaps:
        raise Refused(" ".join(gaps))
    found = estimate(application, sheet)
    if not found.is_amount:
        raise Refused(" ".join(found.problems))
    return found


def _store(application: Application, found: Estimate, actor: User, at: datetime) -> Assessment:
    return store_assessment(
        person=application.person,
        benefit_year=application.benefit_year,
        version=found.version,
        facts=found.facts,
        answer=found.result,
        amount=found.amount,
        actor=actor,
        at=at,
    )


def need_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("Give the reason."))


def decide(
    application: Application,
    kind: Kind,
    opinion: str,
    actor: User,
    at: datetime,
    *,
    assessment: Assessment | None = None,
    amount: Decimal | None = None,
) -> Decision:
    if amount is None and assessment is not None:
        amount = assessment.amount
    return Decision.objects.create(
        application=application,
        kind=kind,
        by=actor,
        at=at,
        opinion=opinion,
        amount=amount,
        assessment=assessment,
    )
