"""Aid that a partner reports at his desk, as the help from elsewhere that awards and lists count."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.entitlements.operations import lock_years
from assistance.registry.queries import root_id
from assistance.screening.models import Push, PushAnswer
from assistance.screening.states import PartnerKind, PushState
from assistance.settlements.models import OtherAid
from assistance.settlements.operations import enter_aid, strike_aid
from assistance.settlements.queries import aid_of_year

# Every other office is one of the government.
GIVERS = {
    PartnerKind.RED_CROSS: OtherAid.Giver.RED_CROSS,
    PartnerKind.CHARITY: OtherAid.Giver.CHARITY,
    PartnerKind.UNION: OtherAid.Giver.UNION,
    PartnerKind.DISABLED: OtherAid.Giver.DISABLED_FEDERATION,
}


def lock_answered(rows: Collection[int], given_on: date | None) -> None:
    """Lock the person-years whose aid an answer to these rows adds or takes back, before the rows themselves."""
    answers = PushAnswer.objects.filter(push__in=rows, aid__isnull=False)
    earlier = OtherAid.objects.filter(pk__in=answers.values("aid")).select_related("person")
    years = {(root_id(aid.person), aid.benefit_year) for aid in earlier}
    if given_on is not None:
        found = Push.objects.filter(pk__in=rows).select_related("person")
        years |= {(root_id(push.person), _year(push, given_on)) for push in found}
    lock_years(years)


def _year(push: Push, given_on: date) -> int:
    """Of the cost that the list told of; what was given before it was for the year it was given in."""
    return min(push.month.year, given_on.year)


def follow_answer(
    push: Push, given: Mapping[str, Any], *, actor: User | None, at: datetime
) -> OtherAid | None:
    """Take back the aid of the answer before, and enter that of this one; None where it gives none.

    A help that stands already (same giver, amount and day: told of last month, or typed) is not entered twice.
    Call it with the person-year locked.
    """
    newest = push.answers.select_related("aid").order_by("-id").first()
    if newest is not None and newest.aid is not None:
        _take_back(newest, newest.aid, at=at)
    if given["answer"] != PushState.AIDED:
        return None
    year = _year(push, given["given_on"])
    giver = GIVERS.get(PartnerKind(push.office.kind), OtherAid.Giver.GOVERNMENT)
    same = {"giver": giver, "amount": given["amount"], "given_on": given["given_on"]}
    standing = aid_of_year(push.person, year).filter(**same).first()
    return standing or enter_aid(
        push.person,
        benefit_year=year,
        paper=_("Answer of %(office)s") % {"office": push.office.name},
        actor=actor,
        at=at,
        **same,
    )


def _take_back(answer: PushAnswer, aid: OtherAid, *, at: datetime) -> None:
    """Unless somebody typed it, or the answer to another row rests on it."""
    made = Q(by=aid.entered_by_id, at=aid.entered_at)
    answers = PushAnswer.objects.filter(aid=aid)
    others = answers.exclude(push=answer.push_id)
    if aid.voided_at is None and answers.filter(made).exists() and not _relied_on(others):
        strike_aid(aid, reason=_("The partner corrected his answer."), at=at)


def _relied_on(answers: Any) -> bool:
    rows = answers.select_related("push").order_by("id")
    return any(row.push.answers.latest("id").pk == row.pk for row in rows)
