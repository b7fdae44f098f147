from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from assistance.registry.models import ListImport, ListRow

KEPT = timedelta(days=180)


@transaction.atomic
def purge_lists(*, at: datetime) -> int:
    """Drop the files and the encrypted rows of lists closed half a year ago; how many lists.

    The file itself, then referred to by nothing, is removed by the sweep of stored files. What the
    list did stays on its rows and in the timeline of each person.
    """
    closed = ListImport.objects.exclude(stage__in=ListImport.OPEN).filter(
        uploaded_at__lt=at - KEPT, file__isnull=False
    )
    ids = list(closed.values_list("pk", flat=True))
    ListRow.objects.filter(listing__in=ids).update(payload="")
    return ListImport.objects.filter(pk__in=ids).update(file=None)
