"""Ended notices: a second look at each case, then the award."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.cases.models import Application, FactSheet, Notice, NoticeLine
from assistance.cases.operations.approval import unbook
from assistance.cases.operations.booking import booking_reference
from assistance.cases.operations.moves import locked, move
from assistance.cases.operations.notices import stop_line
from assistance.cases.operations.sheets import is_in_line
from assistance.cases.queries import missing
from assistance.cases.queries.estimates import estimate
from assistance.cases.states import Action, State
from assistance.entitlements.operations import lock_year
from assistance.payments.operations import create_award
from assistance.payments.queries import reservation, reserving
from assistance.registry.models import PersonChange
from assistance.registry.queries import held_by
from assistance.settlements.queries import DEDUCTIBLE_GIVERS, aid_history
from assistance.settlements.queries.payers import paid_since

logger = logging.getLogger(__name__)
Outcome = NoticeLine.Outcome


@dataclass(frozen=True, slots=True)
class Closing:
    """How many cases a run approved, sent back, and could not close because of an error."""

    approved: int = 0
    sent_back: int = 0
    failed: int = 0


def close_due_notices(*, at: datetime) -> Closing:
    """Close every case whose certified notice ended undisturbed before the day of `at`.

    Each case is a transaction of its own: an error stops no other. Running it again, late or twice at
    once, closes nothing twice.
    """
    due = NoticeLine.objects.filter(
        outcome=Outcome.OPEN,
        application__state=State.PUBLICITY,
        notice__certified_at__isnull=False,
        notice__last_day__lt=localdate(at),
    ).exclude(application__corrections__outcome="")
    counts = {True: 0, False: 0, None: 0}
    for line in due.select_related("application__person").order_by("id"):
        counts[_close_safely(line, at=at)] += 1
    _close_notices(at=at)
    return Closing(approved=counts[True], sent_back=counts[False], failed=counts[None])


def _close_safely(line: NoticeLine, *, at: datetime) -> bool | None:
    try:
        return close_line(line, at=at)
    except Exception:
        logger.exception("notice line %s could not be closed", line.pk)
        return None


@transaction.atomic
def close_line(line: NoticeLine, *, at: datetime) -> bool:
    """Look at the case once more and award it, or send it back; whether it was awarded.

    A case with a reported error waits for the approver. Written by the system under the approver's decision.
    """
    application = line.application
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=None)
    line = NoticeLine.objects.select_for_update().get(pk=line.pk)
    if line.outcome != Outcome.OPEN or application.state != State.PUBLICITY:
        return False
    if application.corrections.filter(outcome="").exists():
        return False
    findings = second_look(application, on=localdate(at))
    if findings:
        reason = " ".join(findings)
        move(
            application, Action.CLOSE_NOTICE, State.COUNTY_REVIEW, actor=None, at=at, reason=reason
        )
        stop_line(line)
        unbook(application, actor=None, at=at)
        return False
    _award(application, at=at)
    line.outcome = Outcome.UNDISTURBED
    line.save(update_fields=["outcome"])
    return True


def second_look(application: Application, *, on: date) -> list[str]:
    """What has changed since the approver agreed: death, status, new aid, bills, balance."""
    sheet = application.fact_sheets.get(kind=FactSheet.Kind.ACCEPTED)
    findings = []
    if _died_since(application):
        findings.append(_("The patient has died: the heirs' claim has to be examined."))
    if not is_in_line(application, sheet):
        findings.append(_("Bills of the year came in or were reversed after the decision."))
    if _aid_since(application):
        findings.append(_("New aid from elsewhere was reported after the decision."))
    findings += [gap.sentence for gap in missing(application, sheet, on=on) if gap.blocks]
    found = estimate(application, sheet, without=booking_reference(application))
    if found.amount != application.amount:
        findings.append(
            _("The amount due is now %(now)s, not %(agreed)s.")
            % {"now": found.amount, "agreed": application.amount}
        )
    if reservation(booking_reference(application)) != application.amount:
        findings.append(_("The fund's reservation for this case does not stand."))
    return findings


def _died_since(application: Application) -> bool:
    """Whether the death became known after the proposal: what was known then was decided on."""
    person, decided = application.person, application.assessment
    if person.died_on is None:
        return False
    # On whichever record of this human it was entered: all of them have got the day.
    deaths = held_by(PersonChange.objects.filter(kind=PersonChange.Kind.DIED), person)
    entered = deaths.order_by("id").last()
    return decided is None or entered is None or entered.at > decided.made_at


def _aid_since(application: Application) -> bool:
    """Whether aid was reported, or taken back, after the proposal."""
    decided = application.assessment
    if decided is None:
        return False
    aid = aid_history(application.person).filter(
        benefit_year=application.benefit_year, giver__in=DEDUCTIBLE_GIVERS
    )
    new = aid.filter(entered_at__gt=decided.made_at, voided_at__isnull=True)
    gone = aid.filter(entered_at__lte=decided.made_at, voided_at__gt=decided.made_at)
    if new.exists() or gone.exists():
        return True
    return paid_since(application.person, application.benefit_year, decided.made_at)


def _award(application: Application, *, at: datetime) -> None:
    """The award draws on the reservation made for it, in the fund year in which that was made."""
    reference = booking_reference(application)
    reserved = reserving(reference)
    assert reserved is not None, "the second look has seen it"
    application.award = create_award(
        programme=application.programme,
        agency=application.agency,
        person=application.person,
        account=application.account,
        amount=application.amount,
        benefit_year=application.benefit_year,
        fund_year=reserved.fund_year,
        source=reference,
        at=at,
    )
    application.save(update_fields=["award"])
    move(application, Action.CLOSE_NOTICE, State.APPROVED, actor=None, at=at)


def _close_notices(*, at: datetime) -> None:
    """A certified, ended notice without an open case of its own is closed; its web page ends."""
    ended = Notice.objects.filter(
        state=Notice.State.POSTED, certified_at__isnull=False, last_day__lt=localdate(at)
    )
    ended.exclude(lines__outcome=Outcome.OPEN).update(state=Notice.State.CLOSED, closed_at=at)
