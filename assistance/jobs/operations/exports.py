"""Large lists taken out: ordered on a page, made by a worker, kept encrypted for some days."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from assistance.accounts.models import User
from assistance.files.operations import keep_table
from assistance.jobs.models import BackgroundJob, ListExport
from assistance.jobs.operations.background import queue_job
from assistance.jobs.queries.background import latest_job

EXPORT = "web.export_list"
TASK = "web.do_exports"
KEPT = timedelta(days=7)


@transaction.atomic
def order_export(
    *, address: str, subject: str, language: str, actor: User, at: datetime
) -> BackgroundJob:
    """Queue the making of a file of the list at `address`, its filter included.

    The same list ordered again while it waits or is being made gives the same work.
    """
    User.objects.select_for_update().get(pk=actor.pk)
    for earlier in ListExport.objects.filter(owner=actor, made_at__isnull=True).order_by("-id"):
        job = latest_job(earlier.pk, EXPORT)
        if earlier.address == address and job is not None and job.is_live:
            return job
    ordered = ListExport.objects.create(
        owner=actor, address=address, language=language, subject=subject, ordered_at=at
    )
    return queue_job(
        EXPORT, target=ordered.pk, subject=subject, agency=None, actor=actor, at=at, task=TASK
    )


@transaction.atomic
def keep_export(
    export: ListExport, *, content: bytes, filename: str, media_type: str, rows: int, at: datetime
) -> ListExport:
    """Keep the file of a list, encrypted, for its owner. What was kept before stays."""
    export = ListExport.objects.select_for_update().get(pk=export.pk)
    if export.made_at is None:
        export.file = keep_table(content, name=filename, actor=export.owner, at=at)
        export.filename, export.media_type = filename, media_type
        export.rows, export.made_at = rows, at
        export.save(update_fields=["file", "filename", "media_type", "rows", "made_at"])
    return export


def purge_exports(*, at: datetime) -> int:
    """Give up the files made a week ago, which the sweep of stored files then removes; how many."""
    old = ListExport.objects.filter(made_at__lt=at - KEPT, file__isnull=False)
    return old.update(file=None)
