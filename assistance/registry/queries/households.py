from __future__ import annotations

from datetime import date

from django.db.models import Case, Value, When
from django.utils.timezone import localdate

from assistance.registry.models import HouseholdMember, Person
from assistance.registry.queries.records import held_by, same_human
from assistance.registry.queries.status import in_force

Relation = HouseholdMember.Relation


def membership_on(person: Person, day: date) -> HouseholdMember | None:
    """The household the person belongs to on `day`; of two records that were merged the later one's."""
    rows = held_by(HouseholdMember.objects.select_related("household__township"), person)
    return in_force(rows, day).order_by("first_day", "id").last()


def household_of(person: Person, on: date | None = None) -> list[HouseholdMember]:
    """Everybody of the person's household on a day (today), himself too, the head first.

    Empty where no household is known. Names and relations only: whether the viewer may open another
    member is asked of that member.
    """
    day = on or localdate()
    own = membership_on(person, day)
    if own is None:
        return []
    head_first = Case(When(relation=Relation.HEAD, then=Value(0)), default=Value(1))
    rows = HouseholdMember.objects.filter(household=own.household_id).select_related(
        "household", "person__township", "person__agency"
    )
    return list(in_force(rows, day).order_by(head_first, "person__born_on", "id"))


def same_household(one: Person, other: Person, on: date | None = None) -> bool:
    """Whether two people belong to one household on a day (today)."""
    return any(same_human(member.person, other) for member in household_of(one, on))
