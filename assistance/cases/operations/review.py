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
from assistance.policies.models import Assessment
from assistance.policies.operations import store_assessment
from assistance.shared.errors import Refused

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
    assessment = _store(application, found, actor, at) if found.is_amount else None
    application.assessment = assessment
    application.amount = None
    application.save(update_fields=["assessment", "amount"])
    decide(application, Kind.REFUSAL_PROPOSAL, reason, actor, at, assessment=assessment)
    move(application, Action.PROPOSE_REFUSAL, State.PROPOSED, actor=actor, at=at, reason=reason)
    return application


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
) -> Decision:
    amount: Decimal | None = assessment.amount if assessment is not None else None
    return Decision.objects.create(
        application=application,
        kind=kind,
        by=actor,
        at=at,
        opinion=opinion,
        amount=amount,
        assessment=assessment,
    )
