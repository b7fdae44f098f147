"""Premiums in a file of the tax office: placed by person and year, booked as subsidies, voided again (资助参保)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.models import Enrolment, Subsidy
from assistance.registry.numbers import id_digest
from assistance.registry.operations.premiums import (
    Premium,
    lock_premiums,
    record_premiums,
    void_premiums,
)
from assistance.settlements.models import PayerFile, PayerLine, PayerSource, PremiumBooking
from assistance.settlements.operations.payers.matching import Known, find_people
from assistance.settlements.operations.payers.placing import InDoubt, Payment, Reason
from assistance.settlements.payers import PaidRow
from assistance.shared.errors import Refused
from assistance.shared.money import from_fen

Fate = PayerLine.Fate
AT_ONCE = 2_000
# The latest resident insurance of each human and year, and whether he was recognised in the month in which it
# began, or by the first of January (ZS22 二(一)3, WZ19 三(三)), as on our own list (`unsubsidised`): who was
# insured before is subsidised from the next year on.
_INSURED = """
SELECT DISTINCT ON (w.root, w.year) w.root, w.year, e.county_id,
       EXISTS (SELECT FROM registry_recipientspan c JOIN registry_person q ON q.id = c.person_id
                WHERE (q.id = w.root OR q.merged_into_id = w.root) AND c.voided_at IS NULL
                  AND c.first_day < CASE WHEN e.first_day > make_date(w.year, 1, 1)
                                         THEN date_trunc('month', e.first_day) + interval '1 month'
                                         ELSE make_date(w.year, 1, 2) END
                  AND coalesce(c.last_day, 'infinity')
                      >= greatest(e.first_day, make_date(w.year, 1, 1)) - 1)
  FROM (SELECT DISTINCT * FROM unnest(%(roots)s::bigint[], %(years)s::int[]) AS u(root, year)) AS w
  JOIN registry_person p ON p.id = w.root OR p.merged_into_id = w.root
  JOIN registry_enrolment e ON e.person_id = p.id AND e.voided_at IS NULL AND e.kind = %(kind)s
   AND e.first_day <= make_date(w.year, 12, 31)
   AND coalesce(e.last_day, 'infinity') >= make_date(w.year, 1, 1)
 ORDER BY w.root, w.year, e.first_day DESC, e.id DESC
"""
_STANDING = """
SELECT coalesce(p.merged_into_id, p.id), s.year, s.id, ((s.basic + s.big_illness) * 100)::bigint, s.paid_on
  FROM registry_subsidy s JOIN registry_person p ON p.id = s.person_id
 WHERE s.voided_at IS NULL AND coalesce(p.merged_into_id, p.id) = ANY(%(roots)s)
"""
_BOOKED = """
SELECT coalesce(p.merged_into_id, p.id), s.year, (b.amount * 100)::bigint, b.paid_on, b.batch
  FROM settlements_premiumbooking b
  JOIN settlements_payerfile f ON f.id = b.file_id AND f.stage <> 'undone'
  JOIN registry_subsidy s ON s.id = b.subsidy_id
  JOIN registry_person p ON p.id = s.person_id
 WHERE f.source_id = %(source)s AND coalesce(p.merged_into_id, p.id) = ANY(%(roots)s)
"""


class _Row(NamedTuple):
    """What tells a row from every other one of the same human."""

    root: int
    year: int
    amount: int
    paid_on: date
    batch: str


class _Standing(NamedTuple):
    # The row in the register, or the payment placed further up in this file.
    of: int | Payment
    amount: int
    paid_on: date


class PremiumPlacing:
    """Places the rows of a file of premiums in their order; each human and year is paid for once."""

    def __init__(self, source: PayerSource, rows: Sequence[PaidRow]) -> None:
        self.digests = {row.line: id_digest(row.id_number) for row in rows}
        self.people = find_people(source, set(self.digests.values()))
        roots = sorted({known.root for known in self.people.values()})
        wanted = [
            (known.root, year_of(row))
            for row in rows
            if (known := self.people.get(self.digests[row.line])) is not None
        ]
        values: dict[str, Any] = {"source": source.pk, "roots": roots}
        with connection.cursor() as cursor:
            cursor.execute(_STANDING, values)
            self._standing = {(r, y): _Standing(*found) for r, y, *found in cursor.fetchall()}
            cursor.execute(_BOOKED, values)
            self._before = Counter(_Row(*row) for row in cursor.fetchall())
            humans = {"roots": [r for r, _y in wanted], "years": [y for _r, y in wanted]}
            cursor.execute(_INSURED, humans | {"kind": Enrolment.Kind.RESIDENT.value})
            self.insured = {(r, y): (county, due) for r, y, county, due in cursor.fetchall()}
        self._met: Counter[_Row] = Counter()
        # Of each human and year what a further row of the file would only repeat.
        self._here: defaultdict[tuple[int, int], set[_Row]] = defaultdict(set)
        self.placed: list[Payment] = []
        self.doubts: list[InDoubt] = []
        self.fates: dict[int, PayerLine.Fate] = {}

    def place(self, row: PaidRow) -> None:
        """Book the row, call it known, or put it in doubt."""
        known = self.people.get(self.digests[row.line])
        if known is None or not known.is_ours:
            self.doubts.append(InDoubt(row, Reason.UNKNOWN_PERSON, None))
            return
        key = _Row(known.root, year_of(row), row.amount, row.paid_on, row.batch)
        self._met[key] += 1
        if self._met[key] <= self._before[key]:
            self.fates[row.line] = Fate.KNOWN
            self._note(key)
        elif key in self._here[key.root, key.year]:
            self.fates[row.line] = Fate.REPEATED
        elif row.name != known.name:
            self._doubt(row, Reason.NAME, known)
        else:
            self._decide(row, known, key)

    def _decide(self, row: PaidRow, known: Known, key: _Row) -> None:
        standing = self._standing.get((key.root, key.year))
        if row.amount < 0:
            self._take_back(row, known, key, standing)
            return
        if standing is not None:
            # The desk has recorded it already, or it comes a second time with another day or batch.
            if standing.amount == row.amount:
                self.fates[row.line] = Fate.KNOWN
            else:
                self._doubt(row, Reason.PREMIUM, known)
            return
        county, is_due = self.insured.get((key.root, key.year), (None, False))
        if county is None:
            self._doubt(row, Reason.NOT_INSURED, known)
        elif not is_due:
            self._doubt(row, Reason.NOT_DUE, known)
        else:
            payment = self._book(row, known, key)
            self._standing[key.root, key.year] = _Standing(payment, row.amount, row.paid_on)

    def _take_back(self, row: PaidRow, known: Known, key: _Row, standing: _Standing | None) -> None:
        # A refund that waits in doubt must not take what was paid anew after it.
        if standing is None or standing.amount != -row.amount or standing.paid_on > row.paid_on:
            self._doubt(row, Reason.NO_ORIGINAL, known)
            return
        self._book(row, known, key, takes_back=standing.of)
        del self._standing[key.root, key.year]

    def _book(
        self, row: PaidRow, known: Known, key: _Row, takes_back: int | Payment | None = None
    ) -> Payment:
        payment = Payment(
            id=None,
            number=row.batch,
            root=known.root,
            person=known.root,
            payer=row.payer.value,
            amount=row.amount,
            # Of a premium, the part of big-illness insurance (B-30).
            in_scope=row.big_illness,
            bill=None,
            year=key.year,
            paid_on=row.paid_on,
            takes_back=takes_back,
            line=row.line,
        )
        self._note(key)
        self.placed.append(payment)
        return payment

    def _note(self, key: _Row) -> None:
        """After a refund the same premium may come anew, and after that the same refund."""
        here = self._here[key.root, key.year]
        here -= {row for row in here if row.amount == -key.amount}
        here.add(key)

    def _doubt(self, row: PaidRow, reason: Reason, known: Known) -> None:
        self.doubts.append(InDoubt(row, reason, known.person))


def year_of(row: PaidRow) -> int:
    return row.year or row.paid_on.year


def book_premiums(
    file: PayerFile, placing: PremiumPlacing, *, actor: User | None, at: datetime
) -> None:
    """Write the premiums down and void those taken back; call it under the lock of the agency's premiums.

    Each human and year in the order of the file: a premium that was taken back may come anew.
    """
    nth: Counter[tuple[int, int]] = Counter()
    waves: defaultdict[int, list[Payment]] = defaultdict(list)
    for payment in placing.placed:
        key = (payment.root, payment.year)
        waves[nth[key]].append(payment)
        nth[key] += 1
    for _n, payments in sorted(waves.items()):
        _give(placing, [p for p in payments if p.amount > 0], actor, at)
        backs = [p for p in payments if p.amount < 0]
        for payment in backs:
            back = payment.takes_back
            payment.id = back.id if isinstance(back, Payment) else back
        reason = _("The tax office took it back: %(file)s") % {"file": file.filename}
        void_premiums([_id(p) for p in backs], reason=reason, actor=actor, at=at)
    PremiumBooking.objects.bulk_create(
        (
            PremiumBooking(
                file=file,
                subsidy_id=_id(payment),
                amount=from_fen(payment.amount),
                paid_on=payment.paid_on,
                batch=payment.number,
            )
            for payment in placing.placed
        ),
        batch_size=AT_ONCE,
    )


def _give(
    placing: PremiumPlacing, payments: Sequence[Payment], actor: User | None, at: datetime
) -> None:
    premiums = [
        Premium(
            person=payment.root,
            year=payment.year,
            county=placing.insured[payment.root, payment.year][0],
            basic=from_fen(payment.amount - payment.in_scope),
            big_illness=from_fen(payment.in_scope),
            paid_on=payment.paid_on,
        )
        for payment in payments
    ]
    made = record_premiums(premiums, actor=actor, at=at)
    for payment, row in zip(payments, made, strict=True):
        payment.id = row.pk


def _id(payment: Payment) -> int:
    assert payment.id is not None, "it is booked"
    return payment.id


def undo_premiums(file: PayerFile, *, reason: str, actor: User, at: datetime) -> None:
    """Void every premium of the file that still stands. Call it inside a transaction, the file locked.

    Raises Refused for a file that itself takes back what an earlier one gave.
    """
    given = set(file.premiums.filter(amount__gt=0).values_list("subsidy", flat=True))
    if file.premiums.filter(amount__lt=0).exclude(subsidy__in=given).exists():
        raise Refused(
            _("It takes back payments of an earlier file: ask the payer to report those again.")
        )
    lock_premiums(file.agency_id)
    standing = Subsidy.objects.filter(pk__in=given, voided_at__isnull=True)
    void_premiums(list(standing.values_list("pk", flat=True)), reason=reason, actor=actor, at=at)
