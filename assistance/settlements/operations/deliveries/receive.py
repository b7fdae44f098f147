"""An upload of bills: taken in, booked by a worker, purged when it is old."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime, timedelta
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.operations import keep_table
from assistance.files.queries import content as stored_content
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Cancelled, Outcome, Tells, queue_job
from assistance.settlements.models import BillImport, BillSource
from assistance.settlements.operations.deliveries.deliver import (
    LONGEST_NAME,
    Unwatched,
    book_delivery,
    newest_version,
)
from assistance.settlements.permissions import check_may_deliver_bills
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import Limits, Table, UnreadableFile, kind_of, open_table
from assistance.shared.spreadsheets.limits import MEGABYTE

KIND, TASK = "settlements.import_bills", "settlements.do_bill_jobs"
# What fits into one request, and what the worker holds in memory at most.
UPLOADED = Limits(size=60 * MEGABYTE, rows=1_000_000)
# A file on the server's own disk is read as it lies.
ON_DISK = Limits(size=4_096 * MEGABYTE, rows=20_000_000)
KEPT = timedelta(days=180)
State = BillImport.State


@transaction.atomic
def receive_bills(
    source: BillSource, *, content: bytes, filename: str, actor: User, at: datetime
) -> BillImport:
    """Take in a file of bills or fee lines and queue its booking; nothing is booked by it yet.

    Raises NotAllowed, or Refused for an empty, too large or misnamed file, for one that has been
    booked by the definition in force, and while another one of the source waits: one at a time, also
    for two uploads at once.
    """
    check_may_deliver_bills(actor, source)
    version = newest_version(source)
    _check(content, filename)
    sha256 = hashlib.sha256(content).hexdigest()
    same = BillImport.objects.filter(version=version, sha256=sha256, state=State.BOOKED).first()
    if same is not None:
        raise Refused(_same_file(same))
    delivery = BillImport(
        source=source,
        version=version,
        state=State.WAITING,
        file_name=filename[-LONGEST_NAME:],
        sha256=sha256,
        started_at=at,
        started_by=actor,
    )
    try:
        with transaction.atomic():
            delivery.save()
    except IntegrityError:
        raise Refused(_in_the_way(source)) from None
    delivery.file = keep_table(content, name=delivery.file_name, actor=actor, at=at)
    delivery.save(update_fields=["file"])
    queue_job(
        KIND,
        target=delivery.pk,
        subject=str(source),
        filename=delivery.file_name,
        agency=source.agency,
        actor=actor,
        at=at,
        task=TASK,
    )
    return delivery


def _check(content: bytes, filename: str) -> None:
    if not content:
        raise UnreadableFile(_("The file is empty."))
    if len(content) > UPLOADED.size:
        raise UnreadableFile(
            _("The file is larger than %(limit)d MB.") % {"limit": UPLOADED.size // MEGABYTE}
        )
    kind_of(content, filename)


def _same_file(same: BillImport) -> str:
    return _(
        "This very file was taken in on %(day)s by %(user)s (%(rows)d rows): nothing has changed."
    ) % {
        "day": date_format(timezone.localtime(same.started_at), "Y-m-d H:i"),
        "user": same.started_by or _("the system"),
        "rows": same.rows,
    }


def _in_the_way(source: BillSource) -> str:
    other = BillImport.objects.filter(source=source, state=State.WAITING).first()
    if other is None:
        return _("Another file of this source has just been taken in. Try again.")
    return _("%(user)s's file “%(file)s” of this source is still being booked.") % {
        "user": other.started_by,
        "file": other.file_name,
    }


def carry_in(job: BackgroundJob, progress: Tells) -> Outcome:
    """Book the delivery `job.target`: the executor of `settlements.import_bills`.

    Everything or nothing; a delivery that no longer waits is left as it is. Raises Refused for a file
    that cannot be read, which ends the delivery with the reason.
    """
    try:
        return _carry_in(job.target, progress)
    except Refused as refusal:
        _end(job.target, State.FAILED, str(refusal))
        raise
    except Cancelled:
        _end(job.target, State.CANCELLED, _("Stopped before anything was changed."))
        raise


@transaction.atomic
def _carry_in(pk: int, progress: Tells) -> Outcome:
    rows = BillImport.objects.select_for_update(of=("self",))
    delivery = rows.select_related("source", "started_by", "file").get(pk=pk)
    if delivery.state == State.WAITING and delivery.file is not None:
        content = stored_content(delivery.file)
        progress.tell(message=_("Looking the file through"))
        table = open_table(
            lambda: io.BytesIO(content), filename=delivery.file_name, limits=UPLOADED
        )
        progress.tell(total=table.length, message=_("Reading the rows"))
        delivery = book_delivery(delivery, table.rows, progress=progress)
    return _outcome(delivery)


def _outcome(delivery: BillImport) -> Outcome:
    figures = {
        name: getattr(delivery, name)
        for name in ("rows", "booked", "refunded", "known", "supplements", "fee_lines", "in_doubt")
    }
    sentence = _(
        "%(rows)d rows: %(booked)d bills, %(refunded)d refunds, %(known)d known already,"
        " %(in_doubt)d in doubt."
    )
    return Outcome(delivery.message or sentence % figures, figures)


def _end(pk: int, state: str, message: str) -> None:
    BillImport.objects.filter(pk=pk, state=State.WAITING).update(state=state, message=message[:400])


def close_given_up() -> int:
    """End the deliveries whose job is over while they still wait: their worker died once too often, or
    somebody stopped the job before it began. How many that were."""
    closed = 0
    for delivery in BillImport.objects.filter(state=State.WAITING):
        job = BackgroundJob.objects.filter(kind=KIND, target=delivery.pk).order_by("id").last()
        if job is not None and not job.is_live:
            state = State.CANCELLED if job.state == job.State.CANCELLED else State.FAILED
            _end(delivery.pk, state, job.message)
            closed += 1
    return closed


def import_file(
    source: BillSource,
    path: Path,
    *,
    actor: User | None,
    at: datetime,
    progress: Tells | None = None,
) -> BillImport:
    """Book a file that lies on the server's disk, of any length. Raises as `import_bills` does."""
    check_may_deliver_bills(actor, source)
    delivery = BillImport(
        source=source, file_name=path.name[-LONGEST_NAME:], started_at=at, started_by=actor
    )
    table = open_table(lambda: path.open("rb"), filename=path.name, limits=ON_DISK)
    progress = progress or Unwatched()
    progress.tell(total=table.length)
    return book_delivery(delivery, table.rows, progress=progress)


def table_of(delivery: BillImport) -> Table:
    """The rows of an upload as they came. Raises Refused when the file is gone."""
    if delivery.file is None:
        raise Refused(_("The file of this delivery has been removed."))
    content = stored_content(delivery.file)
    return open_table(lambda: io.BytesIO(content), filename=delivery.file_name, limits=UPLOADED)


@transaction.atomic
def purge_deliveries(*, at: datetime) -> int:
    """Let go of the files of deliveries half a year old; how many. The sweep of stored files removes them."""
    old = BillImport.objects.exclude(state=State.WAITING).filter(
        started_at__lt=at - KEPT, file__isnull=False
    )
    return old.update(file=None)
