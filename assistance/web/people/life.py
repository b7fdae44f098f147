"""What held for a person and when, in the order of the days: not who typed it, but how it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assistance.registry.models import (
    Certificate,
    Enrolment,
    HouseholdMember,
    Merge,
    Person,
    RecipientSpan,
    Residence,
    Subsidy,
)
from assistance.registry.queries import held_by, records
from assistance.settlements.models import OtherAid
from assistance.settlements.queries import bill_history
from assistance.shared.money import ZERO, yuan


@dataclass(frozen=True, slots=True)
class LifeLine:
    """`last` is None for what is open, and equal to `first` for what happened on a day."""

    first: date
    last: date | None
    label: str
    text: str

    @property
    def is_one_day(self) -> bool:
        return self.first == self.last


def life(person: Person) -> list[LifeLine]:
    """Every recognition, home, insurance, certificate, household, premium, aid and merge that was not
    voided, and the bills of each year in one line, newest first; a query for each of them."""
    lines = [*_spans(person), *_bills(person), *_aid(person), *_merges(person)]
    return sorted(lines, key=lambda line: (line.first, line.label), reverse=True)


def _spans(person: Person) -> Iterator[LifeLine]:
    kinds: list[tuple[Any, str]] = [
        (RecipientSpan.objects.select_related("category"), _("Recognition")),
        (Residence.objects.select_related("division"), _("Residence")),
        (Enrolment.objects.select_related("county"), _("Enrolment")),
        (Certificate.objects.all(), _("Certificate held")),
        (HouseholdMember.objects.select_related("household"), _("Household")),
    ]
    for rows, label in kinds:
        for row in held_by(rows.filter(voided_at__isnull=True), person):
            text = f"{row.get_kind_display()} · {row}" if isinstance(row, Residence) else str(row)
            yield LifeLine(row.first_day, row.last_day, label, text)
    for paid in held_by(Subsidy.objects.filter(voided_at__isnull=True), person):
        amount = yuan(paid.basic + paid.big_illness)
        yield LifeLine(
            paid.paid_on, paid.paid_on, _("Premium subsidised"), f"{paid.year} · {amount}"
        )


def _bills(person: Person) -> Iterator[LifeLine]:
    bills = bill_history(person).order_by("benefit_year", "settled_on", "id")
    for year, group in groupby(bills, key=lambda bill: bill.benefit_year):
        found = list(group)
        text = _(
            "%(bills)d bills, total %(total)s, insurance %(insurance)s, assistance %(aid)s"
        ) % {
            "bills": sum(1 if bill.reverses_id is None else -1 for bill in found),
            "total": yuan(sum((bill.total for bill in found), ZERO)),
            "insurance": yuan(sum((bill.insurance for bill in found), ZERO)),
            "aid": yuan(sum((bill.assistance for bill in found), ZERO)),
        }
        label = _("Bills of %(year)d") % {"year": year}
        yield LifeLine(found[0].settled_on, found[-1].settled_on, label, text)


def _aid(person: Person) -> Iterator[LifeLine]:
    for aid in held_by(OtherAid.objects.filter(voided_at__isnull=True), person):
        text = f"{aid.get_giver_display()} · {yuan(aid.amount)}"
        yield LifeLine(aid.given_on, aid.given_on, _("Other aid"), text)


def _merges(person: Person) -> Iterator[LifeLine]:
    of_all = records(person).values("pk")
    found = Merge.objects.filter(Q(record__in=of_all) | Q(into__in=of_all))
    for merge in found.filter(decided_at__isnull=False, refused_because="").select_related(
        "record", "into"
    ):
        assert merge.decided_at is not None
        day = localtime(merge.decided_at).date()
        text = f"{merge.record.name} → {merge.into.name} · {merge.get_state_display()}"
        yield LifeLine(day, day, _("Records of one person"), text)
