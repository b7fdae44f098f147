from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.operations import keep_table
from assistance.jobs.operations import queue_job
from assistance.settlements.models import PayerFile, PayerSource
from assistance.settlements.permissions import check_may_work_on_payers
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import LIMITS, UnreadableFile
from assistance.shared.spreadsheets.limits import MEGABYTE

RECEIVE = "settlements.receive_payer_file"
TASK = "settlements.do_payer_jobs"
LONGEST_FILENAME = 120
KEPT = timedelta(days=180)


@transaction.atomic
def upload_payer_file(
    source: PayerSource, *, content: bytes, filename: str, actor: User, at: datetime
) -> PayerFile:
    """Take in a file of a payer and queue its booking.

    Raises NotAllowed, or Refused for an empty or too large file, a payer out of use, and while another
    file of this payer is being read: one at a time, also for two uploads at once.
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
        raise Refused(_("Another file of this payer is still being read.")) from None
    try:
        file.file = keep_table(content, name=file.filename, actor=actor, at=at)
    except OSError:
        raise Refused(
            _("The file could not be stored: tell the administrator that the disk may be full.")
        ) from None
    file.save(update_fields=["file"])
    queue_job(
        RECEIVE,
        target=file.pk,
        subject=str(source),
        filename=file.filename,
        agency=source.agency,
        actor=actor,
        at=at,
        task=TASK,
    )
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
    """Let go of the files booked half a year ago; what nobody refers to is removed by its own sweep."""
    old = PayerFile.objects.exclude(stage__in=PayerFile.OPEN).filter(
        uploaded_at__lt=at - KEPT, file__isnull=False
    )
    return old.update(file=None)
