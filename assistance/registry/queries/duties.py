"""Who should be insured, whose premium should be paid, as of a day, from the register alone (B-14).

The three lists answer 应保尽保, 应资尽资 and 应享尽享; the third needs bills and stands with them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest

from assistance.accounts.models import Division
from assistance.registry.models import Enrolment, Person, RecipientSpan, Subsidy
from assistance.registry.queries.records import held_by
from assistance.registry.queries.status import in_force

ROOT = Coalesce("person__merged_into_id", "person_id")
RESIDENT = Enrolment.Kind.RESIDENT


def recognised(people: QuerySet[Person], day: date) -> QuerySet[Person]:
    """The living among `people` with a recognition that holds on `day`, each human once."""
    held = in_force(RecipientSpan.objects.all(), day).annotate(root=ROOT)
    alive = people.filter(died_on__isnull=True, merged_into__isnull=True)
    return alive.filter(pk__in=held.order_by().values("root"))


def uninsured(people: QuerySet[Person], day: date) -> QuerySet[Person]:
    """Recognised on `day` and without basic insurance anywhere, resident or employee (应保尽保)."""
    insured = in_force(Enrolment.objects.all(), day).annotate(root=ROOT)
    return recognised(people, day).exclude(pk__in=insured.order_by().values("root"))


def unsubsidised(people: QuerySet[Person], day: date) -> QuerySet[Person]:
    """Recognised and in resident insurance on `day`, and nobody has paid this year's premium (应资尽资).

    Who was insured before the recognition of the year is left out: the premium is not refunded, the
    subsidy begins with the next year (ZS22-2.1.3, WZ19-3.3).
    """
    begun = Greatest("first_day", Value(date(day.year, 1, 1)))
    then = RecipientSpan.objects.annotate(root=ROOT).filter(
        root=OuterRef("root"), voided_at__isnull=True, first_day__lte=OuterRef("begun")
    )
    still = then.filter(last_day__isnull=True) | then.filter(last_day__gte=OuterRef("begun"))
    insured = in_force(Enrolment.objects.filter(kind=RESIDENT), day).annotate(root=ROOT)
    due = insured.annotate(begun=begun).filter(Exists(still))
    paid = Subsidy.objects.filter(year=day.year, voided_at__isnull=True).annotate(root=ROOT)
    return (
        recognised(people, day)
        .filter(pk__in=due.order_by().values("root"))
        .exclude(pk__in=paid.order_by().values("root"))
    )


def digest_of(people: Iterable[int]) -> str:
    """What tells a list of people, by their ids, from every other one."""
    return hashlib.sha256(",".join(map(str, sorted(people))).encode()).hexdigest()


def county_of_resident_insurance(person: Person, year: int) -> Division | None:
    """The county of the resident insurance in a year, the latest of several."""
    rows = held_by(Enrolment.objects.filter(kind=RESIDENT).select_related("county"), person)
    row = in_force(rows, date(year, 1, 1), date(year, 12, 31)).order_by("-first_day").first()
    return row.county if row is not None else None


def counties_of(people: QuerySet[Person] | list[Person], day: date) -> dict[int, int]:
    """The county of each person's resident insurance on `day`, by the id of the record that answers."""
    rows = in_force(Enrolment.objects.filter(kind=RESIDENT), day).annotate(root=ROOT)
    found = rows.filter(root__in=[person.pk for person in people])
    return dict(found.order_by("first_day").values_list("root", F("county_id")))
