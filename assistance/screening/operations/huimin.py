"""Writing down the 惠民保 that the treasury has bought, for one recipient or a whole list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.calculation import huimin_premium
from assistance.calculation.results import Refused as CannotCompute
from assistance.policies.queries import pack_of
from assistance.policies.wording import refusal
from assistance.registry.models import Person
from assistance.registry.operations.premiums import lock_premiums
from assistance.registry.permissions import check_may_work_on_lists
from assistance.registry.queries.duties import digest_of, years_of_premiums
from assistance.registry.reasons import given_reason
from assistance.screening.models import HuiminPolicy
from assistance.screening.queries.documents import document_of
from assistance.screening.queries.huimin import without_huimin
from assistance.shared.errors import Refused
from assistance.shared.money import from_fen, to_fen


@transaction.atomic
def insure_huimin(
    person: Person,
    *,
    year: int,
    policy: str,
    premium: Decimal,
    paid_on: date,
    actor: User | None,
    at: datetime,
) -> HuiminPolicy:
    """Record the 惠民保 of one recipient, in yuan. Raises NotAllowed, or Refused for somebody who is not on the
    list of the day paid: not recognised, or bought already."""
    check_may_work_on_lists(actor, person.agency_id)
    lock_premiums(person.agency_id)
    people = Person.objects.filter(pk=person.pk)
    rows = _insure(person.agency, people, year, policy, premium, paid_on, actor, at)
    if not rows:
        raise Refused(
            _("%(name)s is not on the list of %(day)s.") % {"name": person, "day": paid_on}
        )
    return rows[0]


@transaction.atomic
def insure_huimin_due(
    agency: Agency,
    *,
    seen: str,
    year: int,
    policy: str,
    premium: Decimal,
    paid_on: date,
    actor: User | None,
    at: datetime,
) -> int:
    """Record the 惠民保 of everybody on the list of `paid_on`, in yuan each; how many. `seen` is the digest of the
    list that was on screen, another one is refused. Raises NotAllowed or Refused."""
    check_may_work_on_lists(actor, agency.pk)
    lock_premiums(agency.pk)
    people = Person.objects.filter(agency=agency)
    due = list(without_huimin(people, paid_on, year).values_list("pk", flat=True))
    if digest_of(due) != seen:
        raise Refused(
            _("The list has changed: %(people)d people now. Look at it again.")
            % {"people": len(due)}
        )
    return len(_insure(agency, people, year, policy, premium, paid_on, actor, at))


@transaction.atomic
def void_huimin(row: HuiminPolicy, *, reason: str, actor: User | None, at: datetime) -> None:
    """Take back an entry that is wrong; the person is on the list again. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    check_may_work_on_lists(actor, row.person.agency_id)
    row = HuiminPolicy.objects.select_for_update().get(pk=row.pk)
    if row.voided_at is not None:
        raise Refused(_("This entry has already been voided."))
    row.voided_at, row.voided_because = at, reason
    row.save(update_fields=["voided_at", "voided_because"])


def _insure(
    agency: Agency,
    people: QuerySet[Person],
    year: int,
    policy: str,
    premium: Decimal,
    paid_on: date,
    actor: User | None,
    at: datetime,
) -> Sequence[HuiminPolicy]:
    if paid_on > localdate(at):
        raise Refused(_("The day of payment lies in the future."))
    if year not in years_of_premiums(paid_on):
        raise Refused(
            _("The premium of %(year)d is not collected on %(day)s.")
            % {"year": year, "day": paid_on.isoformat()}
        )
    due = list(without_huimin(people, paid_on, year).order_by("pk"))
    if not due:
        return []
    pack = pack_of(document_of(agency, paid_on))
    try:
        paid, _line = huimin_premium(True, to_fen(premium), pack, paid_on)
    except CannotCompute as refused:
        raise Refused("\n".join(refusal(one) for one in refused.refusals)) from None
    rows = [
        HuiminPolicy(
            person=person,
            year=year,
            policy=policy.strip(),
            premium=premium,
            paid=from_fen(paid),
            paid_on=paid_on,
            entered_by=actor,
            entered_at=at,
        )
        for person in due
    ]
    return HuiminPolicy.objects.bulk_create(rows, batch_size=2000)
