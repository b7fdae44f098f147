from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.operations import lock_year
from assistance.payments.models import Programme
from assistance.payments.operations import question_awards
from assistance.registry.models import Person
from assistance.registry.reasons import given_reason
from assistance.settlements.checks import check_day, check_year, checked_amount
from assistance.settlements.models import OtherAid
from assistance.settlements.permissions import check_may_record_aid
from assistance.settlements.queries import DEDUCTIBLE_GIVERS, aid_of_year
from assistance.shared.errors import Refused
from assistance.shared.money import yuan


@transaction.atomic
def record_aid(
    person: Person,
    *,
    benefit_year: int,
    giver: OtherAid.Giver,
    amount: Decimal,
    given_on: date,
    paper: str,
    actor: User | None,
    at: datetime,
) -> OtherAid:
    """Enter help from elsewhere for the cost of a year, in yuan, under the lock of the person-year.

    Help that is deducted stops every award of the year which the bank has not been given (JN21 二(四)3,
    ZS22 二(五)1).
    Raises NotAllowed, or Refused for an impossible amount, day or year, without a paper, or where the same
    help stands already: a form sent twice would deduct it twice.
    """
    check_may_record_aid(actor, person)
    return enter_aid(
        person,
        benefit_year=benefit_year,
        giver=giver,
        amount=amount,
        given_on=given_on,
        paper=paper,
        actor=actor,
        at=at,
    )


@transaction.atomic
def enter_aid(
    person: Person,
    *,
    benefit_year: int,
    giver: OtherAid.Giver,
    amount: Decimal,
    given_on: date,
    paper: str,
    actor: User | None,
    at: datetime,
) -> OtherAid:
    """As `record_aid`, for work that has decided itself who may: a listed case, a partner's answer."""
    amount = checked_amount(amount, _("amount"))
    if amount == 0:
        raise Refused(_("The amount given is more than zero."))
    _check_days(person, benefit_year, given_on, today=timezone.localdate(at))
    paper = paper.strip()
    if not paper:
        raise Refused(_("Name the paper that shows the help."))
    lock_year(person, benefit_year)
    same = {"giver": giver, "amount": amount, "given_on": given_on, "paper": paper}
    if standing := aid_of_year(person, benefit_year).filter(**same).first():
        raise Refused(_stands_already(standing))
    aid = OtherAid.objects.create(
        person=person,
        benefit_year=benefit_year,
        giver=OtherAid.Giver(giver),
        amount=amount,
        given_on=given_on,
        paper=paper,
        entered_by=actor,
        entered_at=at,
    )
    _question_awards(aid, actor=actor, at=at)
    return aid


def _stands_already(aid: OtherAid) -> str:
    return _(
        "This help is entered already: %(giver)s, %(amount)s yuan, given on %(day)s, %(paper)s (entered at"
        " %(at)s). Help that was given a second time needs a paper of its own."
    ) % {
        "giver": aid.get_giver_display(),
        "amount": yuan(aid.amount),
        "day": aid.given_on.isoformat(),
        "paper": aid.paper,
        "at": date_format(timezone.localtime(aid.entered_at), "Y-m-d H:i"),
    }


def _question_awards(aid: OtherAid, *, actor: User | None, at: datetime) -> None:
    """Before bottom-line money every help counts, that of charities and private insurers too (ZS22 二(五)1)."""
    deducted = [Programme.BOTTOM_LINE]
    if aid.giver in DEDUCTIBLE_GIVERS:
        deducted.append(Programme.JINGNING)
    reason = _("New aid was reported after the award: %(aid)s yuan.") % {"aid": yuan(aid.amount)}
    question_awards(
        aid.person,
        aid.benefit_year,
        source=f"aid:{aid.pk}",
        reason=reason,
        actor=actor,
        at=at,
        programmes=deducted,
    )


def _check_days(person: Person, benefit_year: int, given_on: date, *, today: date) -> None:
    check_day(given_on, today, _("given on"))
    check_year(person, benefit_year, today)
    if given_on.year < benefit_year:
        raise Refused(
            _("Help given on %(day)s cannot be for the cost of %(year)d.")
            % {"day": given_on.isoformat(), "year": benefit_year}
        )


@transaction.atomic
def void_aid(aid: OtherAid, *, reason: str, actor: User | None, at: datetime) -> OtherAid:
    """Take back a row entered wrongly; the right one is entered anew. Raises NotAllowed or Refused."""
    check_may_record_aid(actor, aid.person)
    return strike_aid(aid, reason=reason, at=at)


@transaction.atomic
def strike_aid(aid: OtherAid, *, reason: str, at: datetime) -> OtherAid:
    """As `void_aid`, for work that has decided itself who may."""
    reason = given_reason(reason)
    lock_year(aid.person, aid.benefit_year)
    aid = OtherAid.objects.select_related("person").get(pk=aid.pk)
    if aid.voided_at is not None:
        raise Refused(_("This entry has already been voided."))
    aid.voided_at, aid.voided_because = at, reason
    aid.save(update_fields=["voided_at", "voided_because"])
    return aid
