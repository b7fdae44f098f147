"""Rows in doubt: mended by a person, booked when the missing fact has come, or put aside with a reason."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.reasons import given_reason
from assistance.settlements.models import BillImport, BillInDoubt, BillSource
from assistance.settlements.operations.deliveries import import_bills
from assistance.settlements.permissions import check_may_deliver_bills
from assistance.settlements.queries.deliveries import ready_doubts
from assistance.shared.errors import Refused

AT_ONCE = 5_000


@transaction.atomic
def mend_doubt(
    doubt: BillInDoubt, *, values: Mapping[str, str], actor: User, at: datetime
) -> BillImport:
    """Book the row with other texts in the named columns, as a delivery of its own of one row.

    Raises NotAllowed; Refused with what is still wrong, and then nothing has changed.
    """
    doubt = _open(doubt)
    source = doubt.delivery.source
    check_may_deliver_bills(actor, source)
    row: dict[str, str] = json.loads(doubt.payload)
    unknown = sorted(set(values) - set(row))
    if unknown:
        raise Refused(_("The row has no column %(columns)s.") % {"columns": ", ".join(unknown)})
    delivery = _deliver(source, [row | dict(values)], _mended(doubt), actor, at)
    still = delivery.doubts.first()
    if still is not None:
        raise Refused(still.fault or still.get_reason_display())
    _settle([doubt], _("Mended and booked"), actor, at)
    return delivery


@transaction.atomic
def set_aside(doubt: BillInDoubt, *, reason: str, actor: User, at: datetime) -> BillInDoubt:
    """The row will not be booked; the reason says why. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    doubt = _open(doubt)
    check_may_deliver_bills(actor, doubt.delivery.source)
    _settle([doubt], reason, actor, at)
    return doubt


def book_waiting(source: BillSource, *, actor: User | None, at: datetime) -> int:
    """Book the rows whose person has been registered since, or whose bill has come; how many.

    Asked by a person it also tries the rows that an older definition could not read. What is still in doubt stays as it was. Each pass is a transaction; running it again books nothing
    twice. Raises NotAllowed.
    """
    check_may_deliver_bills(actor, source)
    booked = 0
    for rows in ready_doubts(source, with_bad=actor is not None):
        with contextlib.suppress(_NothingNew):
            booked += _book_waiting(source, list(rows.order_by("id")[:AT_ONCE]), actor, at)
    return booked


def book_all_waiting(*, at: datetime) -> int:
    """`book_waiting` for every source, by the system; how many rows were booked."""
    sources = BillSource.objects.order_by("id")
    return sum(book_waiting(source, actor=None, at=at) for source in sources)


class _NothingNew(Exception):
    """None of the rows could be booked: the attempt leaves no trace."""


@transaction.atomic
def _book_waiting(
    source: BillSource, doubts: list[BillInDoubt], actor: User | None, at: datetime
) -> int:
    ids = [doubt.pk for doubt in doubts]
    locked = BillInDoubt.objects.select_for_update().filter(pk__in=ids, settled_at__isnull=True)
    doubts = list(locked.order_by("id"))
    if not doubts:
        raise _NothingNew
    rows = [json.loads(doubt.payload) for doubt in doubts]
    delivery = _deliver(source, rows, _("rows that waited"), actor, at)
    # Row 1 is the header. A row still in doubt is in doubt once, where it was.
    again = delivery.doubts.all()
    lines = set(again.values_list("line", flat=True))
    again.delete()
    delivery.in_doubt = 0
    delivery.save(update_fields=["in_doubt"])
    done = [doubt for line, doubt in enumerate(doubts, start=2) if line not in lines]
    if not done:
        raise _NothingNew
    _settle(done, _("Booked later"), actor, at)
    return len(done)


def _deliver(
    source: BillSource,
    rows: Sequence[Mapping[str, str]],
    name: str,
    actor: User | None,
    at: datetime,
) -> BillImport:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    table = [columns, *([row.get(column, "") for column in columns] for row in rows)]

    def numbered() -> Iterator[tuple[int, Sequence[object]]]:
        return iter(enumerate(table, start=1))

    return import_bills(source, numbered, file_name=name, actor=actor, at=at, is_retry=True)


def _open(doubt: BillInDoubt) -> BillInDoubt:
    doubt = BillInDoubt.objects.select_for_update(of=("self",)).get(pk=doubt.pk)
    if doubt.settled_at is not None:
        raise Refused(_("This row has been settled already: %(how)s") % {"how": doubt.outcome})
    return doubt


def _settle(doubts: list[BillInDoubt], outcome: str, actor: User | None, at: datetime) -> None:
    BillInDoubt.objects.filter(pk__in=[doubt.pk for doubt in doubts]).update(
        settled_at=at, settled_by=actor, outcome=outcome
    )


def _mended(doubt: BillInDoubt) -> str:
    return _("row %(line)d of %(file)s") % {"line": doubt.line, "file": doubt.delivery.file_name}
