from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.calculation import Book
from assistance.payments.operations import question_awards
from assistance.policies.queries import book_of
from assistance.registry.models import Person
from assistance.settlements.models import BillImport, BillSource, SourceVersion
from assistance.settlements.operations.deliveries.book import book
from assistance.settlements.operations.deliveries.doubts import keep_doubts
from assistance.settlements.operations.deliveries.own import compute_own_figures, open_own_figures
from assistance.settlements.operations.deliveries.refunds import book_refunds
from assistance.settlements.operations.deliveries.sift import sift
from assistance.settlements.operations.deliveries.stage import open_stage, stage
from assistance.settlements.operations.deliveries.supplements import book_supplements
from assistance.settlements.permissions import check_may_deliver_bills
from assistance.settlements.sources.definition import read_definition
from assistance.settlements.sources.faults import RowFault
from assistance.settlements.sources.header import ROWS_ABOVE, Header, find_header
from assistance.settlements.sources.many import read_rows
from assistance.settlements.sources.reading import Reader
from assistance.shared.errors import Refused

# Opens the file anew and gives its rows, numbered from 1.
Rows = Callable[[], Iterator[tuple[int, Sequence[object]]]]
CHUNK = 10_000
MAX_FAULTS = 50_000
# One delivery books at a time: two would lock accounts in two orders.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('settlements.deliveries'))"


@transaction.atomic
def import_bills(
    source: BillSource,
    rows: Rows,
    *,
    file_name: str,
    actor: User | None,
    at: datetime,
    progress: Callable[[int], None] | None = None,
) -> BillImport:
    """Book a file of bills with the accounts of its people, all in this transaction.

    A bad row, an unknown person or a refund of a bill that is not here goes into doubt and stops no
    other. The same file again books nothing. `progress` is told the rows read so far and may raise
    to give up. Raises NotAllowed, or Refused for a file without the source's columns, or one that is empty.
    """
    check_may_deliver_bills(actor, source)
    version = source.versions.select_related("source").order_by("number").last()
    if version is None:
        raise Refused(_("The source %(source)s has no definition yet.") % {"source": source})
    delivery = BillImport.objects.create(
        version=version, file_name=file_name[:200], started_at=at, started_by=actor
    )
    header, faults, count = _read(version, rows, at, progress or (lambda read: None))
    if count == 0:
        raise Refused(_("The file has a header but no rows."))
    _settle(delivery, source, actor=actor, at=at)
    delivery.rows = count
    delivery.in_doubt = keep_doubts(delivery, header=header.names, rows=rows(), faults=faults)
    delivery.save()
    return delivery


def _read(
    version: SourceVersion, rows: Rows, at: datetime, progress: Callable[[int], None]
) -> tuple[Header, list[RowFault], int]:
    """Stage every readable row; the faults of the others in order, and the number of rows."""
    definition = read_definition(version.text)
    every = rows()
    top = list(islice(every, ROWS_ABOVE))
    header = find_header(definition, [cells for _line, cells in top])
    reader = Reader(definition, header, today=localdate(at))
    prefix = f"{version.source.code}:"
    open_stage()
    faults: list[RowFault] = []
    count = 0
    chunk = [row for row in top if row[0] > header.line]
    while chunk:
        bills, bad = read_rows(reader, [cells for _line, cells in chunk], [n for n, _c in chunk])
        stage(bills, prefix)
        faults += bad
        if len(faults) > MAX_FAULTS:
            raise Refused(
                _("More than %(count)d rows cannot be read: is this the right source?")
                % {"count": MAX_FAULTS}
            )
        count += len(bills) + len(bad)
        progress(count)
        chunk = list(islice(every, CHUNK))
    return header, faults, count


def _settle(delivery: BillImport, source: BillSource, *, actor: User | None, at: datetime) -> None:
    by = actor.pk if actor else None
    settled = source.meaning == BillSource.Meaning.SETTLED
    prefix = f"{source.code}:"
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    fates = sift(sender_id=source.pk, settled=settled)
    open_own_figures()
    if source.city:
        compute_own_figures(Book(book_of(source.city)), settled=settled)
    delivery.warned = book(delivery, settled=settled, at=at, by=by)
    delivery.booked, delivery.known = fates.get("book", 0), fates.get("known", 0)
    refunds = book_refunds(prefix=prefix, settled=settled, at=at, by=by)
    delivery.refunded = refunds.booked
    _question(delivery, refunds.awarded, actor=actor, at=at)
    delivery.supplements = book_supplements(delivery, sender_id=source.pk, at=at, by=by)
    delivery.total, delivery.assistance = _sums()


def _question(
    delivery: BillImport, awarded: list[tuple[int, int]], *, actor: User | None, at: datetime
) -> None:
    """Stop the awards that rest on a bill that was refunded, until a person has looked."""
    people = Person.objects.in_bulk({person for person, _year in awarded})
    for person, year in awarded:
        question_awards(
            people[person],
            year,
            source=f"delivery:{delivery.pk}",
            reason=_("A bill of the year was refunded after the award."),
            actor=actor,
            at=at,
        )


def _sums() -> tuple[object, object]:
    """Yuan of what was booked as bills: total cost and the assistance the rows carry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(total), 0) / 100.0, coalesce(sum(assistance), 0) / 100.0"
            "  FROM bill_sifted WHERE fate = 'book'"
        )
        total, assistance = cursor.fetchone()
        return total, assistance
