"""Rows that could not be read, read again by a newer definition of the payer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assistance.settlements.models import PayerDoubt, PayerFile, PayerSource, PayerVersion
from assistance.settlements.operations.payers.receiving import rows_of
from assistance.settlements.operations.payers.settling import Fields, settle
from assistance.shared.errors import Refused

_RESULT = ("reason", "person", "problems", "payload", "key", "id_digest", "version")


def reread_bad_rows(*, at: datetime) -> int:
    """Read every open row that could not be read once more where its payer's definition is newer; how
    many could be booked. Each file is a transaction of its own; running it again changes nothing."""
    booked = 0
    for source in PayerSource.objects.order_by("id"):
        newest = source.versions.order_by("number").last()
        if newest is None:
            continue
        files = PayerFile.objects.filter(pk__in=_behind(newest).values("file"))
        for file in files.order_by("id"):
            booked += _reread(file.pk, newest, at)
    return booked


def _behind(version: PayerVersion) -> QuerySet[PayerDoubt]:
    """Open rows that could not be read by an older definition than this."""
    by_older = Q(version__number__lt=version.number) | Q(
        version__isnull=True, file__version__number__lt=version.number
    )
    bad = PayerDoubt.Reason.BAD_ROW
    rows = PayerDoubt.objects.filter(by_older, settled_at__isnull=True, reason=bad)
    return rows.filter(file__source=version.source_id)


@transaction.atomic
def _reread(file_id: int, version: PayerVersion, at: datetime) -> int:
    file = PayerFile.objects.select_related("source", "version").get(pk=file_id)
    open_rows = _behind(version).filter(file=file).order_by("id")
    doubts = list(open_rows.select_for_update(of=("self",), skip_locked=True))
    again = _again(file, version)
    rows = {
        doubt.line: again.get(doubt.line) or json.loads(doubt.payload)
        for doubt in doubts
        if doubt.line is not None
    }
    still = settle(file, rows, version=version, actor=None, at=at, keep=False).in_doubt
    for doubt in doubts:
        found = still.get(doubt.line or 0)
        if found is None:
            doubt.settled_at, doubt.outcome = at, _("Booked by a newer definition")
            doubt.save(update_fields=["settled_at", "outcome"])
            continue
        for field in _RESULT:
            setattr(doubt, field, getattr(found, field))
        doubt.save(update_fields=_RESULT)
    return len(doubts) - len(still)


def _again(file: PayerFile, version: PayerVersion) -> Mapping[int, Fields]:
    """From the file, whose columns may mean more now; without it the fields that were kept have to do."""
    if file.file is None:
        return {}
    try:
        return rows_of(file, version)
    except Refused:
        return {}
