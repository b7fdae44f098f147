"""The rows of a payer's file: sorted into fates, and booked with what stays in doubt."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from assistance.accounts.models import User
from assistance.registry.operations.premiums import lock_premiums
from assistance.settlements.models import Payer, PayerDoubt, PayerFile, PayerLine, PayerVersion
from assistance.settlements.operations.deliveries.deliver import ONE_AT_A_TIME
from assistance.settlements.operations.payers.booking import book_payments
from assistance.settlements.operations.payers.placing import Placing
from assistance.settlements.operations.payers.premiums import PremiumPlacing, book_premiums
from assistance.settlements.payers import (
    PaidRow,
    PaymentReader,
    RowProblem,
    read_payer_definition,
)
from assistance.shared import crypto
from assistance.shared.money import from_fen
from assistance.shared.spreadsheets import Cell, written

Fields = Mapping[str, Cell]
Fate = PayerLine.Fate
AT_ONCE = 2_000


class Sorted(NamedTuple):
    """The rows of a file by what becomes of them; nothing is written yet.

    `in_doubt` are new doubts by line, `known_doubts` lines that an earlier file left in doubt word for
    word, `repeated_doubts` those that stand further up in this one.
    """

    placing: Placing | PremiumPlacing
    in_doubt: dict[int, PayerDoubt]
    known_doubts: frozenset[int]
    repeated_doubts: frozenset[int]

    def fates(self) -> dict[int, PayerLine.Fate]:
        """What becomes of every row, by its line."""
        placed = {
            payment.line: Fate.TAKE_BACK if payment.amount < 0 else Fate.BOOK
            for payment in self.placing.placed
            if payment.line is not None
        }
        doubts = dict.fromkeys(self.in_doubt, Fate.DOUBT)
        known = dict.fromkeys(self.known_doubts, Fate.KNOWN)
        repeated = dict.fromkeys(self.repeated_doubts, Fate.REPEATED)
        return placed | self.placing.fates | doubts | known | repeated

    def counts(self) -> dict[str, int]:
        """Rows by fate and by reason of doubt, and the sum of what is booked in fen."""
        of_fate = Counter(self.fates().values())
        reasons = Counter(str(doubt.reason) for doubt in self.in_doubt.values())
        return {
            "rows": sum(of_fate.values()),
            "booked": of_fate[Fate.BOOK],
            "taken_back": of_fate[Fate.TAKE_BACK],
            "known": of_fate[Fate.KNOWN],
            "repeated": of_fate[Fate.REPEATED],
            "in_doubt": of_fate[Fate.DOUBT],
            "fen": sum(payment.amount for payment in self.placing.placed),
            **reasons,
        }


def one_at_a_time() -> None:
    """One file is booked or undone at a time, bills too: two would lock accounts in two orders."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)


def sort_rows(
    file: PayerFile,
    rows: Mapping[int, Fields],
    *,
    at: datetime,
    at_year: frozenset[int] = frozenset(),
    version: PayerVersion | None = None,
    keep: bool = True,
) -> Sorted:
    """Read and place the rows by `version`, or else by that of the file; writes nothing.

    Lines in `at_year` are kept at person and year. Without `keep` every doubt is given, also those that
    an earlier file left.
    """
    read = _read(file, rows, at, version)
    paid = [row for row in read if isinstance(row, PaidRow)]
    placing = _placing(file, paid, at_year)
    for row in paid:
        placing.place(row)
    doubts = [*_bad_rows(read), *_in_doubt(placing)]
    for doubt in doubts:
        doubt.file, doubt.version = file, version
        _keep_row(doubt, rows)
    if keep:
        return _without_known(file, placing, doubts)
    found = {doubt.line: doubt for doubt in doubts if doubt.line is not None}
    return Sorted(placing, found, frozenset(), frozenset())


def _placing(
    file: PayerFile, paid: Sequence[PaidRow], at_year: frozenset[int]
) -> Placing | PremiumPlacing:
    """A premium is of a person and year, never of a bill."""
    if file.source.sends_premiums:
        return PremiumPlacing(file.source, paid)
    return Placing(file.source, paid, fixed=at_year)


def settle(
    file: PayerFile,
    rows: Mapping[int, Fields],
    *,
    at_year: frozenset[int] = frozenset(),
    version: PayerVersion | None = None,
    actor: User | None,
    at: datetime,
    keep: bool = True,
) -> Sorted:
    """Book the rows and keep those in doubt. Call it inside a transaction.

    Without `keep` the caller has the rows that stay in doubt already.
    """
    one_at_a_time()
    if file.source.sends_premiums:
        lock_premiums(file.agency_id)
    found = sort_rows(file, rows, at=at, at_year=at_year, version=version, keep=keep)
    if isinstance(found.placing, PremiumPlacing):
        book_premiums(file, found.placing, actor=actor, at=at)
    else:
        book_payments(file.source, file, found.placing.placed, actor=actor, at=at)
    if keep:
        PayerDoubt.objects.bulk_create(found.in_doubt.values(), batch_size=AT_ONCE)
    return found


def write_lines(file: PayerFile, rows: Mapping[int, Fields], found: Sorted) -> None:
    """Keep the fate of every row, in place of what was kept of an earlier look at the file."""
    file.lines.all().delete()
    payments = {payment.line: payment for payment in found.placing.placed}
    people = found.placing.people
    made = []
    for line, fate in sorted(found.fates().items()):
        payment, doubt = payments.get(line), found.in_doubt.get(line)
        known = people.get(found.placing.digests.get(line, b""))
        is_ours = known is not None and known.is_ours
        made.append(
            PayerLine(
                file=file,
                line=line,
                payload=_payload(rows[line]),
                fate=fate,
                reason=str(doubt.reason) if doubt else "",
                problems=doubt.problems if doubt else [],
                person_id=known.person if known and is_ours else None,
                settlement_id=payment.bill if payment else None,
                amount=from_fen(payment.amount) if payment else None,
            )
        )
    PayerLine.objects.bulk_create(made, batch_size=AT_ONCE)


def _read(
    file: PayerFile, rows: Mapping[int, Fields], at: datetime, version: PayerVersion | None
) -> list[PaidRow | RowProblem]:
    version = version or file.version
    assert version is not None
    definition = read_payer_definition(version.text, file.source.payer)
    reader = PaymentReader(definition, payer=Payer(file.source.payer), today=timezone.localdate(at))
    return [reader.read(line, cells) for line, cells in rows.items()]


def _bad_rows(read: Sequence[PaidRow | RowProblem]) -> list[PayerDoubt]:
    return [
        PayerDoubt(
            line=problem.line,
            reason=PayerDoubt.Reason.BAD_ROW,
            problems=[[problem.field, problem.sentence]],
        )
        for problem in read
        if isinstance(problem, RowProblem)
    ]


def _in_doubt(placing: Placing | PremiumPlacing) -> list[PayerDoubt]:
    return [
        PayerDoubt(
            line=doubt.row.line,
            reason=doubt.reason,
            id_digest=placing.digests[doubt.row.line],
            person_id=doubt.person,
        )
        for doubt in placing.doubts
    ]


def _payload(row: Fields) -> str:
    texts = {field: written(cell) for field, cell in row.items()}
    return json.dumps(texts, ensure_ascii=False, sort_keys=True)


def _keep_row(doubt: PayerDoubt, rows: Mapping[int, Fields]) -> None:
    assert doubt.line is not None
    doubt.payload = _payload(rows[doubt.line])
    label = f"settlements.payer.{doubt.file.source_id}"
    doubt.key = crypto.digest(doubt.payload, label=label)


def _without_known(
    file: PayerFile, placing: Placing | PremiumPlacing, doubts: list[PayerDoubt]
) -> Sorted:
    """Apart from those that an earlier file of this payer has left in doubt word for word."""
    keys = [doubt.key for doubt in doubts]
    earlier = PayerDoubt.objects.filter(file__source=file.source_id, key__in=keys)
    # What was undone is as if it had never come.
    earlier = earlier.exclude(file__stage=PayerFile.Stage.UNDONE)
    before = {bytes(key) for key in earlier.values_list("key", flat=True) if key is not None}
    new: dict[int, PayerDoubt] = {}
    known, repeated, seen = set(), set(), set()
    for doubt in doubts:
        assert doubt.line is not None
        assert doubt.key is not None
        key = bytes(doubt.key)
        if key in before:
            known.add(doubt.line)
        elif key in seen:
            repeated.add(doubt.line)
        else:
            new[doubt.line] = doubt
        seen.add(key)
    return Sorted(placing, new, frozenset(known), frozenset(repeated))
