"""Whose data a bottom-line list waits for, and which of them somebody has signed as complete."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db.models import Max

from assistance.accounts.models import Agency
from assistance.registry.models import Department, ListSource
from assistance.screening.models import Period, SignedSource
from assistance.settlements.models import SENDING_PAYERS, BillSource, PayerSource


class Source(NamedTuple):
    """`complete_to` is the last day up to which somebody signed; None where nobody has."""

    key: str
    name: str
    complete_to: date | None


def sources_of(agency: Agency) -> list[Source]:
    """The senders of bills, the further payers and the lists of recipients that are in use: the agency's own and
    those of the office that directs it, whose files book people of both. Each agency signs for itself, or the
    directing one for all. Premiums of the tax office are no cost of anybody's bills: no list waits for them."""
    offices = [agency.pk, *([agency.parent_id] if agency.parent_id else [])]
    signed = dict(
        SignedSource.objects.filter(agency__in=offices)
        .values_list("source")
        .annotate(Max("complete_to"))
        .order_by()
    )
    bills = BillSource.objects.filter(agency__in=offices).order_by("id")
    payers = PayerSource.objects.filter(
        agency__in=offices, is_active=True, payer__in=SENDING_PAYERS
    ).order_by("id")
    lists = ListSource.objects.filter(agency__in=offices, is_active=True).order_by("id")
    # Who is insured is no fact of a recipient's year.
    lists = lists.exclude(department=Department.INSURANCE)
    named = [
        *((f"bills:{source.pk}", str(source)) for source in bills),
        *((f"payer:{source.pk}", str(source)) for source in payers),
        *((f"list:{source.pk}", str(source)) for source in lists),
    ]
    return [Source(key, name, signed.get(key)) for key, name in named]


def missing_sources(period: Period) -> list[Source]:
    """Those nobody has signed as complete up to the last day of the period."""
    return incomplete(sources_of(period.agency), period.last_day)


def incomplete(sources: Iterable[Source], day: date) -> list[Source]:
    """Of these, the ones that are not complete up to the day."""
    return [one for one in sources if one.complete_to is None or one.complete_to < day]
