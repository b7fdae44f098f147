"""What an agreement books, and the queue of agreed cases for which the fund holds no money.

The fund account of the year in which the money is set aside pays: a case agreed to in November that finds
it empty is paid out of next year's account, if that one has money first. Cases go on in the order in which
they were agreed to; a small one does not overtake a large one.
"""

from __future__ import annotations

import logging
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Decision
from assistance.cases.operations.moves import locked, move
from assistance.cases.operations.review import decided_estimate
from assistance.cases.queries import waiting_for_money
from assistance.cases.states import Action, State
from assistance.entitlements.models import Bucket
from assistance.entitlements.operations import grant, lock_record_year, lock_year
from assistance.payments.models import FundYear, Recovery
from assistance.payments.operations import Finding, NotEnoughMoney, reserve, settle_claims
from assistance.payments.queries import standing_claims
from assistance.shared.errors import Refused

logger = logging.getLogger(__name__)


def booking_reference(application: Application) -> str:
    """What the last agreement books under, in the person-year and in the fund."""
    agreements = application.decisions.filter(kind=Decision.Kind.AGREEMENT)
    return f"{application.number}/{agreements.count()}"


@transaction.atomic
def grant_and_reserve(
    application: Application, amount: Decimal, *, actor: User | None, at: datetime
) -> None:
    """Book the grant of the year and the reservation in the fund of the day, both or neither.

    Raises NotEnoughMoney, or Refused where the year has no fund account. Call it with the person-year and
    the application locked.
    """
    signed: dict[str, Any] = {"amount": amount, "actor": actor, "at": at}
    reference = booking_reference(application)
    account = lock_record_year(application.person, application.benefit_year)
    grant(account, bucket=Bucket.JINGNING, source=reference, **signed)
    reserve(_fund(application, localdate(at).year), reference=reference, **signed)


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


def refuse_to_overtake(application: Application) -> None:
    """Raises NotEnoughMoney while agreed cases of the same fund wait for money before this one."""
    same = {"agency": application.agency_id, "programme": application.programme}
    if waiting_for_money().filter(**same).exclude(pk=application.pk).exists():
        raise NotEnoughMoney(
            _("Other cases wait for money in the fund: this one follows in its turn.")
        )


def claims_in_line(
    application: Application, overpaid: Decimal, *, explanation: str, actor: User, at: datetime
) -> None:
    """Open or shorten the recoveries of the person-year to what this decision found overpaid."""
    person, year, programme = application.person, application.benefit_year, application.programme
    if overpaid == standing_claims(person, year, programme):
        return
    finding = Finding(
        source=f"{application.number}/{application.decisions.count()}",
        reason=Recovery.Reason(application.recovery_reason or Recovery.Reason.FACTS),
        explanation=explanation,
    )
    settle_claims(
        person, year, programme=programme, overpaid=overpaid, finding=finding, actor=actor, at=at
    )


def continue_waiting(*, at: datetime) -> tuple[int, int]:
    """Send waiting cases to publicity as far as the money of their funds reaches; (went on, failed).

    Each case is a transaction of its own. Running it again, late or twice at once, books nothing twice.
    """
    done = failed = 0
    dry: set[tuple[int, str]] = set()
    for case in waiting_for_money().select_related("person"):
        fund = (case.agency_id, case.programme)
        if fund in dry:
            continue
        try:
            if _continue(case, at=at):
                done += 1
        except (NotEnoughMoney, Refused):
            dry.add(fund)
        except Exception:
            logger.exception("waiting case %s could not go on", case.pk)
            dry.add(fund)
            failed += 1
    return done, failed


@transaction.atomic
def _continue(application: Application, *, at: datetime) -> bool:
    """Written by the system under the approver's decision; back to county review if the amount changed."""
    lock_year(application.person, application.benefit_year)
    application = locked(application, version=None)
    if application.state_enum is not State.WAITING_FUNDS:
        return False
    problem = _changed(application, at=at)
    if problem:
        application.amount = None
        application.save(update_fields=["amount"])
        to = State.COUNTY_REVIEW
        move(application, Action.CONTINUE, to, actor=None, at=at, reason=problem)
        return True
    amount = application.amount or Decimal(0)
    grant_and_reserve(application, amount, actor=None, at=at)
    move(application, Action.CONTINUE, State.PUBLICITY, actor=None, at=at)
    return True


def _changed(application: Application, *, at: datetime) -> str:
    try:
        found = decided_estimate(application, on=localdate(at))
    except Refused as error:
        return str(error)
    if found.amount == application.amount:
        return ""
    return _("The amount due is now %(now)s, not %(agreed)s.") % {
        "now": found.amount,
        "agreed": application.amount,
    }
