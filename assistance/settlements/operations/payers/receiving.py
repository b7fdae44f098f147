"""Reading a payer's file and booking it: long work, in one transaction."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.queries import content
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Cancelled, Outcome, Tells
from assistance.jobs.queries import latest_job
from assistance.settlements.models import Payer, PayerDoubt, PayerFile
from assistance.settlements.operations.deliveries.deliver import ONE_AT_A_TIME
from assistance.settlements.operations.payers.booking import book_payments
from assistance.settlements.operations.payers.placing import Placing
from assistance.settlements.operations.payers.uploads import RECEIVE
from assistance.settlements.payers import (
    FIELDS,
    PaidRow,
    PaymentReader,
    RowProblem,
    read_payer_definition,
)
from assistance.settlements.payers.definition import NEEDED
from assistance.shared import crypto
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import Cell, find_header, is_blank, read_rows, written

Stage = PayerFile.Stage
Fields = Mapping[str, Cell]


def receive(job: BackgroundJob, progress: Tells) -> Outcome:
    """Read the file `job.target` and book what is plainly in order: everything or nothing is written.

    The executor of `settlements.receive_payer_file`; a file that is closed is only reported. Raises
    Refused for a file that cannot be read, which closes it with the reason.
    """
    try:
        return _receive(job, progress)
    except Refused as refusal:
        _close(job.target, str(refusal))
        raise
    except Cancelled:
        _close(job.target, _("Stopped before anything was changed."))
        raise


def _close(pk: int, message: str) -> None:
    reading = PayerFile.objects.filter(pk=pk, stage=Stage.READING)
    reading.update(stage=Stage.FAILED, message=message[:400], closed_at=timezone.now())


def close_given_up() -> int:
    """Close the files whose job is over while they are still being read: their worker died once too
    often, or somebody stopped the job before it began. How many that were."""
    closed = 0
    for file in PayerFile.objects.filter(stage=Stage.READING):
        job = latest_job(file.pk, RECEIVE)
        if job is not None and not job.is_live:
            _close(file.pk, job.message or _("Stopped before anything was changed."))
            closed += 1
    return closed


@transaction.atomic
def _receive(job: BackgroundJob, progress: Tells) -> Outcome:
    files = PayerFile.objects.select_related("source", "uploaded_by")
    file = files.select_for_update(of=("self",)).get(pk=job.target)
    if file.stage != Stage.READING or file.file is None:
        return Outcome(file.message, file.counts)
    at = timezone.now()
    file.version = file.source.versions.order_by("number").last()
    if file.version is None:
        raise Refused(_("The source %(source)s has no definition yet.") % {"source": file.source})
    progress.tell(message=_("Reading the rows"))
    rows = _rows(file)
    progress.tell(total=len(rows), message=_("Booking the payments"))
    file.counts = settle(file, rows, actor=file.uploaded_by, at=at).counts
    progress.tell(done=len(rows))
    file.stage, file.applied_by, file.applied_at = Stage.APPLIED, file.uploaded_by, at
    file.message = _("%(booked)d of %(rows)d payments booked.") % {
        "booked": file.counts["booked"] + file.counts["taken_back"],
        "rows": len(rows),
    }
    file.save()
    return Outcome(file.message, file.counts)


def _rows(file: PayerFile) -> dict[int, Fields]:
    """The filled rows below the header by their number in a spreadsheet program, as field → cell."""
    assert file.file is not None
    assert file.version is not None
    definition = read_payer_definition(file.version.text)
    rows = read_rows(content(file.file), filename=file.filename)
    header = find_header(rows, aliases=definition.aliases, needed=NEEDED)
    if header is None:
        labels = "、".join(str(FIELDS[field]) for field in NEEDED)
        raise Refused(
            _("No row names the columns of this source. Missing: %(columns)s.")
            % {"columns": labels}
        )
    file.headings, file.columns = list(header.names), dict(header.columns)
    first = header.index + 1
    found: dict[int, Fields] = {
        line: {field: row[place] for field, place in header.columns.items() if place < len(row)}
        for line, row in enumerate(rows[first:], start=first + 1)
        if not all(is_blank(cell) for cell in row)
    }
    if not found:
        raise Refused(_("The file has a header but no rows."))
    return found


class Settled(NamedTuple):
    """How many rows met which fate, and by line those that stay in doubt."""

    counts: dict[str, int]
    in_doubt: dict[int, PayerDoubt]


def settle(
    file: PayerFile,
    rows: Mapping[int, Fields],
    *,
    at_year: frozenset[int] = frozenset(),
    actor: User | None,
    at: datetime,
    keep: bool = True,
) -> Settled:
    """Book the rows and keep those in doubt. Call it inside a transaction.

    One file is booked at a time, bills too: two would lock accounts in two orders. Without `keep` the
    caller has the rows that stay in doubt already.
    """
    with connection.cursor() as cursor:
        cursor.execute(ONE_AT_A_TIME)
    read = _read(file, rows, at)
    paid = [row for row in read if isinstance(row, PaidRow)]
    placing = Placing(file.source, paid, fixed=at_year)
    for row in paid:
        placing.place(row)
    book_payments(file.source, file, placing.placed, actor=actor, at=at)
    doubts = [*_bad_rows(read), *_in_doubt(placing)]
    new = _new_doubts(file, rows, doubts) if keep else doubts
    counts = Counter(doubt.reason for doubt in new)
    backs = sum(payment.amount < 0 for payment in placing.placed)
    figures = {
        "rows": len(rows),
        "booked": len(placing.placed) - backs,
        "taken_back": backs,
        "known": placing.known + len(doubts) - len(new),
        "in_doubt": len(new),
        "fen": sum(payment.amount for payment in placing.placed),
        **{str(reason): count for reason, count in counts.items()},
    }
    return Settled(figures, {doubt.line: doubt for doubt in new if doubt.line is not None})


def _read(file: PayerFile, rows: Mapping[int, Fields], at: datetime) -> list[PaidRow | RowProblem]:
    assert file.version is not None
    definition = read_payer_definition(file.version.text)
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


def _in_doubt(placing: Placing) -> list[PayerDoubt]:
    return [
        PayerDoubt(
            line=doubt.row.line,
            reason=doubt.reason,
            id_digest=placing.digests[doubt.row.line],
            person_id=doubt.person,
        )
        for doubt in placing.doubts
    ]


def _new_doubts(
    file: PayerFile, rows: Mapping[int, Fields], doubts: list[PayerDoubt]
) -> list[PayerDoubt]:
    """Those that no earlier file of this payer has left in doubt word for word."""
    for doubt in doubts:
        assert doubt.line is not None
        texts = {field: written(cell) for field, cell in rows[doubt.line].items()}
        doubt.file = file
        doubt.payload = json.dumps(texts, ensure_ascii=False, sort_keys=True)
        doubt.key = crypto.digest(doubt.payload, label=f"settlements.payer.{file.source_id}")
    keys = [doubt.key for doubt in doubts]
    earlier = PayerDoubt.objects.filter(file__source=file.source_id, key__in=keys)
    seen = {bytes(key) for key in earlier.values_list("key", flat=True) if key is not None}
    new = []
    for doubt in doubts:
        assert doubt.key is not None
        if bytes(doubt.key) not in seen:
            seen.add(bytes(doubt.key))
            new.append(doubt)
    PayerDoubt.objects.bulk_create(new, batch_size=2_000)
    return new
