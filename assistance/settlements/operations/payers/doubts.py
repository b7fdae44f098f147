"""Payments in doubt: mended, kept at person and year, put aside, or booked when their bill has come."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.registry.reasons import given_reason
from assistance.settlements.models import PayerDoubt, PayerFile, PayerSource
from assistance.settlements.operations.payers.matching import find_people
from assistance.settlements.operations.payers.settling import settle
from assistance.settlements.payers import FIELDS
from assistance.settlements.permissions import check_may_work_on_payers
from assistance.settlements.queries.payers import problem_sentences
from assistance.shared.errors import Refused

Reason = PayerDoubt.Reason
AT_ONCE = 2_000
# What may have changed since without anybody touching the row.
WAITING = (
    Reason.UNKNOWN_PERSON,
    Reason.NO_BILL,
    Reason.NO_ORIGINAL,
    Reason.OVER,
    Reason.NOT_INSURED,
    Reason.NOT_DUE,
)


@transaction.atomic
def mend_payment(
    doubt: PayerDoubt, *, values: Mapping[str, str], actor: User, at: datetime
) -> PayerDoubt:
    """Book the row with other texts in the named fields. Raises NotAllowed; Refused with what is still
    wrong, and then nothing has changed."""
    doubt = _open(doubt, actor)
    row = json.loads(doubt.payload) | {k: v.strip() for k, v in values.items() if k in FIELDS}
    return _book(doubt, row, _("Mended and booked"), actor=actor, at=at)


@transaction.atomic
def keep_at_year(doubt: PayerDoubt, *, actor: User, at: datetime) -> PayerDoubt:
    """Book the payment for the person and year instead of a bill: nobody knows which one is meant.

    Raises NotAllowed, or Refused with what is still wrong.
    """
    doubt = _open(doubt, actor)
    if doubt.reason not in {Reason.NO_BILL, Reason.SEVERAL}:
        raise Refused(_("Only a payment whose bill is not known can be kept at person and year."))
    row = json.loads(doubt.payload)
    return _book(doubt, row, _("Kept at person and year"), at_year=True, actor=actor, at=at)


@transaction.atomic
def set_payment_aside(doubt: PayerDoubt, *, reason: str, actor: User, at: datetime) -> PayerDoubt:
    """The row will not be booked; the reason says why. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    return _settled(_open(doubt, actor), reason, actor, at)


@transaction.atomic
def set_strangers_aside(file: PayerFile, *, reason: str, actor: User, at: datetime) -> int:
    """Set every open row of the file aside whose person the agency does not know: those of the other
    counties in a file of the whole city. How many; they are not booked either once he is registered.

    Raises NotAllowed, or Refused when there are none.
    """
    reason = given_reason(reason)
    check_may_work_on_payers(actor, file.agency_id)
    rows = PayerDoubt.objects.select_for_update(of=("self",)).order_by("id")
    strangers = rows.filter(file=file, settled_at__isnull=True, reason=Reason.UNKNOWN_PERSON)
    ids = [doubt.pk for doubt in strangers.only("pk")]
    if not ids:
        raise Refused(_("No row of the file waits for its person."))
    PayerDoubt.objects.filter(pk__in=ids).update(
        settled_at=at, settled_by=actor, outcome=reason[:200]
    )
    return len(ids)


def book_waiting_payments(*, at: datetime) -> int:
    """Book the payments whose person or bill has come since; how many.

    So many at a time are a transaction of their own; running it again books nothing twice.
    """
    waiting = PayerDoubt.objects.filter(settled_at__isnull=True, reason__in=WAITING)
    return sum(
        _book_waiting(ids, at)
        for source in PayerSource.objects.order_by("id")
        for ids in _hopeful(source, waiting.filter(file__source=source))
    )


def _hopeful(source: PayerSource, waiting: QuerySet[PayerDoubt]) -> Iterator[list[int]]:
    """The ids of all that wait, some at a time, without those whose person still is not registered."""
    last = 0
    while rows := list(
        waiting.filter(pk__gt=last)
        .order_by("pk")
        .values_list("pk", "reason", "id_digest")[:AT_ONCE]
    ):
        last = rows[-1][0]
        people = find_people(source, {bytes(digest) for _pk, _reason, digest in rows if digest})
        ids = [
            pk
            for pk, reason, digest in rows
            if reason != Reason.UNKNOWN_PERSON or (digest and bytes(digest) in people)
        ]
        if ids:
            yield ids


@transaction.atomic
def _book_waiting(ids: Sequence[int], at: datetime) -> int:
    rows = PayerDoubt.objects.select_for_update(of=("self",), skip_locked=True)
    of_file: defaultdict[int, list[PayerDoubt]] = defaultdict(list)
    for doubt in rows.filter(pk__in=ids, settled_at__isnull=True).order_by("id"):
        of_file[doubt.file_id].append(doubt)
    files = PayerFile.objects.select_related("source", "version", "uploaded_by")
    return sum(
        _try(file, of_file[file.pk], at) for file in files.filter(pk__in=of_file).order_by("id")
    )


def _try(file: PayerFile, doubts: Sequence[PayerDoubt], at: datetime) -> int:
    """Book what can be booked; the others keep waiting, for the reason they have now."""
    rows = {doubt.line: json.loads(doubt.payload) for doubt in doubts if doubt.line is not None}
    still = settle(file, rows, actor=None, at=at, keep=False).in_doubt
    for doubt in doubts:
        found = still.get(doubt.line or 0)
        if found is None:
            _settled(doubt, _("Booked later"), None, at)
        elif (found.reason, found.person_id) != (doubt.reason, doubt.person_id):
            doubt.reason, doubt.person_id = found.reason, found.person_id
            doubt.problems = found.problems
            doubt.save(update_fields=["reason", "person", "problems"])
    return len(doubts) - len(still)


def _book(
    doubt: PayerDoubt,
    row: dict[str, str],
    outcome: str,
    *,
    at_year: bool = False,
    actor: User,
    at: datetime,
) -> PayerDoubt:
    assert doubt.line is not None
    fixed = frozenset({doubt.line}) if at_year else frozenset()
    with transaction.atomic():
        rows = {doubt.line: row}
        found = settle(doubt.file, rows, at_year=fixed, actor=actor, at=at, keep=False).in_doubt
        if found:
            raise Refused(_still_wrong(found[doubt.line], doubt.file, row, at))
    return _settled(doubt, outcome, actor, at)


def _still_wrong(found: PayerDoubt, file: PayerFile, row: Mapping[str, str], at: datetime) -> str:
    if found.reason == Reason.BAD_ROW:
        return " ".join(problem_sentences(file, row, at))
    return str(found.get_reason_display())


def _open(doubt: PayerDoubt, actor: User) -> PayerDoubt:
    rows = PayerDoubt.objects.select_related("file__source", "file__version")
    doubt = rows.select_for_update(of=("self",)).get(pk=doubt.pk)
    check_may_work_on_payers(actor, doubt.file.agency_id)
    if doubt.settled_at is not None:
        raise Refused(_("This row has been settled already: %(how)s") % {"how": doubt.outcome})
    return doubt


def _settled(doubt: PayerDoubt, outcome: str, actor: User | None, at: datetime) -> PayerDoubt:
    doubt.settled_at, doubt.settled_by, doubt.outcome = at, actor, outcome[:200]
    doubt.save(update_fields=["settled_at", "settled_by", "outcome"])
    return doubt
