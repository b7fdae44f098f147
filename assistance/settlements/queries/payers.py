"""What further payers gave: for the screens, and for whoever computes what a person still bears."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry.models import Person
from assistance.registry.permissions import LIST_READERS
from assistance.registry.queries import held_by
from assistance.settlements.models import (
    LaterPayment,
    Payer,
    PayerDoubt,
    PayerFile,
    PayerLine,
    PayerSource,
)
from assistance.settlements.payers import (
    PaymentReader,
    RowProblem,
    read_payer_definition,
)
from assistance.settlements.payers.reading import field_label
from assistance.shared.money import ZERO, to_fen

# Help of other departments (JN21 二(三)2); the others insure.
AID_PAYERS = (Payer.UNION, Payer.CIVIL)


def payers_visible_to(user: User) -> QuerySet[PayerSource]:
    rows = PayerSource.objects.select_related("agency")
    if not user.has_role(*LIST_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None).order_by("name", "id")


def payer_files_visible_to(user: User) -> QuerySet[PayerFile]:
    rows = PayerFile.objects.select_related("source", "agency", "uploaded_by")
    if not user.has_role(*LIST_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None).order_by("-id")


def payer_doubts_visible_to(user: User) -> QuerySet[PayerDoubt]:
    """Rows in doubt, settled ones too, with their file and person."""
    rows = PayerDoubt.objects.select_related(
        "file__source", "file__agency", "file__version", "person", "settled_by"
    )
    if not user.has_role(*LIST_READERS):
        return rows.none()
    return scope_of(user).filter(rows, agency="file__agency", township=None).order_by("-id")


def lines_of(file: PayerFile) -> QuerySet[PayerLine]:
    """The rows of a file with what becomes of them, in the order of the file."""
    return file.lines.order_by("line")


def later_payments_visible_to(user: User) -> QuerySet[LaterPayment]:
    """What further payers gave the people in the user's scope."""
    rows = LaterPayment.objects.select_related(
        "person", "settlement__reversed_by", "payer_source", "sender", "takes_back"
    )
    if not user.has_role(*LIST_READERS):
        return rows.none()
    return scope_of(user).filter(rows, agency="person__agency", township="person__township")


def later_payments_of(person: Person) -> QuerySet[LaterPayment]:
    """Every payment of further payers for this human, the latest day first."""
    rows = LaterPayment.objects.select_related("settlement", "payer_source", "sender")
    return held_by(rows, person).order_by("-paid_on", "-id")


def later_on_bills(bills: Collection[int]) -> Mapping[int, Mapping[str, int]]:
    """Fen by payer for every one of these bills that something was paid for later."""
    sums = LaterPayment.objects.filter(settlement__in=bills).values_list("settlement", "payer")
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for bill, payer, total in sums.annotate(total=Sum("amount")).order_by():
        if bill is not None and total:
            found[bill][payer] = to_fen(total)
    return found


def later_aid_of_year(person: Person, year: int) -> Decimal:
    """Yuan of the year that is deducted as other departments' aid is: what unions and civil affairs gave,
    and what insurers or assistance gave for no bill that counts."""
    rows = _of_year(person, year)
    total: Decimal | None = rows.aggregate(total=Sum("amount"))["total"]
    return total or ZERO


def _of_year(person: Person, year: int) -> QuerySet[LaterPayment]:
    """What no bill of the year carries: its payer names none, or it was reversed and settled anew."""
    rows = LaterPayment.objects.filter(
        Q(payer__in=AID_PAYERS)
        | Q(settlement__isnull=True)
        | Q(settlement__reversed_by__isnull=False),
        benefit_year=year,
    )
    return held_by(rows, person)


def paid_since(person: Person, year: int, at: datetime) -> bool:
    """Whether such aid of the year was booked, or taken back, after a moment."""
    return _of_year(person, year).filter(booked_at__gt=at).exists()


def doubt_fields(doubt: PayerDoubt | PayerLine) -> dict[str, str]:
    """The row as it came, by field."""
    fields: dict[str, str] = json.loads(doubt.payload) if doubt.payload else {}
    return fields


def problem_sentences(file: PayerFile, row: Mapping[str, str], at: datetime) -> list[str]:
    """What is wrong with a row, with the name of its column."""
    assert file.version is not None
    definition = read_payer_definition(file.version.text, file.source.payer)
    reader = PaymentReader(definition, payer=Payer(file.source.payer), today=timezone.localdate(at))
    found = reader.read(0, row)
    return problem_texts([found[1:]]) if isinstance(found, RowProblem) else []


def problem_texts(problems: Iterable[Iterable[str]]) -> list[str]:
    """Kept problems as sentences."""
    return [
        _("%(column)s: %(fault)s") % {"column": field_label(field), "fault": sentence}
        for field, sentence in problems
    ]
