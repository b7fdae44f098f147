"""A list of the insured beside the register: read in blocks, staged by COPY, compared by a few statements."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from assistance.accounts.models import Division
from assistance.accounts.queries import townships_of
from assistance.registry.models import CertificateType, ListImport
from assistance.registry.operations.lists.comparing import NULL, payload, tabbed
from assistance.registry.operations.lists.insured_reading import InsuredColumns, InsuredReader
from assistance.registry.operations.lists.insured_statements import (
    ABSENT,
    CURRENT,
    MATCHED,
    STAGED,
    TWICE,
    TWICE_NAMED,
    WANTED,
)
from assistance.registry.operations.lists.statements import NAMED

_COUNTY_ENDINGS = ("自治县", "县", "市", "区")
# Townships are nine places of the statistical code, and often written with all twelve.
_CODE_PLACES = 12


@dataclass(slots=True)
class Staged:
    """What is to be said of the rows once they are in the database."""

    rows: int = 0
    others: int = 0
    numbered: int = 0
    has_last: bool = False
    # The first row that may be anybody, and the names of rows without a readable number.
    anybody: int | None = None
    faulty_names: set[str] = field(default_factory=set)

    def add(self, columns: InsuredColumns) -> None:
        self.rows += len(columns.lines)
        self.others += columns.others
        self.has_last = columns.has_last
        for place, key in enumerate(columns.keys):
            if key is not None:
                self.numbered += 1
            elif columns.names[place]:
                self.faulty_names.add(columns.names[place])
            elif self.anybody is None:
                self.anybody = columns.lines[place]


def insured_reader(listing: ListImport) -> InsuredReader:
    """What the cells of this list mean: places by name and by code, with all endings they go under."""
    townships: dict[str, int] = {}
    counties: dict[str, int] = {}
    for division in townships_of(listing.agency).select_related("parent"):
        townships |= {division.name: division.pk, division.code: division.pk}
        townships[division.code.ljust(_CODE_PLACES, "0")] = division.pk
        for ending in ("街道", "镇", "乡"):
            townships.setdefault(division.name.removesuffix(ending), division.pk)
        county = division if division.level == Division.Level.COUNTY else division.parent
        if county is not None:
            counties |= {county.name: county.pk, county.code: county.pk}
            for ending in _COUNTY_ENDINGS:
                counties.setdefault(county.name.removesuffix(ending), county.pk)
    source = listing.source
    return InsuredReader(
        categories={},
        townships=townships,
        counties=counties,
        as_of=listing.as_of,
        end_is_outside=source.end_meaning == source.EndMeaning.FIRST_OUTSIDE,
    )


def stage(
    blocks: Iterable[InsuredColumns], *, otherwise: int | None, told: Callable[[int], None]
) -> Staged:
    """Put every row into a table of this transaction; who names no township gets `otherwise`.

    Name and number go over encrypted beside the digest. `told` learns how many rows are in.
    """
    found = Staged()
    with connection.cursor() as cursor:
        cursor.execute(STAGED)
        for columns in blocks:
            found.add(columns)
            # A township that is named and not ours is for a person to look at.
            for place, township in enumerate(columns.townships):
                if township is None and place not in columns.unknown_townships:
                    columns.townships[place] = otherwise
            with cursor.copy("COPY staged FROM STDIN") as copy:
                copy.write("".join(_line(columns, place) for place in range(len(columns.lines))))
            told(found.rows)
        cursor.execute("ANALYZE staged")
        cursor.execute(TWICE)
    return found


def _line(columns: InsuredColumns, place: int) -> str:
    """A row as COPY reads it."""
    key, county, township = columns.keys[place], columns.counties[place], columns.townships[place]
    first, last = columns.firsts[place], columns.lasts[place]
    fault = problem = NULL
    if place in columns.problems:
        fault = "doubt" if place in columns.doubtful else "error"
        problem = tabbed(json.dumps(columns.problems[place], ensure_ascii=False))
    return (
        f"{columns.lines[place]}\t{NULL if key is None else chr(92) * 2 + 'x' + key.hex()}"
        f"\t{tabbed(columns.names[place])}\t{columns.kinds[place] or NULL}"
        f"\t{NULL if county is None else county}\t{NULL if township is None else township}"
        f"\t{_day(first)}\t{_day(last)}\t{'t' if columns.ends[place] else 'f'}"
        f"\t{fault}\t{problem}\t\\\\x{payload(columns, place).hex()}\n"
    )


def _day(day: date | None) -> str:
    return NULL if day is None else day.isoformat()


def compare_insured(
    listing: ListImport, staged: Staged, reader: InsuredReader, *, is_older: bool
) -> None:
    """Write a row for each staged row that says something new, and for each insurance a full list lacks.

    Insurances over before the last year are not brought in. Belongs in the transaction of `stage`.
    """
    values: dict[str, Any] = {
        "listing": listing.pk,
        "agency": listing.agency_id,
        "counties": sorted(set(reader.counties.values())),
        "as_of": listing.as_of,
        "kept_from": date(listing.as_of.year - 1, 1, 1),
        "is_full": listing.is_full,
        "is_older": is_older,
        "has_last": staged.has_last,
        "document": CertificateType.RESIDENT_ID,
        "held": bool(listing.ends_held_because),
        "faulty_names": sorted(staged.faulty_names),
    }
    with connection.cursor() as cursor:
        for statement, table in ((NAMED, "named"), (WANTED, "wanted"), (CURRENT, "held")):
            cursor.execute(statement, values)
            cursor.execute(f"ANALYZE {table}")
        cursor.execute(TWICE_NAMED)
        cursor.execute(MATCHED, values)
        if listing.is_full:
            cursor.execute(ABSENT, values)
