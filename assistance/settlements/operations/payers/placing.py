"""What becomes of each payment of a file: booked, taken back, known already, or in doubt and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import connection

from assistance.registry.numbers import id_digest
from assistance.settlements.models import LaterPayment, PayerDoubt, PayerLine, PayerSource
from assistance.settlements.operations.payers.matching import Costs, Known, OpenBill, find_people
from assistance.settlements.payers import PaidRow
from assistance.shared.money import from_fen

Reason = PayerDoubt.Reason
Fate = PayerLine.Fate
# A row that takes back under a number that a payment has already, mostly the one it takes back.
BACK = ":back"
# Under which an undone file takes a payment back; both then leave the number free for the mended file.
VOID = ":void"
_EARLIER = """
SELECT l.id, l.source_id, coalesce(p.merged_into_id, p.id), l.person_id, l.payer,
       (l.amount * 100)::bigint, (coalesce(l.in_scope_part, l.amount) * 100)::bigint,
       l.settlement_id, l.benefit_year, l.paid_on, l.takes_back_id, l.attempt, f.stage = 'undone'
  FROM settlements_laterpayment l
  JOIN registry_person p ON p.id = l.person_id
  JOIN settlements_payerfile f ON f.id = l.file_id
 WHERE l.payer_source_id = %(source)s
   AND (l.source_id = ANY(%(numbers)s) OR coalesce(p.merged_into_id, p.id) = ANY(%(roots)s))
 ORDER BY l.id
"""


@dataclass(slots=True)
class Payment:
    """A payment, booked before (with its id) or placed now."""

    id: int | None
    number: str
    root: int
    person: int
    payer: str
    amount: int
    in_scope: int
    bill: int | None
    year: int
    paid_on: date
    # The id of the payment it takes back, or that payment itself where it stands in the same file.
    takes_back: int | Payment | None = None
    attempt: int = 1
    taken_back: bool = False
    # Where it stands in the file that is being placed.
    line: int | None = None


class InDoubt(NamedTuple):
    row: PaidRow
    reason: Reason
    person: int | None


class Placing:
    """Places the rows of one file in their order; `fixed` are lines to be kept at person and year."""

    def __init__(
        self, source: PayerSource, rows: Sequence[PaidRow], *, fixed: frozenset[int] = frozenset()
    ) -> None:
        self.digests = {row.line: id_digest(row.id_number) for row in rows}
        self.people = find_people(source, set(self.digests.values()))
        roots = {known.root for known in self.people.values()}
        self.costs = Costs(roots)
        self.fixed = fixed
        numbers = {row.number for row in rows} | {row.number + BACK for row in rows}
        numbers |= {row.takes_back for row in rows if row.takes_back}
        self._payments: dict[str, Payment] = {}
        self._of: defaultdict[int, list[Payment]] = defaultdict(list)
        # How often a number was booked by files that are undone.
        self._attempts: dict[str, int] = {}
        self._load(source, roots, numbers)
        self.placed: list[Payment] = []
        self.doubts: list[InDoubt] = []
        # Of rows that are neither booked nor in doubt.
        self.fates: dict[int, PayerLine.Fate] = {}

    def _load(self, source: PayerSource, roots: Iterable[int], numbers: Iterable[str]) -> None:
        values: dict[str, Any] = {
            "source": source.pk,
            "numbers": sorted(numbers),
            "roots": sorted(roots),
        }
        with connection.cursor() as cursor:
            cursor.execute(_EARLIER, values)
            for *row, is_undone in cursor.fetchall():
                payment = Payment(*row)
                if is_undone:
                    self._attempts[payment.number] = payment.attempt
                else:
                    self._note(payment)
        backs = {p.takes_back for p in self._payments.values() if p.takes_back is not None}
        for payment in self._payments.values():
            payment.taken_back = payment.id in backs

    def _note(self, payment: Payment) -> None:
        self._payments[payment.number] = payment
        self._of[payment.root].append(payment)

    def place(self, row: PaidRow) -> None:
        """Book the row, call it known, or put it in doubt."""
        known = self.people.get(self.digests[row.line])
        earlier = self._earlier(row)
        if earlier is not None:
            self._again(row, known, earlier)
        elif known is None or not (known.is_ours or row.amount < 0):
            self._doubt(row, Reason.UNKNOWN_PERSON, None)
        elif row.name != known.name:
            self._doubt(row, Reason.NAME, known)
        elif row.amount < 0:
            self._take_back(row, known)
        else:
            self._give(row, known)

    def _earlier(self, row: PaidRow) -> Payment | None:
        if row.amount > 0:
            return self._payments.get(row.number)
        under_its_own = self._payments.get(row.number)
        if under_its_own is not None and under_its_own.amount < 0:
            return under_its_own
        return self._payments.get(row.number + BACK)

    def _again(self, row: PaidRow, known: Known | None, earlier: Payment) -> None:
        """Its number is taken: by an earlier file, or further up in this one."""
        here = earlier.line is not None
        if known is not None and self._is_same(row, known, earlier):
            self.fates[row.line] = Fate.REPEATED if here else Fate.KNOWN
        else:
            self._doubt(row, Reason.TWICE if here else Reason.DIFFERS, known)

    def _is_same(self, row: PaidRow, known: Known, earlier: Payment) -> bool:
        """Whether the row is that payment again: one claim number may stand for several bills."""
        facts = (known.root, row.amount, row.paid_on)
        if facts != (earlier.root, earlier.amount, earlier.paid_on):
            return False
        if row.amount > 0 and row.payer != earlier.payer:
            return False
        if row.takes_back and earlier.takes_back is not None:
            named, back = self._payments.get(row.takes_back), earlier.takes_back
            return named is not None and (named is back or named.id == back)
        if row.amount < 0:
            return self._may_mean(row, earlier)
        if meant := self.costs.meant(known.root, row):
            return earlier.bill in meant
        return earlier.bill is None and earlier.year == self._year(row)

    def _may_mean(self, row: PaidRow, payment: Payment) -> bool:
        """Whether a row that takes back names no other bill than that of the payment."""
        meant = self.costs.meant(payment.root, row)
        return not meant or payment.bill is None or payment.bill in meant

    def _give(self, row: PaidRow, known: Known) -> None:
        bill: OpenBill | None = None
        if row.names_a_bill and row.line not in self.fixed:
            bills = self.costs.candidates(known.root, row)
            if len(bills) != 1:
                self._doubt(row, Reason.SEVERAL if bills else Reason.NO_BILL, known)
                return
            bill = bills[0]
        year = bill.settled_on.year if bill else self._year(row)
        # What is kept at person and year is of some bill: all bills together cannot be paid twice.
        of_year = self.costs.year_left(known.root, year)
        left = bill or of_year
        if row.amount > min(left.left, of_year.left):
            self._doubt(row, Reason.OVER, known)
            return
        in_scope = max(0, min(row.amount, left.in_scope_left, of_year.in_scope_left))
        self.costs.take(known.root, year, bill, row.amount, in_scope)
        self._book(
            Payment(
                id=None,
                number=row.number,
                root=known.root,
                # Sums add up on the record that has the bill.
                person=bill.person if bill else known.person,
                payer=row.payer.value,
                amount=row.amount,
                in_scope=in_scope,
                bill=bill.id if bill else None,
                year=year,
                paid_on=row.paid_on,
                line=row.line,
            )
        )

    def _year(self, row: PaidRow) -> int:
        return row.year or (row.service_to or row.service_from or row.paid_on).year

    def _take_back(self, row: PaidRow, known: Known) -> None:
        original = self._original(row, known)
        if original is None:
            self._doubt(row, Reason.NO_ORIGINAL, known)
            return
        original.taken_back = True
        bill = self.costs.by_id.get(original.bill) if original.bill else None
        self.costs.take(known.root, original.year, bill, -original.amount, -original.in_scope)
        self._book(
            Payment(
                id=None,
                number=row.number + BACK if row.number in self._payments else row.number,
                root=known.root,
                person=original.person,
                payer=original.payer,
                amount=-original.amount,
                in_scope=-original.in_scope,
                bill=original.bill,
                year=original.year,
                paid_on=row.paid_on,
                takes_back=original.id or original,
                line=row.line,
            )
        )

    def _original(self, row: PaidRow, known: Known) -> Payment | None:
        """By the number it names, or its own; else the only payment of this human, payer and amount."""
        named = self._payments.get(row.takes_back or row.number)
        if named is not None or row.takes_back:
            fits = named is not None and named.root == known.root and self._may_mean(row, named)
            return named if fits and _undoes(row, named) else None
        fitting = [
            payment
            for payment in self._of[known.root]
            if payment.payer == row.payer and _undoes(row, payment)
        ]
        return fitting[0] if len(fitting) == 1 else None

    def _book(self, payment: Payment) -> None:
        payment.attempt = self._attempts.get(payment.number, 0) + 1
        self._note(payment)
        self.placed.append(payment)

    def _doubt(self, row: PaidRow, reason: Reason, known: Known | None) -> None:
        self.doubts.append(InDoubt(row, reason, known.person if known else None))


def _undoes(row: PaidRow, payment: Payment | None) -> bool:
    return payment is not None and not payment.taken_back and payment.amount == -row.amount


def as_row(
    payment: Payment, *, source: PayerSource, file_id: int, booked_at: datetime
) -> LaterPayment:
    """The row to be written; what it takes back must have been written before."""
    back = payment.takes_back
    return LaterPayment(
        person_id=payment.person,
        settlement_id=payment.bill,
        benefit_year=payment.year,
        payer=payment.payer,
        amount=from_fen(payment.amount),
        in_scope_part=from_fen(payment.in_scope),
        paid_on=payment.paid_on,
        takes_back_id=back.id if isinstance(back, Payment) else back,
        source_id=payment.number,
        attempt=payment.attempt,
        payer_source=source,
        file_id=file_id,
        booked_at=booked_at,
    )
