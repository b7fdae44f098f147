"""What the register and the tables know of people, as the calculation takes it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from itertools import takewhile
from typing import Any, NamedTuple

from assistance.calculation import Bill, Book, Category, History, Opening, Period, Setting, Span
from assistance.registry.models import Certificate

_STATUS = """
SELECT coalesce(p.merged_into_id, p.id), c.code, r.first_day, r.last_day, p.died_on
  FROM registry_recipientspan r
  JOIN registry_recipientcategory c ON c.id = r.category_id
  JOIN registry_person p ON p.id = r.person_id
 WHERE r.voided_at IS NULL AND (p.id = ANY(%(roots)s) OR p.merged_into_id = ANY(%(roots)s))
 ORDER BY r.first_day, r.id
"""
_CERTIFICATES = """
SELECT coalesce(p.merged_into_id, p.id), c.kind, c.first_day, c.last_day
  FROM registry_certificate c
  JOIN registry_person p ON p.id = c.person_id
 WHERE c.voided_at IS NULL AND (p.id = ANY(%(roots)s) OR p.merged_into_id = ANY(%(roots)s))
 ORDER BY c.first_day, c.id
"""
# What fills the limits of a year and stands on no bill: assistance whose visit is not here, what the year
# had seen before the bills came here.
_OPENINGS = """
SELECT coalesce(p.merged_into_id, p.id), y.year, e.bucket, (sum(e.amount) * 100)::bigint
  FROM registry_person p
  JOIN entitlements_personyear y ON y.person_id = p.id
  JOIN entitlements_entry e ON e.account_id = y.id AND e.bucket IN ('assist_in', 'assist_out')
 WHERE (p.id = ANY(%(roots)s) OR p.merged_into_id = ANY(%(roots)s))
   AND (e.kind = 'opening'
        OR e.source IN (SELECT 'later:' || l.source_id
                          FROM settlements_laterpayment l
                         WHERE l.person_id = p.id AND l.benefit_year = y.year
                           AND l.settlement_id IS NULL AND l.payer = 'assistance'
                           AND l.booked_at <= coalesce(%(until)s, 'infinity'::timestamptz)))
 GROUP BY 1, 2, 3
"""
# Every designation of the hospitals there are, so that a bill is asked by code, or by name where it has none.
_DESIGNATIONS = "SELECT code, name, first_day, last_day FROM settlements_institution"
OUTPATIENT = (Setting.OUTPATIENT, Setting.PHARMACY)
_KNOWN = {category.value for category in Category}


class Row(NamedTuple):
    """A bill as the tables have it, in fen."""

    person_id: int
    line: int  # 0: booked before
    place: int
    settled_on: Any
    service_from: Any
    service_to: Any
    setting: str
    total: int
    in_scope: int
    basic: int
    supplementary: int
    big_illness: int
    assistance: int
    rare_fund: int
    late_supplementary: int
    designated: bool
    institution_code: str
    institution: str
    psychiatric: bool
    elsewhere: bool

    @property
    def id(self) -> str:
        return f"{self.line}/{self.place}"


class Facts(NamedTuple):
    """Of one human, on whichever of his records."""

    status: tuple[Span, ...] = ()
    died_on: date | None = None
    psychiatric: tuple[Period, ...] = ()
    special_disease: tuple[Period, ...] = ()
    openings: tuple[Opening, ...] = ()


class Register:
    """The hospitals that were ever designated, by code and by name."""

    def __init__(self, cursor: Any) -> None:
        self.codes: dict[str, list[tuple[date, date | None]]] = {}
        self.names: dict[str, list[tuple[date, date | None]]] = {}
        cursor.execute(_DESIGNATIONS)
        for code, name, first_day, last_day in cursor.fetchall():
            self.codes.setdefault(code, []).append((first_day, last_day))
            self.names.setdefault(name, []).append((first_day, last_day))

    def has_ended(self, row: Row) -> bool:
        """Whether the hospital of the bill is registered, and not for the fee date. One that nobody registered
        may be designated elsewhere: the bill says so to a person and counts."""
        if row.institution_code:
            days = self.codes.get(row.institution_code)
        else:
            days = self.names.get(row.institution)
        on = row.settled_on
        return days is not None and not any(
            first <= on and (last is None or on <= last) for first, last in days
        )


def facts_of(cursor: Any, roots: list[int], until: datetime | None) -> dict[int, Facts]:
    """By person. Of what stands on no bill, what was booked `until` then; None: all of it."""
    asked = {"roots": roots, "until": until}
    found: dict[int, Facts] = {}
    cursor.execute(_STATUS, asked)
    for person, code, first_day, last_day, died_on in cursor.fetchall():
        of = found.get(person, Facts())
        # A category that the county added itself is one of the other recipients' (AMB-33).
        category = Category(code) if code in _KNOWN else Category.OTHER
        span = Span(category=category, first_day=first_day, last_day=last_day)
        found[person] = of._replace(status=(*of.status, span), died_on=of.died_on or died_on)
    cursor.execute(_CERTIFICATES, asked)
    for person, kind, first_day, last_day in cursor.fetchall():
        of = found.get(person, Facts())
        period = Period(first_day=first_day, last_day=last_day)
        if kind == Certificate.Kind.MENTAL_DISABILITY:
            found[person] = of._replace(psychiatric=(*of.psychiatric, period))
        else:
            found[person] = of._replace(special_disease=(*of.special_disease, period))
    cursor.execute(_OPENINGS, asked)
    for person, year, bucket, amount in cursor.fetchall():
        of = found.get(person, Facts())
        opening = opening_of(year, amount, outpatient=bucket == "assist_out")
        found[person] = of._replace(openings=(*of.openings, opening))
    return found


def opening_of(year: int, amount: int, *, outpatient: bool) -> Opening:
    return Opening(
        year=year, inpatient=0 if outpatient else amount, outpatient=amount if outpatient else 0
    )


def history_of(
    rows: Iterable[Row],
    left_out: Iterable[Row],
    facts: Facts,
    book: Book,
    register: Register,
    *,
    settled: bool,
) -> History:
    """Of one human. What was booked with a bill that is `left_out` fills the limits of its year all the same,
    before every other."""
    kept = [*facts.openings]
    for row in left_out:
        outpatient = row.setting in OUTPATIENT
        kept.append(
            opening_of(row.settled_on.year, _booked(row, settled) or 0, outpatient=outpatient)
        )
    return History(
        bills=tuple(_bill(row, book, register, settled) for row in rows),
        status=facts.status,
        psychiatric_certificates=facts.psychiatric,
        special_disease=facts.special_disease,
        openings=_summed(kept),
        died_on=facts.died_on,
    )


def _summed(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    years: dict[int, tuple[int, int]] = {}
    for one in openings:
        inpatient, outpatient = years.get(one.year, (0, 0))
        years[one.year] = (inpatient + one.inpatient, outpatient + one.outpatient)
    return tuple(
        Opening(year=year, inpatient=inpatient, outpatient=outpatient)
        for year, (inpatient, outpatient) in years.items()
    )


def _bill(row: Row, book: Book, register: Register, settled: bool) -> Bill:
    """What was booked fills the limits; where we grant ourselves, a new bill has none yet, and one that waits
    for a person is booked with nothing, so that those after it count as if they came in a later file."""
    on = row.settled_on
    late = row.late_supplementary
    return Bill(
        id=row.id,
        settled_on=on,
        service_from=row.service_from,
        service_to=row.service_to,
        setting=Setting(row.setting),
        total=row.total,
        in_scope=row.in_scope,
        basic=row.basic,
        supplementary=row.supplementary
        + (late if late and _has_place("supplementary", book, on) else 0),
        big=row.big_illness,
        rare_fund=row.rare_fund if row.rare_fund and _has_place("rare_fund", book, on) else 0,
        psychiatric=row.psychiatric,
        designated=row.designated and not register.has_ended(row),
        booked=0 if settled and row.line and is_floor(book, on) else _booked(row, settled),
    )


def is_floor(book: Book, on: date) -> bool:
    """Whether the document of that day says only what a county may not go below: shown, never granted (B-04)."""
    pack = book.in_force("assist", on)
    return pack is not None and pack.level == "framework"


def _booked(row: Row, settled: bool) -> int | None:
    if settled and row.line:
        return 0 if row.elsewhere else None
    return row.assistance


def _has_place(payer: str, book: Book, on: date) -> bool:
    """Whether the document of that day deducts what this payer gave before assistance; one from before they
    named the order does."""
    pack = book.in_force("assist", on)
    order = pack.find("payers.order", on=on) if pack is not None else None
    if order is None:
        return True
    before = takewhile(lambda name: name != "assistance", order.names)
    return payer in before
