"""Bills that somebody types to claim assistance by hand (手工结报, LX20-3.2.3)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import translation

from assistance.accounts.models import CalendarDay
from assistance.settlements.models import DifferenceDecision, Settlement
from assistance.settlements.operations import confirm_difference
from assistance.settlements.queries import Seen, differing_bills, why_no_typed_figure
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.deliveries import make_source
from tests.factories.registry import make_bill, make_person

ZONE = ZoneInfo("Asia/Shanghai")
PAID = date(2025, 11, 10)


@pytest.fixture
def desk(cast: Cast) -> Cast:
    call_command("load_policies", verbosity=0)
    make_source(city="lanxi")
    return cast


def claim(cast: Cast, on: date, **fields: Any) -> Settlement:
    """Of a 低保 treated in Shanghai and paid in cash: 10,000 in scope, nothing reimbursed."""
    values = {"settled_on": PAID, "institution": "上海瑞金医院", "actor": cast.clerk} | fields
    person = values.pop("person", None) or make_person(
        category="DIBAO", recognised_on=date(2025, 1, 1)
    )
    return make_bill(person, "10000.00", at=datetime(*on.timetuple()[:3], 9, tzinfo=ZONE), **values)


def test_our_figure_stands_beside_the_assistance_that_is_typed(desk):
    bill = claim(desk, date(2026, 6, 30), assistance="7000.00")
    # 70 % of 10,000 (LX20-3.2.1).
    assert bill.own_figure == Decimal("7000.00")
    assert bill.own_version.startswith("LX20-")
    assert not differing_bills(Settlement.objects.all()).exists()


def test_a_claim_after_the_last_day_is_refused_by_its_clause(desk):
    with translation.override("en"), pytest.raises(Refused) as refused:
        claim(desk, date(2026, 7, 3), assistance="7000.00")
    assert "2026-06-30 (LX20-3.2.3)" in str(refused.value)
    assert not Settlement.objects.exists()
    late = claim(desk, date(2026, 7, 3))
    assert late.own_figure is None
    with translation.override("en"):
        assert "2026-06-30 (LX20-3.2.3)" in why_no_typed_figure(late)


def test_the_last_day_moves_over_the_rest_days_of_the_county(desk):
    CalendarDay.objects.get_or_create(
        day=date(2026, 6, 30), defaults={"is_workday": False, "name": "休"}
    )
    assert claim(desk, date(2026, 7, 1), assistance="7000.00").own_figure == Decimal("7000.00")


def test_another_amount_needs_a_reason_and_a_second_person(desk):
    with translation.override("en"), pytest.raises(Refused, match=r"gives 7,000\.00"):
        claim(desk, date(2026, 3, 2), assistance="6500.00")
    bill = claim(desk, date(2026, 3, 2), assistance="6500.00", reason="自费部分重核")
    assert differing_bills(Settlement.objects.all()).get().seen == Seen.WAITING
    decision = DifferenceDecision.objects.get(settlement=bill)
    assert (decision.figure, decision.decided_by) == (Decimal("7000.00"), desk.clerk)
    with pytest.raises(NotAllowed):
        confirm_difference(bill, actor=desk.reviewer, at=bill.entered_at)
    confirm_difference(bill, actor=desk.approver, at=bill.entered_at)
    assert differing_bills(Settlement.objects.all()).get().seen == Seen.CLOSED


def test_the_limit_of_the_year_counts_what_was_granted_before(desk):
    person = make_person(category="DIBAO", recognised_on=date(2025, 1, 1))
    make_bill(person, "200000.00", assistance="75000.00", settled_on=date(2025, 3, 1))
    # 80,000 a year (LX20-3.2.1), 75,000 used.
    bill = claim(desk, date(2026, 3, 2), person=person, assistance="5000.00")
    assert bill.own_figure == Decimal("5000.00")


def test_bills_without_assistance_are_open_differences(desk):
    claim(desk, date(2026, 3, 2))
    assert differing_bills(Settlement.objects.all()).get().seen == Seen.OPEN


def test_nothing_is_computed_where_no_document_assists_bills(cast):
    bill = claim(cast, date(2027, 1, 4), assistance="7000.00")
    assert bill.own_figure is None
    assert why_no_typed_figure(bill)


def test_the_page_of_the_bill_shows_both(desk, client):
    bill = claim(desk, date(2026, 3, 2), assistance="6500.00", reason="自费部分重核")
    client.force_login(desk.approver)
    page = client.get(reverse("bill", args=[bill.pk])).content.decode()
    assert "7,000.00" in page
    assert "6,500.00" in page
    assert reverse("confirm_difference", args=[bill.pk]) in page
