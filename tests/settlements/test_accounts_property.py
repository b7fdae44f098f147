"""Whatever comes in, by hand or by the file: the accounts are what the bills say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.entitlements.models import Bucket, Entry, PersonYear
from assistance.entitlements.queries import granted
from assistance.settlements.models import LaterPayment, Setting, Settlement
from assistance.settlements.operations import reverse_bill, type_bill
from assistance.settlements.recount import account_differences
from tests.factories.deliveries import bill_row, deliver, make_source, refund_of
from tests.factories.registry import make_person
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db

FEN = st.integers(0, 3_000_00)
BILLS = st.fixed_dictionaries(
    {
        "who": st.integers(0, 2),
        "day": st.dates(date(2024, 11, 1), date(2025, 12, 31)),
        "in_scope": FEN,
        "insured": FEN,
        "granted": FEN,
        "fate": st.sampled_from(["stays", "stays", "refunded", "supplemented", "again"]),
    }
)


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def rows_of(bill, people):
    """The rows a platform would send for this bill: itself, and what becomes of it."""
    money = {
        "medfee_sumamt": yuan(20_000_00 + bill["in_scope"]),
        "inscp_scp_amt": yuan(10_000_00 + bill["in_scope"]),
        "hifp_pay": yuan(bill["insured"]),
        "maf_pay": yuan(bill["granted"]),
    }
    row = bill_row(people[bill["who"]], setl_time=bill["day"].isoformat(), **money)
    more = {
        "refunded": [refund_of(row)],
        "again": [row],
        "supplemented": [
            bill_row(people[bill["who"]], mdtrt_id=row["mdtrt_id"], setl_type="3", maf_pay="7.01")
        ],
    }
    return [row, *more.get(bill["fate"], [])]


@settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(files=st.lists(st.lists(BILLS, max_size=6), min_size=1, max_size=3))
def test_accounts_are_what_the_bills_say(cast, files):
    people = [make_person() for _ in range(3)]
    source = make_source()
    for file in files:
        rows = [row for bill in file for row in rows_of(bill, people)]
        if rows:
            deliver(source, *rows)
    assert list(account_differences()) == []
    for person in people:
        for account in person.years.all():
            bills = Settlement.objects.filter(person=person, benefit_year=account.year)
            later = LaterPayment.objects.filter(person=person, benefit_year=account.year)
            counted = sum(bill.assistance for bill in bills) + sum(p.amount for p in later)
            assert granted(person, account.year, Bucket.INPATIENT) == counted


def test_a_typed_bill_and_its_reversal_are_in_the_account(cast):
    person = make_person()
    bill = type_bill(
        person,
        settled_on=date(2025, 3, 5),
        setting=Setting.INPATIENT,
        institution="县人民医院",
        total=Decimal("100.10"),
        in_scope=Decimal("90.00"),
        basic=Decimal("40.00"),
        actor=None,
        at=timezone.now(),
    )
    account = PersonYear.objects.get(person=person, year=2025)
    assert account.own_total == [0, 0] + [6010] * 10
    assert account.own_in_scope == [0, 0] + [5000] * 10
    reverse_bill(bill, reason="输错了", actor=None, at=timezone.now())
    account.refresh_from_db()
    assert account.own_total == account.own_in_scope == [0] * 12


def test_a_wrong_account_is_named(cast, capsys):
    person = make_person()
    deliver(make_source(), bill_row(person))
    call_command("check_accounts")
    PersonYear.objects.filter(person=person).update(own_total=[1] * 12)
    with pytest.raises(CommandError):
        call_command("check_accounts")
    assert f"person {person.pk}, 2025" in capsys.readouterr().out
    assert Entry.objects.count() == 0
