"""Reading a payer's file, and booking it: long work, each in one transaction."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.files.queries import content
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Cancelled, Outcome, Tells
from assistance.jobs.queries import latest_job
from assistance.settlements.models import PayerFile, PayerVersion
from assistance.settlements.operations.payers.settling import (
    Fields,
    settle,
    sort_rows,
    write_lines,
)
from assistance.settlements.operations.payers.uploads import BOOK, RECEIVE
from assistance.settlements.payers import FIELDS, fields_of, read_payer_definition
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import find_header, is_blank, read_rows

Stage = PayerFile.Stage
Text = str | Promise
STOPPED = gettext_lazy("Stopped before anything was changed.")


def receive(job: BackgroundJob, progress: Tells) -> Outcome:
    """Read the file `job.target` and say of every row what would become of it; nothing is booked.

    The executor of `settlements.receive_payer_file`; a file that was looked at is only reported. Raises
    Refused for a file that cannot be read, which closes it with the reason.
    """
    try:
        return _receive(job, progress)
    except Refused as refusal:
        _close(job.target, str(refusal))
        raise
    except Cancelled:
        _close(job.target, STOPPED)
        raise


def _close(pk: int, message: Text) -> None:
    reading = PayerFile.objects.filter(pk=pk, stage=Stage.READING)
    reading.update(stage=Stage.FAILED, message=str(message)[:400], closed_at=timezone.now())


def book(job: BackgroundJob, progress: Tells) -> Outcome:
    """Book what is plainly in order in the file `job.target`: everything or nothing is written.

    The executor of `settlements.book_payer_file`; a file that is booked is only reported. What has changed
    since the preview counts as it is now.
    """
    try:
        return _book(job, progress)
    except Refused as refusal:
        _back_to_preview(job.target, str(refusal))
        raise
    except Cancelled:
        _back_to_preview(job.target, STOPPED)
        raise


def _back_to_preview(pk: int, message: Text) -> None:
    applying = PayerFile.objects.filter(pk=pk, stage=Stage.APPLYING)
    applying.update(stage=Stage.PREVIEWED, message=str(message)[:400], applied_by=None)


def close_given_up() -> int:
    """Close the files whose job is over while they are still being read, and give those back that were
    being booked: their worker died once too often, or somebody stopped the job before it began. How many."""
    closed = 0
    for file in PayerFile.objects.filter(stage__in=[Stage.READING, Stage.APPLYING]):
        kind = RECEIVE if file.stage == Stage.READING else BOOK
        job = latest_job(file.pk, kind)
        if job is not None and not job.is_live:
            end = _close if kind == RECEIVE else _back_to_preview
            end(file.pk, job.message or STOPPED)
            closed += 1
    return closed


def _locked(pk: int) -> PayerFile:
    files = PayerFile.objects.select_related("source", "uploaded_by", "applied_by", "version")
    return files.select_for_update(of=("self",), no_key=True).get(pk=pk)


@transaction.atomic
def _receive(job: BackgroundJob, progress: Tells) -> Outcome:
    file = _locked(job.target)
    if file.stage != Stage.READING or file.file is None:
        return Outcome(file.message, file.counts)
    file.version = file.source.versions.order_by("number").last()
    if file.version is None:
        raise Refused(_("The source %(source)s has no definition yet.") % {"source": file.source})
    progress.tell(message=_("Reading the rows"))
    rows = rows_of(file)
    progress.tell(total=len(rows), message=_("Finding people and bills"))
    found = sort_rows(file, rows, at=timezone.now())
    write_lines(file, rows, found)
    progress.tell(done=len(rows))
    file.counts, file.stage = found.counts(), Stage.PREVIEWED
    file.save()
    message = _("%(rows)d rows read; nothing is booked yet.") % {"rows": len(rows)}
    return Outcome(message, file.counts)


@transaction.atomic
def _book(job: BackgroundJob, progress: Tells) -> Outcome:
    file = _locked(job.target)
    if file.stage != Stage.APPLYING or file.file is None:
        return Outcome(file.message, file.counts)
    at = timezone.now()
    rows = rows_of(file)
    progress.tell(total=len(rows), message=_("Booking the payments"))
    found = settle(file, rows, actor=file.applied_by, at=at)
    write_lines(file, rows, found)
    progress.tell(done=len(rows))
    file.counts, file.stage, file.applied_at = found.counts(), Stage.APPLIED, at
    file.message = _("%(booked)d of %(rows)d payments booked.") % {
        "booked": file.counts["booked"] + file.counts["taken_back"],
        "rows": len(rows),
    }
    file.save()
    return Outcome(file.message, file.counts)


def rows_of(file: PayerFile, version: PayerVersion | None = None) -> dict[int, Fields]:
    """The filled rows below the header by their number in a spreadsheet program, as field → cell.

    By `version`, or else by that of the file. Raises Refused for a file that cannot be read.
    """
    version = version or file.version
    assert file.file is not None
    assert version is not None
    payer = file.source.payer
    definition = read_payer_definition(version.text, payer)
    _fields, needed = fields_of(payer)
    rows = read_rows(content(file.file), filename=file.filename)
    header = find_header(rows, aliases=definition.aliases, needed=needed)
    if header is None:
        labels = "、".join(str(FIELDS[field]) for field in needed)
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
