from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from assistance.entitlements.models import PersonYear
from assistance.registry.models import Person
from assistance.registry.operations import record_death
from assistance.settlements import queries
from assistance.settlements.models import InvoiceUse, Setting, Settlement
from assistance.settlements.operations import reverse_bill, type_bill
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.registry import make_bill, make_person
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
AMOUNTS = ("total", "in_scope", "basic", "supplementary", "big_illness", "assistance")


def bill(person: Person, **fields: Any) -> Settlement:
    values = {
        "settled_on": date(2025, 5, 20),
        "setting": Setting.INPATIENT,
        "institution": "景宁畲族自治县人民医院",
        "total": Decimal("60000.00"),
        "in_scope": Decimal("50000.00"),
        "basic": Decimal("30000.10"),
        "actor": None,
        "at": AT,
        **fields,
    }
    return type_bill(person, **values)


def test_typed_bill_is_an_ordinary_bill_of_its_year(cast):
    person = make_person()
    row = bill(
        person,
        supplementary=Decimal("1"),
        big_illness=Decimal("2.5"),
        assistance=Decimal("3"),
        actor=cast.clerk,
    )
    row.refresh_from_db()
    assert (row.benefit_year, row.source, row.entered_by) == (2025, "typed", cast.clerk)
    assert row.insurance == Decimal("30003.60")
    assert list(queries.bills_of_year(person, 2025)) == [row]
    assert list(queries.bills_of_year(person, 2024)) == []
    assert queries.years_with_bills(person) == [2025]
    assert PersonYear.objects.filter(person=person, year=2025).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"total": Decimal("-1")},
        {"total": Decimal(0)},
        {"basic": Decimal("-0.01")},
        {"total": Decimal("60000.001")},
        {"total": Decimal("NaN")},
        {"total": Decimal("Infinity")},
        {"total": Decimal("1E+20")},
        {"total": 60000.0},
        {"total": "60000"},
        {"basic": True},
        {"in_scope": Decimal("60000.01")},
        {"in_scope": Decimal(30000), "basic": Decimal(30000), "big_illness": Decimal("0.01")},
        {"basic": Decimal("60000.01")},
        {"basic": Decimal(30000), "big_illness": Decimal(20000), "assistance": Decimal("10000.01")},
        {"settled_on": date(2026, 6, 2)},
        {"service_from": date(2025, 5, 21)},
        {"service_to": date(2026, 6, 2)},
        {"service_from": date(2025, 5, 20), "service_to": date(2025, 5, 19)},
        {"settled_on": date(1940, 1, 1)},
        {"institution": " "},
        {"invoice_code": "033"},
        {"invoice_number": "号码"},
        {"invoice_number": "1" * 21},
    ],
)
def test_bad_input_is_refused(cast, wrong):
    with pytest.raises(Refused):
        bill(make_person(), **wrong)
    assert Settlement.objects.count() == 0


def test_payers_may_reach_the_total_and_the_last_day_is_today(cast):
    row = bill(
        make_person(),
        in_scope=Decimal(60000),
        basic=Decimal(60000),
        settled_on=date(2026, 6, 1),
    )
    assert row.total == row.insurance


def test_unknown_setting_is_refused_by_its_name():
    with pytest.raises(ValueError, match="dentist"):
        bill(make_person(), setting="dentist")


def test_bill_of_the_dead(cast):
    """Treatment begun by the day of death counts whenever it is settled (AMB-62)."""
    person = make_person()
    person = record_death(person, died_on=date(2025, 3, 1), actor=None, at=AT)
    assert bill(person, service_from=date(2025, 3, 1)).pk
    assert bill(person, settled_on=date(2025, 3, 1)).pk
    for later in ({}, {"service_from": date(2025, 3, 2)}):
        with pytest.raises(Refused) as refusal:
            bill(person, **later)
        assert "2025-03-01" in str(refusal.value)


def test_invoice_counts_once_whoever_has_it(cast):
    first = bill(make_person(), invoice_code="033", invoice_number=" ab-1 23 ")
    assert (first.invoice_code, first.invoice_number) == ("033", "AB-123")
    with pytest.raises(Refused) as refusal:
        bill(
            make_person(), invoice_code="０33", invoice_number="AB-123", settled_on=date(2025, 7, 1)
        )
    assert "2025-05-20" in str(refusal.value)
    assert Settlement.objects.count() == 1
    assert bill(make_person(), invoice_number="AB-123").pk


def test_reversal_is_the_exact_negative_and_frees_the_invoice(cast):
    person = make_person()
    row = bill(person, invoice_number="123", assistance=Decimal("0.01"), actor=cast.clerk)
    twin = reverse_bill(row, reason="重复录入", actor=cast.clerk, at=AT)
    twin.refresh_from_db()
    for name in AMOUNTS:
        assert getattr(twin, name) == -getattr(row, name)
        assert not str(getattr(twin, name)).startswith("-0.00")
    assert (twin.reverses, twin.benefit_year, twin.reversed_because) == (row, 2025, "重复录入")
    assert InvoiceUse.objects.count() == 0
    assert list(queries.bills_of_year(person, 2025)) == []
    assert queries.years_with_bills(person) == []
    assert list(queries.bill_history(person)) == [twin, row]
    again = bill(person, invoice_number="123", total=Decimal(70000))
    assert list(queries.bills_of_year(person, 2025)) == [again]


def test_bill_is_reversed_once_and_a_twin_never(cast):
    row = bill(make_person())
    with pytest.raises(Refused):
        reverse_bill(row, reason="", actor=cast.clerk, at=AT)
    twin = reverse_bill(row, reason="重复录入", actor=cast.clerk, at=AT)
    for wrong in (row, twin):
        with pytest.raises(Refused):
            reverse_bill(wrong, reason="重复录入", actor=cast.clerk, at=AT)
    assert Settlement.objects.count() == 2


def test_bill_of_the_insurance_system_is_not_reversed_here(cast):
    person = make_person()
    row = bill(person)
    imported = Settlement.objects.create(
        person=person,
        source=Settlement.Source.INSURANCE,
        source_id="S1",
        settled_on=row.settled_on,
        setting=row.setting,
        institution="医院",
        total=1,
        in_scope=1,
        entered_at=AT,
    )
    with pytest.raises(NotAllowed):
        reverse_bill(imported, reason="重复录入", actor=cast.clerk, at=AT)
    assert reverse_bill(imported, reason="撤销", actor=None, at=AT).total == -1


@pytest.mark.parametrize(
    "who",
    ["leader", "reviewer", "approver", "payer", "neighbour_clerk", "outside_clerk", "auditor"],
)
def test_bills_are_typed_and_reversed_by_the_own_clerks_alone(cast, who):
    person, actor = make_person(), getattr(cast, who)
    with pytest.raises(NotAllowed):
        bill(person, actor=actor)
    row = bill(person)
    with pytest.raises(NotAllowed):
        reverse_bill(row, reason="重复录入", actor=actor, at=AT)
    assert list(queries.bills_of_year(person, 2025)) == [row]


def test_one_form_books_one_bill(cast):
    person = make_person()
    row = bill(person, token="form-1", invoice_number="123")
    assert bill(person, token="form-1", invoice_number="123") == row
    with pytest.raises(Refused):
        bill(person, token="form-1", total=Decimal(61000))
    assert bill(make_person(), token="form-1").pk
    assert bill(person, token="form-2").pk != row.pk


def test_booked_bill_is_written_once():
    row = bill(make_person())
    row.total = Decimal(1)
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        row.delete()


@pytest.mark.parametrize("basic", ["60000.01", "50000.01"])
def test_database_refuses_payers_above_the_cost(basic):
    row = bill(make_person())
    row.pk, row.source_id, row.basic = None, "other", Decimal(basic)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_bills_that_may_be_one_bill_are_pointed_out(cast, django_assert_num_queries):
    person = make_person()
    stay = {"service_from": date(2025, 5, 10), "service_to": date(2025, 5, 20)}
    one = bill(person, **stay)
    same = bill(person)
    moved = bill(
        person,
        institution="丽水市中心医院",
        service_from=date(2025, 5, 20),
        service_to=date(2025, 5, 30),
        settled_on=date(2025, 5, 30),
    )
    clash = bill(
        person,
        institution="丽水市人民医院",
        service_from=date(2025, 5, 29),
        service_to=date(2025, 6, 2),
        settled_on=date(2025, 6, 2),
    )
    with django_assert_num_queries(4):
        found = queries.bill_warnings(person, 2025)
    assert {pk: len(sentences) for pk, sentences in found.items()} == {
        one.pk: 1,
        same.pk: 1,
        moved.pk: 1,
        clash.pk: 1,
    }
    assert str(clash) in found[moved.pk][0]


@settings(max_examples=examples(30), deadline=None)
@given(
    fen=st.tuples(*[st.integers(-5, 200) for _ in AMOUNTS]),
    booked=st.booleans(),
)
def test_what_is_accepted_satisfies_the_specification(fen, booked):
    total, in_scope, *payers = fen
    fits = total > 0 and min(fen) >= 0 and in_scope <= total and sum(payers) <= total
    fits &= sum(payers[:3]) <= in_scope
    values = {name: Decimal(amount).scaleb(-2) for name, amount in zip(AMOUNTS, fen, strict=True)}
    person = make_person()
    if not fits:
        with pytest.raises(Refused):
            bill(person, **values)
        return
    row = bill(person, **values)
    if booked:
        reverse_bill(row, reason="重复录入", actor=None, at=AT)
    rows = Settlement.objects.filter(person=person)
    sums = [sum(getattr(row, name) for row in rows) for name in AMOUNTS]
    assert sums == ([0] * len(AMOUNTS) if booked else [values[name] for name in AMOUNTS])
    assert make_bill(person).benefit_year == 2025
