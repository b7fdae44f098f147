"""The account of a person and year, line by line, with the running sums that the account keeps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.entitlements.models import MONTHS, Bucket, Entry, PersonYear
from assistance.registry.models import Person
from assistance.registry.queries import held_by, records
from assistance.settlements.models import LaterPayment, OtherAid, Settlement
from assistance.settlements.queries.payers import later_payments_of
from assistance.settlements.recount import COUNTED_PAYERS
from assistance.shared.money import ZERO, from_fen


@dataclass(frozen=True, slots=True)
class StatementLine:
    """What happened on a day and what it changed, in yuan.

    `own_total` and `own_in_scope` are added to what the person bears, `help` is what others gave
    beside that, `granted` is added to the bucket. The last three are the sums after it.
    """

    day: date
    kind: str
    about: str
    source: str
    total: Decimal | None = None
    paid: Decimal | None = None
    own_total: Decimal = ZERO
    own_in_scope: Decimal = ZERO
    help: Decimal | None = None
    bucket: Bucket | None = None
    granted: Decimal | None = None
    total_so_far: Decimal = ZERO
    in_scope_so_far: Decimal = ZERO
    granted_so_far: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Month:
    """What the person had borne by the end of a month, in yuan: as the account keeps it."""

    number: int
    own_total: Decimal
    own_in_scope: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    person: Person
    year: int
    lines: tuple[StatementLine, ...]
    months: tuple[Month, ...]
    buckets: tuple[tuple[Bucket, Decimal], ...]
    # Whether the lines come to exactly the twelve running totals of the account.
    adds_up: bool

    @property
    def last(self) -> StatementLine:
        return self.lines[-1]


def account_years(person: Person) -> list[int]:
    """The years in which any record of this human has an account, the latest first."""
    years = held_by(PersonYear.objects.all(), person).values_list("year", flat=True)
    return sorted(set(years), reverse=True)


def statement(person: Person, year: int) -> Statement:
    """Every bill, refund, later payment, other aid and entry of the year, of all records of this human.

    In the order of the days on which they count: a refund in that of its bill, a late payment at person
    and year in December.
    """
    lines = sorted(_lines(person, year), key=lambda line: line.day)
    opening = StatementLine(date(year, 1, 1), _("Opening of the year"), "", "")
    told = (opening, *_with_sums(lines))
    months = _months(person, year)
    return Statement(
        person=person,
        year=year,
        lines=told,
        months=months,
        buckets=tuple(_buckets(lines).items()),
        adds_up=_counted(lines) == [(m.own_total, m.own_in_scope) for m in months],
    )


def _lines(person: Person, year: int) -> Iterator[StatementLine]:
    yield from _bills(person, year)
    for payment in later_payments_of(person).filter(benefit_year=year).order_by("id"):
        yield _later(payment, year)
    for aid in held_by(OtherAid.objects.filter(benefit_year=year), person).order_by("id"):
        if aid.voided_at is None:
            yield _aid(aid)
    entries = Entry.objects.filter(
        account__person__in=records(person).values("pk"), account__year=year
    )
    for entry in entries.order_by("id"):
        yield StatementLine(
            localdate(entry.at),
            entry.get_kind_display(),
            entry.get_bucket_display(),
            entry_number(entry.source),
            bucket=Bucket(entry.bucket),
            granted=entry.amount,
        )


def entry_number(source: str) -> str:
    """What caused an entry, as a person knows it: the number of the bill or of the case."""
    return source.removeprefix("bill:").removeprefix("later:")


def _bills(person: Person, year: int) -> Iterator[StatementLine]:
    bills = held_by(Settlement.objects.filter(benefit_year=year), person)
    for bill in bills.order_by("id"):
        paid = bill.insurance + bill.assistance
        yield StatementLine(
            bill.settled_on,
            _("Refund") if bill.reverses_id else _("Bill"),
            bill.institution,
            bill.invoice_number or bill.source_id,
            total=bill.total,
            paid=paid,
            own_total=bill.total - paid,
            own_in_scope=bill.in_scope - paid,
        )


def _later(payment: LaterPayment, year: int) -> StatementLine:
    """Counts on the day of its bill; unions and civil affairs leave the burden as it is."""
    bill, whole = payment.settlement, payment.amount
    part = whole if payment.in_scope_part is None else payment.in_scope_part
    first, last = date(year, 1, 1), date(year, 12, 31)
    counted = payment.payer in COUNTED_PAYERS
    about = payment.get_payer_display()
    return StatementLine(
        bill.settled_on if bill else max(first, min(payment.paid_on, last)),
        _("Later payment") if whole > 0 else _("Later payment taken back"),
        f"{about} · {bill.institution}" if bill else about,
        payment.source_id,
        paid=whole if counted else None,
        own_total=-whole if counted else ZERO,
        own_in_scope=-part if counted else ZERO,
        help=None if counted else whole,
    )


def _aid(aid: OtherAid) -> StatementLine:
    return StatementLine(
        aid.given_on, _("Other aid"), aid.get_giver_display(), aid.paper, help=aid.amount
    )


def _with_sums(lines: Iterable[StatementLine]) -> Iterator[StatementLine]:
    total = in_scope = ZERO
    buckets: defaultdict[Bucket, Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        total += line.own_total
        in_scope += line.own_in_scope
        so_far = None
        if line.bucket is not None and line.granted is not None:
            buckets[line.bucket] += line.granted
            so_far = buckets[line.bucket]
        yield StatementLine(
            line.day,
            line.kind,
            line.about,
            line.source,
            line.total,
            line.paid,
            line.own_total,
            line.own_in_scope,
            line.help,
            line.bucket,
            line.granted,
            total,
            in_scope,
            so_far,
        )


def _buckets(lines: Iterable[StatementLine]) -> dict[Bucket, Decimal]:
    sums: dict[Bucket, Decimal] = {}
    for line in lines:
        if line.bucket is not None and line.granted is not None:
            sums[line.bucket] = sums.get(line.bucket, ZERO) + line.granted
    return sums


def _counted(lines: Iterable[StatementLine]) -> list[tuple[Decimal, Decimal]]:
    sums = [(ZERO, ZERO)] * MONTHS
    for line in lines:
        if line.own_total or line.own_in_scope:
            for month in range(line.day.month - 1, MONTHS):
                total, in_scope = sums[month]
                sums[month] = (total + line.own_total, in_scope + line.own_in_scope)
    return sums


def _months(person: Person, year: int) -> tuple[Month, ...]:
    """The account as it is kept; records of one human are added up."""
    kept = list(held_by(PersonYear.objects.filter(year=year), person))
    return tuple(
        Month(
            month + 1,
            from_fen(sum(account.own_total[month] for account in kept)),
            from_fen(sum(account.own_in_scope[month] for account in kept)),
        )
        for month in range(MONTHS)
    )
