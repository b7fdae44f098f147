"""People a list names whom the register does not know yet."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime

from django.db import connection
from django.utils.translation import gettext as _

from assistance.registry.models import (
    ListImport,
    ListRow,
    Person,
    PersonChange,
    PersonNumber,
    Residence,
)
from assistance.registry.numbers import derive_keys, id_digest
from assistance.shared import identity_numbers
from assistance.shared.errors import Refused
from assistance.shared.pinyin import pinyin_key

AT_ONCE = 2000
PLACED = """
UPDATE registry_listrow SET person_id = placed.person_id
FROM unnest(%s::bigint[], %s::bigint[]) AS placed (id, person_id)
WHERE registry_listrow.id = placed.id
"""


def register_newcomers(listing: ListImport, *, at: datetime) -> Iterator[int]:
    """Enter the people of the new rows with the township of the list as where they live.

    Their household registration stays unknown: a list does not tell it. Yields how many are done.
    Raises Refused when one of them has been registered since the comparison.
    """
    rows = listing.rows.filter(
        outcome=ListRow.Outcome.NEW, skipped=False, person__isnull=True
    ).order_by("line", "id")
    made: dict[bytes, int] = {}
    done = line = 0
    while chunk := list(rows.filter(line__gte=line)[:AT_ONCE]):
        _register(listing, chunk, made, at)
        done, line = done + len(chunk), chunk[-1].line or 0
        yield done


def _register(
    listing: ListImport, rows: Sequence[ListRow], made: dict[bytes, int], at: datetime
) -> None:
    new: dict[bytes, Person] = {}
    homes: list[Residence] = []
    keys: list[bytes] = []
    for row in rows:
        payload: dict[str, str] = json.loads(row.payload)
        key = bytes(row.key or id_digest(payload["number"]))
        keys.append(key)
        if key not in made and key not in new:
            person = new[key] = _person(listing, row, payload, at)
            homes.append(_home(row, person, payload))
    if _are_known(new):
        raise Refused(
            _("Somebody on the list has been registered since the comparison: compare again.")
        )
    Person.objects.bulk_create(new.values())
    made |= {key: person.pk for key, person in new.items()}
    Residence.objects.bulk_create(homes)
    PersonChange.objects.bulk_create(
        PersonChange(person=person, kind=PersonChange.Kind.REGISTERED, at=at, by=listing.applied_by)
        for person in new.values()
    )
    with connection.cursor() as cursor:
        cursor.execute(PLACED, [[row.pk for row in rows], [made[key] for key in keys]])


def _are_known(keys: Collection[bytes]) -> bool:
    """Whether one of these numbers is somebody's by now, or was."""
    return (
        Person.objects.filter(id_digest__in=keys).exists()
        or PersonNumber.objects.filter(digest__in=keys).exists()
    )


def _person(listing: ListImport, row: ListRow, payload: dict[str, str], at: datetime) -> Person:
    assert row.township_id is not None, "the comparison lets nobody new pass without a township"
    number = identity_numbers.parse(payload["number"], on=date.max)
    person = Person(
        name=payload["name"],
        pinyin_key=pinyin_key(payload["name"]),
        sex=number.sex,
        born_on=number.born_on,
        id_number=number.number,
        id_digest=id_digest(number.number),
        township_id=row.township_id,
        agency=listing.agency,
        created_at=at,
        created_by=listing.applied_by,
    )
    derive_keys(person)
    return person


def _home(row: ListRow, person: Person, payload: dict[str, str]) -> Residence:
    assert row.township_id is not None, "the comparison lets nobody new pass without a township"
    return Residence(
        person=person,
        kind=Residence.Kind.LIVING,
        division_id=row.township_id,
        village=payload["village"],
        first_day=max(row.first_day or person.born_on, person.born_on),
    )
