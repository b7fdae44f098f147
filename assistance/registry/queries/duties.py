"""Who should be insured, whose premium should be paid, as of a day, from the register alone (B-14).

The three lists answer 应保尽保, 应资尽资 and 应享尽享; the third needs bills and stands with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import (
    Case,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, TruncMonth

from assistance.accounts.models import Division
from assistance.registry.models import Enrolment, Person, RecipientSpan, Subsidy
from assistance.registry.queries.records import held_by
from assistance.registry.queries.status import in_force

ROOT = Coalesce("person__merged_into_id", "person_id")
RESIDENT = Enrolment.Kind.RESIDENT
# Premiums of the coming year are collected from October to December (AMB-46).
COLLECTED_FROM = 10
DAY = timedelta(days=1)


def recognised(people: QuerySet[Person], day: date) -> QuerySet[Person]:
    """The living among `people` with a recognition that holds on `day`, each human once."""
    held = in_force(RecipientSpan.objects.all(), day).annotate(root=ROOT)
    alive = people.filter(died_on__isnull=True, merged_into__isnull=True)
    return alive.filter(pk__in=held.order_by().values("root"))


def uninsured(people: QuerySet[Person], day: date) -> QuerySet[Person]:
    """Recognised on `day` and without basic insurance anywhere, resident or employee (应保尽保)."""
    insured = in_force(Enrolment.objects.all(), day).annotate(root=ROOT)
    return recognised(people, day).exclude(pk__in=insured.order_by().values("root"))


def unsubsidised(people: QuerySet[Person], day: date, year: int | None = None) -> QuerySet[Person]:
    """Recognised and in resident insurance on `day`, and nobody has paid the premium of the year (应资尽资).

    The premium is paid in the month of the approval, and the insurance begins in that month (ZS22 二(一)3) or on
    the first of the next one (次月生效: ZS19 二(一), LX20 三(一), WZ19 三(三)): insurance that begins by then is
    asked for, and a recognition within the month in which it begins counts. Who was insured before, or on the
    first of January before he was recognised, is left out: nothing is refunded, the subsidy begins with the next
    year. Of the coming year, those who are insured on `day` or from January on; whoever is recognised to the end
    of December keeps it (AMB-46).
    """
    year = year or day.year
    new_year = date(year, 1, 1)
    new = When(first_day__gt=new_year, then=TruncMonth("first_day"))
    insured = resident_insurance(day, year).annotate(
        root=ROOT, begun=Greatest("first_day", Value(new_year)), month=Case(new)
    )
    insured = insured.annotate(eve=ExpressionWrapper(F("begun") - DAY, DateField()))
    held = RecipientSpan.objects.annotate(root=ROOT, month=TruncMonth("first_day")).filter(
        Q(first_day__lte=OuterRef("begun")) | Q(month=OuterRef("month")),
        Q(last_day__isnull=True) | Q(last_day__gte=OuterRef("eve")),
        root=OuterRef("root"),
        voided_at__isnull=True,
    )
    paid = Subsidy.objects.filter(year=year, voided_at__isnull=True).annotate(root=ROOT)
    return (
        recognised(people, day)
        .filter(pk__in=insured.filter(Exists(held)).order_by().values("root"))
        .exclude(pk__in=paid.order_by().values("root"))
    )


def years_of_premiums(day: date) -> tuple[int, ...]:
    """The years of insurance whose premium is paid on a day: in October to December the coming one, too."""
    return (day.year, day.year + 1) if day.month >= COLLECTED_FROM else (day.year,)


def resident_insurance(day: date, year: int) -> QuerySet[Enrolment]:
    """In force on `day`, or begun when a premium of the year that is paid on it takes effect."""
    takes_effect = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    last = min(takes_effect, date(year, 12, 31))
    return in_force(Enrolment.objects.filter(kind=RESIDENT), day, max(last, date(year, 1, 1)))


def digest_of(people: Iterable[int]) -> str:
    """What tells a list of people, by their ids, from every other one."""
    return hashlib.sha256(",".join(map(str, sorted(people))).encode()).hexdigest()


def county_of_resident_insurance(person: Person, year: int) -> Division | None:
    """The county of the resident insurance in a year, the latest of several."""
    rows = held_by(Enrolment.objects.filter(kind=RESIDENT).select_related("county"), person)
    row = in_force(rows, date(year, 1, 1), date(year, 12, 31)).order_by("-first_day").first()
    return row.county if row is not None else None


def counties_of(people: QuerySet[Person] | list[Person], day: date, year: int) -> dict[int, int]:
    """The county of each person's resident insurance that a premium paid on `day` is for, the latest of several,
    by the id of the record that answers."""
    rows = resident_insurance(day, year).annotate(root=ROOT)
    found = rows.filter(root__in=[person.pk for person in people])
    return dict(found.order_by("first_day").values_list("root", F("county_id")))
