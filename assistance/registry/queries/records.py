"""Several records of one human. Rows stay with the record they were entered for; questions ask for all."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from assistance.registry.models import Person

M = TypeVar("M", bound=Model)


def root_id(person: Person) -> int:
    """The id of the record that answers for this one: itself unless it was merged."""
    return person.merged_into_id or person.pk


def records(person: Person) -> QuerySet[Person]:
    """All records of this human, for a subquery: merging is one level deep."""
    root = root_id(person)
    return Person.objects.filter(Q(pk=root) | Q(merged_into=root))


def records_of(person: Person) -> list[int]:
    """The ids of all records of this human, the one that answers first. One query."""
    root = root_id(person)
    merged = Person.objects.filter(merged_into=root).order_by("pk").values_list("pk", flat=True)
    return [root, *merged]


def canonical(person: Person) -> Person:
    """The record that answers for this human."""
    return person.merged_into or person


def same_human(one: Person, other: Person) -> bool:
    return root_id(one) == root_id(other)


def held_by(rows: QuerySet[M], person: Person) -> QuerySet[M]:
    """The rows with a `person` that belong to any record of this human. Costs no query of its own."""
    return rows.filter(person__in=records(person).values("pk"))
