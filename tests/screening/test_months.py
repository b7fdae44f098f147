"""Months go by: bills, refunds, recognitions and deaths come, and each month's list is what a plain query says."""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import F, Q, Sum
from django.utils.timezone import now

from assistance.calculation.dates import month_end
from assistance.registry.models import Person, RecipientSpan
from assistance.screening.models import ListRun
from assistance.screening.operations import draw_up_due, write_periods
from assistance.screening.states import ListKind, RunState
from assistance.settlements.models import Settlement
from assistance.settlements.operations import reverse_bill
from tests.factories.drawn import make_office, morning, work, zhoushan_township
from tests.factories.registry import make_bill, make_category, make_person
from tests.factories.sizes import examples

pytestmark = [pytest.mark.django_db, pytest.mark.prove]
FIRST = date(2023, 1, 1)
LIMITS = {ListKind.ZHIPIN: 30_000, ListKind.FANPIN: 20_000, ListKind.WATCH: 10_000}
BOTTOM_LINE = 50_000
OWN = F("total") - F("basic") - F("supplementary") - F("big_illness") - F("assistance")


def happen(dice: random.Random, people: list[Person], last: date) -> None:
    """What a month brings; somebody's bill is refunded in the month of its bill."""
    for person in people:
        chance = dice.random()
        on = last - timedelta(days=dice.randrange(25))
        if chance < 0.5:
            make_bill(person, dice.choice((4_000, 9_000, 21_000)), settled_on=on)
        elif chance < 0.6:
            bill = person.settlements.filter(reverses=None, reversed_by=None).first()
            if bill is not None:
                reverse_bill(bill, reason="重复", actor=None, at=now())
        elif chance < 0.7:
            _change_status(person, on)
        elif chance < 0.72:
            Person.objects.filter(pk=person.pk, died_on=None).update(died_on=on)


def _change_status(person: Person, on: date) -> None:
    held = person.recipient_spans.filter(last_day=None, first_day__lt=on)
    if not held.update(last_day=on) and not person.recipient_spans.filter(last_day__gte=on):
        RecipientSpan.objects.get_or_create(
            person=person,
            last_day=None,
            category=make_category("DIBAO"),
            defaults={"recognised_by": "民政局", "first_day": on},
        )


def plainly(kind: str, on: date) -> dict[int, Decimal]:
    """What one writes first: bills added up for everybody, then asked one by one."""
    sums = Settlement.objects.filter(benefit_year=on.year, settled_on__lte=on).order_by()
    found = {}
    for pk, own in sums.values_list("person").annotate(own=Sum(OWN)):
        person = Person.objects.get(pk=pk)
        if person.died_on is not None and person.died_on <= on:
            continue
        spans = person.recipient_spans.filter(voided_at=None)
        holds = Q(first_day__lte=on) & (Q(last_day=None) | Q(last_day__gte=on))
        recipient, exited = spans.filter(holds).exists(), spans.filter(last_day__lt=on).exists()
        if kind == ListKind.BOTTOM_LINE:
            if recipient and own >= BOTTOM_LINE:
                found[pk] = own
            continue
        kinds = ListKind.WATCH if recipient else ListKind.ZHIPIN
        if not recipient and exited and own >= LIMITS[ListKind.FANPIN]:
            kinds = ListKind.FANPIN
        if kinds == kind and own >= LIMITS[ListKind(kind)]:
            found[pk] = own
    return found


def test_every_months_list_is_what_a_plain_query_says():
    dice, months = random.Random(36), min(examples(3), 24)
    make_office()
    people = [make_person(township=zhoushan_township()) for _ in range(10)]
    last = month_end(2023, 1)
    entered = 0
    for _month in range(months):
        happen(dice, people, last)
        morrow = last + timedelta(days=1)
        write_periods(morrow)
        draw_up_due(at=morning(morrow))
        for run in ListRun.objects.filter(state=RunState.QUEUED).order_by("id"):
            done = work(run)
            expected = plainly(done.period.kind, last)
            assert dict(done.entries.values_list("person", "burden")) == expected
            before = done.previous.counts["listed"] if done.previous else 0
            assert done.counts["stayed"] + done.counts["left"] == before
            entered += done.counts["entered"]
        last = month_end(morrow.year, morrow.month)
    done = ListRun.objects.filter(state=RunState.DONE)
    assert done.count() == 3 * months + months // 3
    assert entered
    if months > 3:
        assert done.filter(period__kind=ListKind.BOTTOM_LINE, entries__isnull=False).exists()
