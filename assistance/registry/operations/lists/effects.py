"""What a list does to recognitions, and how it is taken back, as statements over all its rows at once."""

from __future__ import annotations

from datetime import datetime
from string import Template
from typing import Any

from django.utils.translation import gettext as _

from assistance.registry.models import Enrolment, ListImport, PersonChange

# A recognition and an insurance are kept alike: which table, by which columns of the row.
_RECOGNITIONS = {
    "table": "registry_recipientspan",
    "span": "span_id",
    "made": "made_id",
    "what": "category_id",
    "same": "true",
    "beside": "recognised_by",
    "beside_is": "%(recognised_by)s",
    "of": "registry_recipientcategory",
    "of_id": "category_id",
    "name": "thing.name",
}
_INSURANCES = {
    "table": "registry_enrolment",
    "span": "enrolment_id",
    "made": "made_enrolment_id",
    "what": "kind",
    "same": "row.county_id = (row.before->>'county')::bigint",
    "beside": "county_id",
    "beside_is": "row.county_id",
    "of": "accounts_division",
    "of_id": "county_id",
    "name": "CASE row.kind WHEN %(resident)s THEN %(resident_is)s ELSE %(employee_is)s END"
    " || ' ' || thing.name",
}
_ROWS = """
    registry_listrow row WHERE row.listing_id = %(listing)s AND NOT row.skipped
        AND row.outcome IN ('new', 'changed', 'moved', 'ended')
"""
# Only who keeps it changes: entered by hand before, the same days on the list.
_ADOPTS = """
    row.outcome = 'changed' AND row.first_day = (row.before->>'first')::date
        AND row.last_day IS NOT DISTINCT FROM (row.before->>'last')::date AND $same
"""
_MAKES = f"""
    row.outcome = 'new' OR (row.outcome = 'moved' AND row.line IS NOT NULL)
        OR (row.outcome = 'changed' AND NOT ({_ADOPTS}))
"""
_ENDS = "row.outcome = 'ended' OR (row.outcome = 'moved' AND row.line IS NULL)"

LOCK = f"""
SELECT id FROM registry_person WHERE id IN (SELECT row.person_id FROM {_ROWS})
ORDER BY id FOR NO KEY UPDATE
"""

CHANGED_SINCE = f"""
SELECT count(*) FROM registry_listrow row
LEFT JOIN $table span ON span.id = row.$span
LEFT JOIN registry_person person ON person.id = row.person_id
WHERE row.listing_id = %(listing)s AND NOT row.skipped
    AND row.outcome IN ('new', 'changed', 'moved', 'ended')
    AND (
        (row.$span IS NOT NULL AND (
            span.voided_at IS NOT NULL
            OR span.first_day <> (row.before->>'first')::date
            OR span.last_day IS DISTINCT FROM (row.before->>'last')::date
            OR span.source_id IS DISTINCT FROM (row.before->>'source')::bigint
        ))
        OR person.died_on < row.first_day
        OR (({_MAKES}) AND EXISTS (
            SELECT FROM $table other
            WHERE other.person_id = row.person_id AND other.$what = row.$what
                AND other.voided_at IS NULL AND other.id IS DISTINCT FROM row.$span
                AND daterange(other.first_day, other.last_day, '[]')
                    && daterange(row.first_day, row.last_day, '[]')
        ))
    )
"""

NUMBER_MADE = f"""
UPDATE registry_listrow row SET $made = nextval(
    pg_get_serial_sequence('$table', 'id')
)
WHERE row.listing_id = %(listing)s AND NOT row.skipped AND ({_MAKES})
RETURNING row.id
"""

VOID = f"""
UPDATE $table span SET voided_at = %(at)s
FROM {_ROWS.replace("WHERE", "WHERE span.id = row.$span AND")}
    AND row.outcome = 'changed' AND NOT ({_ADOPTS})
"""

ADOPT = f"""
UPDATE $table span
SET source_id = %(source)s, as_of = %(as_of)s, end_is_inferred = false
FROM {_ROWS.replace("WHERE", "WHERE span.id = row.$span AND")} AND ({_ADOPTS})
"""

END = f"""
UPDATE $table span
SET last_day = row.last_day, end_is_inferred = row.line IS NULL, source_id = %(source)s,
    as_of = %(as_of)s
FROM {_ROWS.replace("WHERE", "WHERE span.id = row.$span AND")} AND ({_ENDS})
"""

LEAVE = f"""
UPDATE $table span SET last_day = row.first_day - 1, end_is_inferred = false
FROM {_ROWS.replace("WHERE", "WHERE span.id = row.$span AND")}
    AND row.outcome = 'moved' AND row.line IS NOT NULL
"""

MAKE = f"""
INSERT INTO $table (
    id, person_id, $what, $beside, first_day, last_day, source_id, as_of, end_is_inferred
)
SELECT row.$made, row.person_id, row.$what, $beside_is, row.first_day, row.last_day,
    %(source)s, %(as_of)s, false
FROM {_ROWS} AND row.$made IS NOT NULL
"""

_PERIOD = """
    $name || ' · ' || to_char({first}, 'YYYY-MM-DD') || ' –'
        || coalesce(' ' || to_char({last}, 'YYYY-MM-DD'), '')
"""
RECORD = f"""
INSERT INTO registry_personchange (person_id, kind, at, by_id, subject, reason)
SELECT row.person_id,
    CASE WHEN row.$made IS NULL AND NOT ({_ADOPTS}) THEN %(ended)s ELSE %(recognised)s END,
    %(at)s, %(by)s, {_PERIOD.format(first="row.first_day", last="row.last_day")}, %(reason)s
FROM registry_listrow row JOIN $of thing ON thing.id = row.$of_id
WHERE row.listing_id = %(listing)s AND NOT row.skipped
    AND row.outcome IN ('new', 'changed', 'moved', 'ended')
"""

DIFFERS_NOW = f"""
SELECT count(*) FROM registry_listrow row
LEFT JOIN $table span ON span.id = row.$span
LEFT JOIN $table made ON made.id = row.$made
WHERE row.listing_id = %(listing)s AND NOT row.skipped
    AND row.outcome IN ('new', 'changed', 'moved', 'ended')
    AND (
        (made.id IS NOT NULL AND (
            made.voided_at IS NOT NULL OR made.first_day <> row.first_day
            OR made.last_day IS DISTINCT FROM row.last_day
            OR made.source_id IS DISTINCT FROM %(source)s
        ))
        OR (span.id IS NOT NULL AND span.voided_at IS DISTINCT FROM CASE
            WHEN row.outcome = 'changed' AND NOT ({_ADOPTS}) THEN %(applied_at)s::timestamptz END)
        OR (span.id IS NOT NULL AND span.last_day IS DISTINCT FROM CASE
            WHEN {_ENDS} THEN row.last_day
            WHEN row.outcome = 'moved' THEN row.first_day - 1
            ELSE (row.before->>'last')::date END)
    )
"""

USED_SINCE = f"""
SELECT count(DISTINCT used.person_id) FROM registry_registeruse used
WHERE used.at >= %(applied_at)s AND used.person_id IN (SELECT row.person_id FROM {_ROWS})
"""

VOID_MADE = f"""
UPDATE $table span SET voided_at = %(at)s
FROM {_ROWS.replace("WHERE", "WHERE span.id = row.$made AND")}
"""

RESTORE = f"""
UPDATE $table span
SET voided_at = NULL, last_day = (row.before->>'last')::date,
    source_id = (row.before->>'source')::bigint, as_of = (row.before->>'as_of')::date,
    end_is_inferred = (row.before->>'inferred')::boolean
FROM {_ROWS.replace("WHERE", "WHERE span.id = row.$span AND")}
"""

RECORD_UNDONE = f"""
INSERT INTO registry_personchange (person_id, kind, at, by_id, subject, reason)
SELECT row.person_id, CASE WHEN row.$made IS NULL THEN %(recognised)s ELSE %(voided)s END,
    %(at)s, %(by)s,
    CASE WHEN row.$made IS NULL
        THEN {_PERIOD.format(first="(row.before->>'first')::date", last="(row.before->>'last')::date")}
        ELSE {_PERIOD.format(first="row.first_day", last="row.last_day")} END,
    %(reason)s
FROM registry_listrow row JOIN $of thing ON thing.id = row.$of_id
WHERE row.listing_id = %(listing)s AND NOT row.skipped
    AND row.outcome IN ('new', 'changed', 'moved', 'ended')
"""


def lock_people(cursor: Any, listing: ListImport) -> None:
    """Lock everybody the list touches, by id: it waits for others who change the same people."""
    cursor.execute(LOCK, {"listing": listing.pk})


def changed_since(cursor: Any, listing: ListImport) -> int:
    """How many rows no longer find in the register what they were compared with."""
    return _counted(cursor, listing, CHANGED_SINCE)


def apply(cursor: Any, listing: ListImport, at: datetime) -> None:
    """Void, end, adopt and make recognitions or insurances, and leave a change of each person."""
    values = _values(listing, at) | {"by": listing.applied_by_id, "reason": _reason(listing)}
    for statement in (NUMBER_MADE, VOID, ADOPT, END, LEAVE, MAKE, RECORD):
        cursor.execute(_of(listing, statement), values)


def differs_now(cursor: Any, listing: ListImport) -> int:
    """How many rows do not find what they left behind."""
    return _counted(cursor, listing, DIFFERS_NOW)


def used_since(cursor: Any, listing: ListImport) -> int:
    """On how many of its people something was decided since it was applied."""
    return _counted(cursor, listing, USED_SINCE)


def take_back(cursor: Any, listing: ListImport, at: datetime, *, by: int, reason: str) -> None:
    """Void what was made and put back what was ended, voided or adopted."""
    values = _values(listing, at) | {"by": by, "reason": reason}
    for statement in (VOID_MADE, RESTORE, RECORD_UNDONE):
        cursor.execute(_of(listing, statement), values)


def _of(listing: ListImport, statement: str) -> str:
    """The statement with the names of what the list keeps."""
    names = _INSURANCES if listing.source.is_of_insured else _RECOGNITIONS
    return Template(statement).substitute(names)


def _counted(cursor: Any, listing: ListImport, statement: str) -> int:
    cursor.execute(_of(listing, statement), _values(listing, listing.applied_at))
    return int(cursor.fetchone()[0])


def _values(listing: ListImport, at: datetime | None) -> dict[str, Any]:
    kind = PersonChange.Kind
    begun, ended, voided = kind.RECOGNISED, kind.RECOGNITION_ENDED, kind.RECOGNITION_VOIDED
    if listing.source.is_of_insured:
        begun, ended, voided = kind.ENROLLED, kind.ENROLMENT_ENDED, kind.ENROLMENT_VOIDED
    return {
        "listing": listing.pk,
        "source": listing.source_id,
        "as_of": listing.as_of,
        "at": at,
        "applied_at": listing.applied_at,
        "recognised_by": listing.source.get_department_display(),
        "recognised": begun.value,
        "ended": ended.value,
        "voided": voided.value,
        "resident": Enrolment.Kind.RESIDENT.value,
        "resident_is": str(Enrolment.Kind.RESIDENT.label),
        "employee_is": str(Enrolment.Kind.EMPLOYEE.label),
    }


def _reason(listing: ListImport) -> str:
    return _("List %(source)s of %(month)s") % {
        "source": listing.source,
        "month": f"{listing.as_of:%Y-%m}",
    }
