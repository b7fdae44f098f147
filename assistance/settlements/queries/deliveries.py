"""Bills by the file as people see them: senders, deliveries, rows in doubt, and what a version means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from django.db.models import Count, Exists, OuterRef, QuerySet

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.models import Person
from assistance.settlements.models import (
    BillImport,
    BillInDoubt,
    BillSource,
    FeeLine,
    LaterPayment,
    Settlement,
)
from assistance.settlements.permissions import DELIVERY_READERS
from assistance.settlements.sources import Rules, read_definition
from assistance.shared import crypto

Reason = BillInDoubt.Reason


def sources_visible_to(user: User) -> QuerySet[BillSource]:
    """The senders of bills to the agencies in the user's scope, by name."""
    rows = BillSource.objects.select_related("agency", "drafted_by")
    if not user.has_role(*DELIVERY_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None).order_by("name", "id")


def deliveries_visible_to(user: User) -> QuerySet[BillImport]:
    """Deliveries to the agencies in the user's scope, newest first."""
    rows = BillImport.objects.select_related("source__agency", "version", "started_by", "file")
    if not user.has_role(*DELIVERY_READERS):
        return rows.none()
    return scope_of(user).filter(rows, agency="source__agency", township=None).order_by("-id")


def doubts_visible_to(user: User) -> QuerySet[BillInDoubt]:
    """Rows in doubt, settled ones too, of the deliveries the user may see; newest first."""
    rows = BillInDoubt.objects.select_related(
        "delivery__source__agency", "delivery__version", "settled_by"
    )
    if not user.has_role(*DELIVERY_READERS):
        return rows.none()
    found = scope_of(user).filter(rows, agency="delivery__source__agency", township=None)
    return found.order_by("-id")


def waiting_counts(source: BillSource) -> dict[str, int]:
    """How many rows of the source are in doubt for each reason, those with none left out."""
    open_rows = BillInDoubt.objects.filter(delivery__source=source, settled_at__isnull=True)
    return dict(open_rows.order_by().values_list("reason").annotate(Count("id")))


def doubt_row(doubt: BillInDoubt) -> dict[str, str]:
    """Column of the file → text, as the row came; with whole numbers of people."""
    row: dict[str, str] = json.loads(doubt.payload)
    return row


def ready_doubts(source: BillSource, *, with_bad: bool) -> tuple[QuerySet[BillInDoubt], ...]:
    """Rows that waited for something which is here now, in the order in which they are to be booked.

    A person who has been registered; a bill that came later than its refund, or than its fee lines. With
    `with_bad` also rows that could not be read by an older definition than the one in force.
    """
    waiting = BillInDoubt.objects.filter(delivery__source=source, settled_at__isnull=True)
    person = Person.objects.filter(id_digest=OuterRef("id_digest"))
    later = Settlement.objects.filter(
        person__id_digest=OuterRef("id_digest"), delivery__gt=OuterRef("delivery")
    )
    of_line = Settlement.objects.filter(
        source=Settlement.Source.INSURANCE, source_id=OuterRef("number")
    )
    found = (
        waiting.filter(Exists(person), reason=Reason.UNKNOWN_PERSON),
        waiting.filter(Exists(later), reason=Reason.NO_ORIGINAL),
        waiting.filter(Exists(of_line), reason=Reason.NO_BILL),
    )
    if not with_bad:
        return found
    newer = source.versions.filter(number__gt=OuterRef("delivery__version__number"))
    return (waiting.filter(Exists(newer), reason=Reason.BAD_ROW), *found)


def fates_by_number(delivery: BillImport, numbers: Sequence[str]) -> dict[str, bool]:
    """Of these numbers at the source those that are booked, and whether by this very delivery."""
    prefix = f"{delivery.source.code}:"
    bills = Settlement.objects.filter(
        source=Settlement.Source.INSURANCE, source_id__in=[prefix + number for number in numbers]
    )
    later = LaterPayment.objects.filter(
        sender=delivery.source, source_id__in=[prefix + number for number in numbers]
    )
    found = [
        *bills.values_list("source_id", "delivery_id"),
        *later.values_list("source_id", "delivery_id"),
    ]
    return {
        source_id.removeprefix(prefix): delivery_id == delivery.pk
        for source_id, delivery_id in found
    }


def lines_by_number(
    delivery: BillImport, numbers: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], bool]:
    """`fates_by_number` for fee lines, each named by its bill and its own number."""
    prefix = f"{delivery.source.code}:"
    lines = FeeLine.objects.filter(
        settlement__source=Settlement.Source.INSURANCE,
        settlement__source_id__in={prefix + bill for bill, _number in numbers},
    )
    found = lines.values_list("settlement__source_id", "number", "delivery_id")
    return {
        (bill.removeprefix(prefix), number): delivery_id == delivery.pk
        for bill, number, delivery_id in found
    }


def open_doubts_of_rows(delivery: BillImport, payloads: Sequence[str]) -> list[BillInDoubt | None]:
    """For each of these rows the doubt in which the source has it, of whatever delivery."""
    digests = row_digests(delivery.source_id, payloads)
    waiting = BillInDoubt.objects.filter(row_digest__in=digests, settled_at__isnull=True)
    found = {bytes(doubt.row_digest or b""): doubt for doubt in waiting}
    return [found.get(digest) for digest in digests]


def row_digests(source_id: int, payloads: Iterable[str]) -> list[bytes]:
    """By what a row of a source in doubt is told from its other rows."""
    texts = (f"{source_id}:{payload}" for payload in payloads)
    return crypto.digests(texts, label="settlements.billindoubt.payload")


def rules_of(bill: Settlement) -> Rules | None:
    """Columns, codes and formula by which a bill that was sent was read; None for a typed one."""
    if bill.delivery_id is None:
        return None
    delivery = BillImport.objects.select_related("version").get(pk=bill.delivery_id)
    return read_definition(delivery.version.text).in_force(bill.settled_on)
