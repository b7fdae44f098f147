"""Rows of people registered twice: those of the record that answers and of the records merged into it."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet

from assistance.registry.models import Person


def with_joined(people: QuerySet[Person], *wanted: Prefetch[str]) -> QuerySet[Person]:
    """The people with the wanted rows of every record of theirs, for `of_all`."""
    joined = Prefetch("merged_records", Person.objects.prefetch_related(*wanted), "joined")
    return people.prefetch_related(*wanted, joined)


def of_all(person: Any, name: str) -> list[Any]:
    """What was fetched as `name`, of all records of the human."""
    return [row for record in (person, *person.joined) for row in getattr(record, name)]
