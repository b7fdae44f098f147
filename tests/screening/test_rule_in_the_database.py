"""The one statement against the calculation, person by person, on invented people of every kind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now

from assistance.calculation import (
    BottomLinePerson,
    Category,
    Pack,
    Pool,
    PoolFacts,
    Span,
    bottom_line,
    large_cost,
    risk_pool,
    template_text,
)
from assistance.entitlements.models import PersonYear
from assistance.policies.operations import release_pack
from assistance.policies.queries import pack_of, version_in_force
from assistance.registry.models import Enrolment, Person, RecipientSpan
from assistance.screening.operations import set_threshold
from assistance.screening.states import ListKind, RunKind
from tests.factories.accounts import Cast
from tests.factories.drawn import draw, listed, make_office, make_period, zhoushan_township
from tests.factories.registry import make_bill, make_category, make_person
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db

DAY = date(2024, 6, 30)
LIMITS = (
    50_000_00,
    0,
    9_999_99,
    10_000_00,
    19_999_99,
    20_000_00,
    29_999_99,
    30_000_00,
    49_999_99,
    50_000_00,
)
POOL_OF = {
    ListKind.ZHIPIN: Pool.ZHIPIN,
    ListKind.FANPIN: Pool.FANPIN,
    ListKind.WATCH: Pool.RECIPIENT_WATCH,
}


@dataclass
class Invented:
    """Somebody with what the calculation is told of him."""

    person: Person
    total: int
    in_scope: int
    spans: list[tuple[date, date | None, str]]
    insured: bool
    died_on: date | None

    def recipient(self, on: date) -> bool:
        return any(first <= on and (last is None or last >= on) for first, last, _ in self.spans)

    def exited_on(self, on: date) -> date | None:
        ends = [last for _first, last, _ in self.spans if last is not None and last < on]
        return max(ends) + timedelta(days=1) if ends else None

    def pool_facts(self, on: date, burden: int) -> PoolFacts:
        return PoolFacts(
            burden=burden,
            on=on,
            is_recipient=self.recipient(on),
            exited_recipient=self.exited_on(on) is not None and not self.recipient(on),
            exited_on=self.exited_on(on),
            insured=self.insured,
        )


def invent(dice: random.Random, count: int) -> Iterator[Invented]:
    """Around the limits, to the fen; recognitions that end around the day, the dead, the uninsured."""
    place = zhoushan_township()
    around = [DAY + timedelta(days=n) for n in (-400, -90, -1, 0, 1)]
    for _n in range(count):
        person = make_person(township=place, enrolled=False)
        total = max(0, dice.choice(LIMITS) + dice.choice((-1, 0, 1, 5_000_00)))
        in_scope = total if dice.random() < 0.7 else total // 2
        spans: list[tuple[date, date | None, str]] = []
        for code in dice.sample(["DIBAO", "DIBIAN", "OTHER"], dice.choice((0, 1, 1, 2))):
            first = dice.choice(around)
            later = [None, *(day for day in around if day >= first)]
            spans.append((first, dice.choice(later), code))
        died_on = dice.choice([None] * 6 + around[2:])
        insured = dice.random() < 0.8
        _write(dice, person, total, in_scope, spans, died_on, insured=insured)
        yield Invented(person, total, in_scope, spans, insured, died_on)


def _write(
    dice: random.Random,
    person: Person,
    total: int,
    in_scope: int,
    spans: list[tuple[date, date | None, str]],
    died_on: date | None,
    *,
    insured: bool,
) -> None:
    # A refund brings the later months below: whoever was above in June is asked as of June.
    after = [dice.choice((0, total))] * 6
    PersonYear.objects.create(
        person=person,
        year=DAY.year,
        own_total=[total] * 6 + after,
        own_in_scope=[in_scope] * 6 + [min(in_scope, value) for value in after],
    )
    RecipientSpan.objects.bulk_create(
        RecipientSpan(
            person=person,
            category=make_category(code),
            recognised_by="普陀区民政局",
            first_day=first,
            last_day=last,
        )
        for first, last, code in spans
    )
    if insured:
        county = person.township.parent
        assert county is not None
        Enrolment.objects.create(
            person=person, kind="390", county=county, first_day=date(2024, 1, 1)
        )
    if died_on is not None:
        Person.objects.filter(pk=person.pk).update(died_on=died_on)


def pack() -> Pack:
    return pack_of(version_in_force("ZS22", on=DAY))


@pytest.fixture
def people() -> list[Invented]:
    # The calculation is asked first, before anything is drawn up that would release the documents.
    make_office()
    return list(invent(random.Random(20260322), examples(60)))


@pytest.mark.parametrize("kind", list(POOL_OF))
def test_a_monthly_list_is_what_the_calculation_says_of_each(people, kind):
    expected = {
        one.person.pk: one.total
        for one in people
        if (one.died_on is None or one.died_on > DAY)
        and POOL_OF[kind] in risk_pool(one.pool_facts(DAY, one.total), pack()).pools
    }
    found = listed(draw(make_period(kind, 2024, 6)))
    assert {pk: int(entry.burden * 100) for pk, entry in found.items()} == expected
    assert expected


def test_the_bottom_line_list_is_what_the_calculation_says_of_each(people):
    rows = bottom_line(
        [
            BottomLinePerson(
                id=str(one.person.pk),
                burden=one.in_scope,
                status=tuple(
                    Span(category=Category(code), first_day=first, last_day=last)
                    for first, last, code in one.spans
                ),
                died_on=one.died_on,
            )
            for one in people
        ],
        date(2024, 7, 1),
        pack(),
    ).rows
    expected = {int(row.id): row.list_burden for row in rows if row.listed}
    found = listed(draw(make_period(ListKind.BOTTOM_LINE, 2024, 2)))
    assert {pk: int(entry.burden * 100) for pk, entry in found.items()} == expected
    assert expected


def test_the_warning_of_large_costs_takes_the_threshold_of_the_county():
    cast, threshold = Cast(), Decimal("25000.00")
    make_office(cast.outside_agency, city="lanxi", since=date(2024, 3, 1))
    on = date(2024, 3, 31)
    kept = {"first_day": date(2024, 1, 1), "decision": "兰医保〔2024〕3号", "at": now()}
    set_threshold(cast.outside_agency, amount=threshold, actor=cast.outside_approver, **kept)
    below, at_limit, recipient, uninsured = (
        make_person(township=cast.outside_township, county=cast.other_county, **fields)
        for fields in ({}, {}, {"category": "DIBAO"}, {"enrolled": False})
    )
    for person, cost in (
        (below, "24999.99"),
        (at_limit, "25000.00"),
        (recipient, "90000.00"),
        (uninsured, "90000.00"),
    ):
        make_bill(person, cost, settled_on=date(2024, 2, 3))
    run = draw(make_period(ListKind.ALARM, 2024, 3, where=cast.outside_agency))
    # Neither document asks for insurance: the bills of somebody whose enrolment is not on record count.
    assert set(listed(run)) == {at_limit.pk, uninsured.pk}
    assert run.parameters["clause"] == "兰医保〔2024〕3号"
    own = pack_of(version_in_force("LX20", on=on)).with_values(
        {"alarm.large_cost": 25_000_00}, clause="兰医保〔2024〕3号"
    )
    says = [
        bool(large_cost(PoolFacts(burden=burden, on=on, **fields), own).pools)
        for burden, fields in (
            (24_999_99, {}),
            (25_000_00, {}),
            (90_000_00, {"is_recipient": True}),
            (90_000_00, {"insured": False}),
        )
    ]
    assert says == [False, True, False, True]


def test_within_a_month_the_bills_up_to_the_day_count():
    make_office()
    person = make_person(township=zhoushan_township())
    for day, cost in ((date(2024, 2, 20), "20000"), (date(2024, 3, 10), "10000")):
        make_bill(person, cost, settled_on=day)
    period = make_period(ListKind.ZHIPIN, 2024, 3)
    days = [date(2024, 3, 9), date(2024, 3, 10), date(2024, 2, 29)]
    runs = [draw(period, kind=RunKind.TRIAL, as_of=day) for day in days]
    assert [run.counts["listed"] for run in runs] == [0, 1, 0]
    entry = runs[1].entries.get()
    assert (entry.burden, entry.own_in_scope) == (Decimal("30000.00"), Decimal("30000.00"))


def test_the_memory_of_the_relapse_pool_is_counted_in_months_as_the_calculation_does():
    value = """
[[value]]
key = "pool.memory_months"
first_day = 2023-01-01
value = 6
clause = "AMB-47"
quotation = "六个月内"
"""
    text = template_text("ZS22")
    before = text.index("[[switch]]")
    version = release_pack(text[:before] + value.lstrip() + "\n" + text[before:], at=now())
    # Exited on 31, 29 and 28 August: six months later is the last day of February, by clamping, or the day before.
    ends = (date(2023, 8, 30), date(2023, 8, 28), date(2023, 8, 27))
    people = [make_person(township=zhoushan_township(), category="DIBAO") for _ in ends]
    for person, last in zip(people, ends, strict=True):
        make_bill(person, "25000", settled_on=date(2024, 1, 20))
        person.recipient_spans.update(last_day=last)
    as_of = date(2024, 2, 29)
    says = [
        bool(
            risk_pool(
                PoolFacts(
                    burden=25_000_00,
                    on=as_of,
                    exited_recipient=True,
                    exited_on=last + timedelta(days=1),
                ),
                pack_of(version),
            ).pools
        )
        for last in ends
    ]
    found = listed(draw(make_period(ListKind.FANPIN, 2024, 2)))
    assert [person.pk in found for person in people] == says
    assert says == [True, True, False]
