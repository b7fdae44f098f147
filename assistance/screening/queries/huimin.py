"""Which recipients have no 惠民保 of the treasury yet (惠民保应保尽保, ZS22 二(四)2)."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from assistance.policies.queries import pack_of
from assistance.registry.models import Person
from assistance.registry.queries.duties import ROOT, recognised
from assistance.screening.models import HuiminPolicy, ListOffice
from assistance.screening.queries.documents import released

PROGRAMME = "huimin_premium"


def agencies_of_huimin(on: date) -> list[int]:
    """The ids of the agencies whose document of the day has the treasury buy 惠民保 for recipients."""
    known, found = released(), []
    for office in ListOffice.objects.order_by("id"):
        version = known.of(office, on)
        start = pack_of(version).start_of(PROGRAMME) if version is not None else None
        if start is not None and start.first_day <= on:
            found.append(office.agency_id)
    return found


def without_huimin(
    people: QuerySet[Person], day: date, year: int | None = None
) -> QuerySet[Person]:
    """Recognised on `day` where the document asks for it, and no 惠民保 of the year is on record."""
    bought = HuiminPolicy.objects.filter(year=year or day.year, voided_at__isnull=True)
    held = bought.annotate(root=ROOT).order_by().values("root")
    return recognised(people.filter(agency__in=agencies_of_huimin(day)), day).exclude(pk__in=held)
