from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from assistance.registry.models import Person
from assistance.settlements import queries
from assistance.settlements.models import OtherAid
from assistance.settlements.operations import record_aid, void_aid
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.registry import make_aid, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
Giver = OtherAid.Giver


def aid(person: Person, **fields: Any) -> OtherAid:
    values = {
        "benefit_year": 2025,
        "giver": Giver.UNION,
        "amount": Decimal("1000.00"),
        "given_on": date(2026, 1, 5),
        "paper": "总工会 5 号",
        "actor": None,
        "at": AT,
        **fields,
    }
    return record_aid(person, **values)


def test_other_departments_are_deducted_and_charity_is_not(cast, django_assert_num_queries):
    person = make_person()
    for n, giver in enumerate(Giver):
        aid(person, giver=giver, amount=Decimal(10) ** n)
    aid(person, amount=Decimal("0.50"))
    aid(person, benefit_year=2024, amount=Decimal(7))
    with django_assert_num_queries(1):
        assert queries.aid_by_giver(person, 2025) == {
            Giver.GOVERNMENT: Decimal("1.00"),
            Giver.UNION: Decimal("10.50"),
            Giver.DISABLED_FEDERATION: Decimal("100.00"),
            Giver.RED_CROSS: Decimal("1000.00"),
            Giver.CHARITY: Decimal("10000.00"),
            Giver.PRIVATE_INSURANCE: Decimal("100000.00"),
        }
    assert queries.deductible_aid_of_year(person, 2025) == Decimal("1111.50")
    assert queries.deductible_aid_of_year(person, 2023) == Decimal("0.00")


def test_voided_aid_counts_no_more(cast):
    person = make_person()
    row = aid(person, actor=cast.clerk)
    row = void_aid(row, reason="金额写错", actor=cast.clerk, at=AT)
    assert (row.voided_at, row.voided_because) == (AT, "金额写错")
    assert list(queries.aid_of_year(person, 2025)) == []
    assert queries.deductible_aid_of_year(person, 2025) == 0
    with pytest.raises(Refused):
        void_aid(row, reason="再来", actor=cast.clerk, at=AT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal(0)},
        {"amount": Decimal(-1)},
        {"amount": Decimal("1.005")},
        {"amount": 1.5},
        {"given_on": date(2026, 6, 2)},
        {"given_on": date(2024, 12, 31)},
        {"benefit_year": 2027, "given_on": date(2026, 1, 1)},
        {"benefit_year": 1900},
        {"paper": " "},
    ],
)
def test_bad_aid_is_refused(cast, wrong):
    with pytest.raises(Refused):
        aid(make_person(), **wrong)
    assert OtherAid.objects.count() == 0


@pytest.mark.parametrize("who", ["clerk", "window", "reviewer"])
def test_who_enters_aid(cast, who):
    row = make_aid(make_person(), actor=getattr(cast, who))
    assert row.entered_by == getattr(cast, who)


@pytest.mark.parametrize("who", ["leader", "approver", "payer", "neighbour_clerk", "auditor"])
def test_who_enters_no_aid(cast, who):
    person, actor = make_person(), getattr(cast, who)
    with pytest.raises(NotAllowed):
        make_aid(person, actor=actor)
    with pytest.raises(NotAllowed):
        void_aid(make_aid(person), reason="金额写错", actor=actor, at=AT)


def test_the_same_aid_sent_twice_is_deducted_once(cast):
    person = make_person()
    first = aid(person, actor=cast.clerk)
    with (
        translation.override("en"),
        pytest.raises(Refused, match=r"总工会 5 号 \(entered at 2026-06-01"),
    ):
        aid(person, paper=" 总工会 5 号 ", actor=cast.clerk, at=AT + timedelta(minutes=2))
    assert queries.deductible_aid_of_year(person, 2025) == Decimal("1000.00")
    # Another paper is another help, and a voided row does not stand in the way of the right one.
    aid(person, paper="总工会 6 号")
    void_aid(first, reason="录错", actor=cast.clerk, at=AT)
    aid(person)
    assert queries.deductible_aid_of_year(person, 2025) == Decimal("2000.00")
