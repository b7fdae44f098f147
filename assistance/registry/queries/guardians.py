from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from assistance.registry.models import Guardianship, Person
from assistance.registry.queries.records import held_by, records
from assistance.registry.queries.status import in_force

# Civil Code art. 17.
FULL_AGE = 18


def age_on(born_on: date, on: date) -> int:
    """Full years on a day; who was born on 29 February has his birthday on 1 March otherwise."""
    had_birthday = (on.month, on.day) >= (born_on.month, born_on.day)
    return on.year - born_on.year - (0 if had_birthday else 1)


def is_minor(person: Person, on: date) -> bool:
    """Whether a guardian has to act for the person on `on`: the one place that says so."""
    return age_on(person.born_on, on) < FULL_AGE


def guardianships_of(person: Person) -> QuerySet[Guardianship]:
    """Who answers, or answered, for the person, newest first."""
    rows = held_by(Guardianship.objects.select_related("person", "guardian__township"), person)
    return rows.order_by("-first_day", "-id")


def guardians_on(person: Person, on: date) -> QuerySet[Guardianship]:
    """Who answers for the person on `on`."""
    return in_force(guardianships_of(person), on)


def wards_of(person: Person, on: date) -> QuerySet[Guardianship]:
    """For whom the person answers on `on`."""
    rows = Guardianship.objects.select_related("person__township").filter(
        guardian__in=records(person).values("pk")
    )
    return in_force(rows, on).order_by("-first_day", "-id")
