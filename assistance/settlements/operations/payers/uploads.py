from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.operations import keep_table
from assistance.jobs.operations import queue_job
from assistance.registry.reasons import given_reason
from assistance.settlements.models import PayerFile, PayerLine, PayerSource
from assistance.settlements.permissions import check_may_work_on_payers
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import LIMITS, UnreadableFile
from assistance.shared.spreadsheets.limits import MEGABYTE

RECEIVE, BOOK = "settlements.receive_payer_file", "settlements.book_payer_file"
TASK = "settlements.do_payer_jobs"
LONGEST_FILENAME = 120
KEPT = timedelta(days=180)
Stage = PayerFile.Stage


@transaction.atomic
def upload_payer_file(
    source: PayerSource, *, content: bytes, filename: str, actor: User, at: datetime
) -> PayerFile:
    """Take in a file of a payer and queue the reading of it; nothing is booked by it yet.

    Raises NotAllowed, or Refused for an empty or too large file, a payer out of use, and while another
    file of this payer is open: one at a time, also for two uploads at once.
    """
    check_may_work_on_payers(actor, source.agency_id)
    if not source.is_active:
        raise Refused(_("This source is out of use."))
    _check_size(content)
    file = PayerFile(
        source=source,
        agency=source.agency,
        lane=f"payer:{source.pk}",
        filename=filename[-LONGEST_FILENAME:],
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
        uploaded_at=at,
    )
    try:
        with transaction.atomic():
            file.save()
    except IntegrityError:
        raise Refused(
            _("Another file of this payer is still open: book it or discard it first.")
        ) from None
    file.file = keep_table(content, name=file.filename, actor=actor, at=at)
    file.save(update_fields=["file"])
    _queue(file, RECEIVE, actor, at)
    return file


def _queue(file: PayerFile, kind: str, actor: User, at: datetime) -> None:
    queue_job(
        kind,
        target=file.pk,
        subject=str(file.source),
        filename=file.filename,
        agency=file.agency,
        actor=actor,
        at=at,
        task=TASK,
    )


def locked(file: PayerFile, actor: User) -> PayerFile:
    """The file under its lock, which lets rows that refer to it in: whoever writes them may hold a doubt that
    we wait for. Raises NotAllowed."""
    rows = PayerFile.objects.select_related("source", "agency")
    file = rows.select_for_update(of=("self",), no_key=True).get(pk=file.pk)
    check_may_work_on_payers(actor, file.agency_id)
    return file


@transaction.atomic
def book_payer_file(file: PayerFile, *, actor: User, at: datetime) -> PayerFile:
    """Queue the booking of a file that was looked at.

    Raises NotAllowed, or Refused for a file that is not to be booked now.
    """
    file = locked(file, actor)
    if file.stage != Stage.PREVIEWED:
        raise Refused(_("This file is not to be booked now."))
    file.stage, file.applied_by, file.message = Stage.APPLYING, actor, ""
    file.save(update_fields=["stage", "applied_by", "message"])
    _queue(file, BOOK, actor, at)
    return file


@transaction.atomic
def discard_payer_file(file: PayerFile, *, reason: str, actor: User, at: datetime) -> PayerFile:
    """Close a file that is not to be booked; nothing of it stays. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    file = locked(file, actor)
    if file.stage != Stage.PREVIEWED:
        raise Refused(_("Only a file that waits to be booked can be discarded."))
    file.lines.all().delete()
    file.stage = Stage.DISCARDED
    file.closed_by, file.closed_at, file.closed_because = actor, at, reason
    file.save(update_fields=["stage", "closed_by", "closed_at", "closed_because"])
    return file


def _check_size(content: bytes) -> None:
    if not content:
        raise UnreadableFile(_("The file is empty."))
    if len(content) > LIMITS.size:
        raise UnreadableFile(
            _("The file is larger than %(limit)d MB.") % {"limit": LIMITS.size // MEGABYTE}
        )


@transaction.atomic
def purge_payer_files(*, at: datetime) -> int:
    """Let go of the files booked half a year ago, and of what their rows said; what nobody refers to is
    removed by its own sweep."""
    old = PayerFile.objects.exclude(stage__in=PayerFile.OPEN).filter(
        uploaded_at__lt=at - KEPT, file__isnull=False
    )
    PayerLine.objects.filter(file__in=old).delete()
    return old.update(file=None)
