from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.jobs.operations import Tells
from assistance.policies.queries import books_of, settling_days
from assistance.settlements.models import BillImport, BillSource, SourceVersion
from assistance.settlements.operations.deliveries.awarded import lock_merged, question
from assistance.settlements.operations.deliveries.book import book
from assistance.settlements.operations.deliveries.doubts import keep_doubts
from assistance.settlements.operations.deliveries.elsewhere import find_elsewhere
from assistance.settlements.operations.deliveries.lines import LineStage, book_lines
from assistance.settlements.operations.deliveries.own import (
    agencies_of,
    compute_own_figures,
    open_own_figures,
)
from assistance.settlements.operations.deliveries.refunds import book_refunds
from assistance.settlements.operations.deliveries.sift import sift
from assistance.settlements.operations.deliveries.stage import open_stage, stage
from assistance.settlements.operations.deliveries.supplements import book_supplements
from assistance.settlements.operations.psychiatric import propose_marks
from assistance.settlements.permissions import check_may_deliver_bills
from assistance.settlements.queries.figures import why_no_figures
from assistance.settlements.sources.definition import read_definition
from assistance.settlements.sources.faults import RowFault
from assistance.settlements.sources.header import ROWS_ABOVE, Header, find_header
from assistance.settlements.sources.lines import find_line_header
from assistance.settlements.sources.many import read_rows
from assistance.settlements.sources.reading import Reader
from assistance.shared.errors import Refused

# Opens the file anew and gives its rows, numbered from 1.
Rows = Callable[[], Iterator[tuple[int, Sequence[object]]]]
# Takes rows and their numbers; how many it staged, and the faults of the others.
Take = Callable[[Sequence[Sequence[object]], Sequence[int]], tuple[int, list[RowFault]]]
CHUNK = 10_000
LONGEST_NAME = 200
MAX_FAULTS = 50_000
# One delivery books at a time: two would lock accounts in two orders.
ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('settlements.deliveries'))"
# Whether nobody is booking one.
NONE_IS_OPEN = "SELECT pg_try_advisory_xact_lock_shared(hashtext('settlements.deliveries'))"


def import_bills(
    source: BillSource,
    rows: Rows,
    *,
    file_name: str,
    actor: User | None,
    at: datetime,
    progress: Tells | None = None,
    is_retry: bool = False,
) -> BillImport:
    """Book a file of bills with the accounts of its people, all in one transaction.

    A bad row, an unknown person or a refund of a bill that is not here goes into doubt and stops no
    other. The same file again books nothing. `progress` is told the rows read so far and may raise
    to give up. A retry is of rows that are in doubt. Raises NotAllowed, or Refused for a file without the source's columns, or one that is empty.
    """
    check_may_deliver_bills(actor, source)
    delivery = BillImport(
        source=source, file_name=file_name[:LONGEST_NAME], started_at=at, started_by=actor
    )
    return book_delivery(delivery, rows, progress=progress or Unwatched(), is_retry=is_retry)


class Unwatched:
    """Work whose progress nobody follows."""

    def tell(self, *, done: int | None = None, total: int | None = None, message: str = "") -> None:
        pass


@transaction.atomic
def book_delivery(
    delivery: BillImport, rows: Rows, *, progress: Tells, is_retry: bool = False
) -> BillImport:
    """Book the rows of a delivery by the newest definition of its source; everything or nothing.

    In the name and at the time of whoever brought it. Raises Refused as `import_bills` does.
    """
    delivery.version = newest_version(delivery.source)
    delivery.save()
    read = _read(delivery, rows, progress)
    if read.rows == 0:
        raise Refused(_("The file has a header but no rows."))
    progress.tell(message=_("Booking the bills"))
    if read.is_of_lines:
        book_lines(delivery)
    else:
        _settle(delivery)
    progress.tell(message=_("Keeping the rows in doubt"))
    delivery.rows = read.rows
    kept = keep_doubts(
        delivery,
        header=read.header.names,
        rows=rows(),
        faults=read.faults,
        is_retry=is_retry,
    )
    delivery.in_doubt = kept.new
    delivery.known += kept.known
    delivery.state = BillImport.State.BOOKED
    delivery.message = _nothing_new(delivery)
    delivery.save()
    return delivery


def newest_version(source: BillSource) -> SourceVersion:
    """The released definition a source is read by. Raises Refused while it has none, and for a source whose
    bills are to be granted here where no document assists a bill: each would be granted nothing, silently."""
    settled = source.meaning == BillSource.Meaning.SETTLED
    if settled and (why := why_no_figures(source.city)):
        raise Refused(
            _("Nothing can be granted here for bills of this source. %(why)s") % {"why": why}
        )
    version = source.versions.order_by("number").last()
    if version is None:
        raise Refused(_("The source %(source)s has no definition yet.") % {"source": source})
    return version


def _nothing_new(delivery: BillImport) -> str:
    if delivery.known == delivery.rows:
        return _("Every row was known already: nothing has changed.")
    return ""


class _Read(NamedTuple):
    """What was staged: the rows that could not be read are its faults, in order."""

    header: Header
    faults: list[RowFault]
    rows: int
    is_of_lines: bool


def _read(delivery: BillImport, rows: Rows, progress: Tells) -> _Read:
    definition = read_definition(delivery.version.text)
    every = rows()
    top = list(islice(every, ROWS_ABOVE))
    cells = [found for _line, found in top]
    lines = find_line_header(definition, cells)
    header = lines or find_header(definition, cells)
    prefix = f"{delivery.source.code}:"
    today = localdate(delivery.started_at)
    take: Take
    if lines is not None:
        take = LineStage(definition, header, prefix=prefix, today=today).take
    else:
        take = _BillStage(Reader(definition, header, today=today), prefix).take
    faults: list[RowFault] = []
    count = 0
    chunk = [row for row in top if row[0] > header.line]
    while chunk:
        staged, bad = take([found for _line, found in chunk], [line for line, _found in chunk])
        faults += bad
        if len(faults) > MAX_FAULTS:
            raise Refused(
                _("More than %(count)d rows cannot be read: is this the right source?")
                % {"count": MAX_FAULTS}
            )
        count += staged + len(bad)
        progress.tell(done=count)
        chunk = list(islice(every, CHUNK))
    return _Read(header, faults, count, lines is not None)


class _BillStage:
    """Puts rows of bills on the stage, a chunk at a time."""

    def __init__(self, reader: Reader, prefix: str) -> None:
        self.reader, self.prefix = reader, prefix
        open_stage()

    def take(
        self, rows: Sequence[Sequence[object]], lines: Sequence[int]
    ) -> tuple[int, list[RowFault]]:
        bills, bad = read_rows(self.reader, rows, lines)
        stage(bills, self.prefix)
        return len(bills), bad


def _settle(delivery: BillImport) -> None:
    source, at, by = delivery.source, delivery.started_at, delivery.started_by_id
    settled = source.meaning == BillSource.Meaning.SETTLED
    prefix = f"{source.code}:"
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    fates = sift(sender_id=source.pk, settled=settled)
    lock_merged()
    agencies = agencies_of(source) if settling_days(source.city) else None
    find_elsewhere(agencies)
    open_own_figures()
    if agencies is not None:
        compute_own_figures(books_of(source.city), settled=settled, agencies=agencies)
    delivery.warned = book(delivery, settled=settled, at=at, by=by)
    propose_marks(of_delivery=True)
    delivery.booked, delivery.known = fates.get("book", 0), fates.get("known", 0)
    refunds = book_refunds(delivery, prefix=prefix, settled=settled, at=at, by=by)
    delivery.refunded = refunds.booked
    reason = _("A bill of the year was refunded after the award was made.")
    question(delivery, refunds.awarded, about="refunds", reason=reason)
    paid = book_supplements(delivery, sender_id=source.pk, at=at, by=by)
    delivery.supplements = paid.booked
    reason = _("Assistance for a bill of the year was reported after the award was made.")
    question(delivery, paid.awarded, about="supplements", reason=reason)
    delivery.total, delivery.assistance = _sums()


def _sums() -> tuple[object, object]:
    """Yuan of what was booked as bills: total cost and the assistance the rows carry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(total), 0) / 100.0, coalesce(sum(assistance), 0) / 100.0"
            "  FROM bill_sifted WHERE fate = 'book'"
        )
        total, assistance = cursor.fetchone()
        return total, assistance
