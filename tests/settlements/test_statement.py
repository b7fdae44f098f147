"""The statement of a year says line by line what the account keeps, to the fen."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistance.entitlements.models import Bucket, PersonYear
from assistance.entitlements.queries import granted
from assistance.settlements.operations import reverse_bill
from assistance.settlements.queries.statement import account_years, statement
from assistance.shared.money import to_fen
from tests.factories.cases import Desk
from tests.factories.deliveries import bill_row, deliver, make_source, refund_of
from tests.factories.identity import merge
from tests.factories.payers import make_payer, paid_row, received
from tests.factories.registry import make_aid, make_bill, make_person
from tests.factories.sizes import examples

pytestmark = pytest.mark.django_db

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["typed", "reversed", "sent", "refunded", "supplement", "paid", "back", "aid"]
        ),
        st.dates(date(2025, 1, 1), date(2025, 12, 31)),
        st.integers(1, 900_00),
    ),
    min_size=1,
    max_size=6,
)


def _happen(kind, day, fen, person, source, payer) -> None:
    amount = f"{fen // 100}.{fen % 100:02d}"
    row = bill_row(person, setl_time=day.isoformat(), maf_pay=amount)
    if kind == "aid":
        make_aid(person, amount)
    elif kind in {"typed", "reversed"}:
        bill = make_bill(person, amount, settled_on=day)
        if kind == "reversed":
            reverse_bill(bill, reason="输错", actor=None, at=timezone.now())
    else:
        rows = [row]
        if kind == "refunded":
            rows.append(refund_of(row))
        if kind == "supplement":
            rows.append(bill_row(person, mdtrt_id=row["mdtrt_id"], setl_type="3", maf_pay="3.01"))
        deliver(source, *rows)
        if kind in {"paid", "back"}:
            paid = [paid_row(person, amount, 结算ID=row["setl_id"], 赔付日期="2026-02-01")]
            paid.append(paid_row(person, "0.07", 费用年度="2025", 赔付日期="2026-02-01"))
            if kind == "back":
                paid.append(paid_row(person, f"-{amount}", 原赔案号=paid[0][0]))
            received(payer, *paid)


@settings(
    max_examples=examples(5),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=EVENTS)
def test_a_statement_adds_up_to_the_account(cast, events):
    person, source, payer = make_person(), make_source(), make_payer()
    for kind, day, fen in events:
        _happen(kind, day, fen, person, source, payer)
    for year in account_years(person):
        found = statement(person, year)
        account = PersonYear.objects.get(person=person, year=year)
        assert found.adds_up
        assert [to_fen(month.own_total) for month in found.months] == account.own_total
        assert to_fen(found.last.total_so_far) == account.own_total[11]
        assert to_fen(found.last.in_scope_so_far) == account.own_in_scope[11]
        for bucket, amount in found.buckets:
            assert amount == granted(person, year, bucket)


def test_grants_stand_beside_what_was_borne(cast):
    desk = Desk()
    case = desk.approved()
    found = statement(case.person, desk.year)
    assert dict(found.buckets) == {Bucket.JINGNING: case.amount}
    assert found.last.granted_so_far == case.amount
    assert found.last.total_so_far == Decimal("60000.00")
    assert found.lines[0].total_so_far == 0


def test_a_wrong_account_is_said_on_the_statement(cast):
    person = make_person()
    make_bill(person, "100.00", settled_on=date(2025, 3, 1))
    assert statement(person, 2025).adds_up
    PersonYear.objects.filter(person=person).update(own_total=[1] * 12)
    assert not statement(person, 2025).adds_up


def test_merged_records_have_one_statement(cast):
    record, into = make_person(), make_person()
    for person in (record, into):
        make_bill(person, "100.00", settled_on=date(2025, 3, 1))
    merge(record, into)
    into.refresh_from_db()
    found = statement(into, 2025)
    assert found.adds_up
    assert found.last.total_so_far == Decimal("200.00")
