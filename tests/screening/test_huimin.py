"""惠民保 that the treasury buys for every recipient (ZS22 二(四)2)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from assistance.registry.models import Person
from assistance.registry.queries.duties import digest_of
from assistance.screening.models import HuiminPolicy
from assistance.screening.operations.huimin import insure_huimin, insure_huimin_due, void_huimin
from assistance.screening.queries.huimin import without_huimin
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.drawn import make_office
from tests.factories.identity import merge
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db
TODAY = localdate()
GIVEN: dict[str, Any] = {
    "year": TODAY.year,
    "policy": "HMB-2026-1",
    "premium": Decimal("100.00"),
    "paid_on": TODAY,
    "at": now(),
}


def listed() -> set[str]:
    return {person.name for person in without_huimin(Person.objects.all(), TODAY)}


def test_a_recipient_stands_on_the_list_until_it_is_bought_and_after_it_is_voided():
    cast = Cast()
    person = make_person("蓝未投", category="DIBAO", recognised_on=TODAY)
    make_person("雷无关")
    # JN21 has nobody buy it.
    assert listed() == set()
    make_office(cast.agency)
    assert listed() == {"蓝未投"}
    with pytest.raises(NotAllowed):
        insure_huimin(person, actor=cast.clerk, **GIVEN)
    with pytest.raises(Refused):
        insure_huimin(person, actor=cast.reviewer, **GIVEN | {"paid_on": TODAY + timedelta(days=1)})
    row = insure_huimin(person, actor=cast.reviewer, **GIVEN)
    # 由财政全额资助投保.
    assert (row.premium, row.paid) == (Decimal("100.00"), Decimal("100.00"))
    assert listed() == set()
    with pytest.raises(Refused):
        insure_huimin(person, actor=cast.reviewer, **GIVEN)
    void_huimin(row, reason="录错", actor=cast.reviewer, at=now())
    assert listed() == {"蓝未投"}
    with pytest.raises(Refused):
        void_huimin(row, reason="录错", actor=cast.reviewer, at=now())


def test_the_whole_list_is_recorded_once():
    cast = Cast()
    make_office(cast.agency)
    people = [make_person(category="DIBAO", recognised_on=date(2024, 1, 1)) for _ in range(2)]
    seen = digest_of(person.pk for person in people)
    with pytest.raises(Refused):
        insure_huimin_due(cast.agency, seen="0", actor=cast.reviewer, **GIVEN)
    assert insure_huimin_due(cast.agency, seen=seen, actor=cast.reviewer, **GIVEN) == 2
    with pytest.raises(Refused):
        insure_huimin_due(cast.agency, seen=seen, actor=cast.reviewer, **GIVEN)
    assert HuiminPolicy.objects.count() == 2


def test_what_was_bought_on_a_merged_record_counts():
    cast = Cast()
    make_office(cast.agency)
    twice = [make_person("柳重", category="DIBAO", recognised_on=TODAY) for _ in range(2)]
    insure_huimin(twice[0], actor=cast.reviewer, **GIVEN)
    merge(twice[0], twice[1])
    assert listed() == set()


def test_the_list_leads_to_the_entry_and_the_ledger_shows_it(client):
    cast = Cast()
    client.force_login(cast.reviewer)
    assert reverse("without_huimin") not in client.get(reverse("duties")).content.decode()
    make_office(cast.agency)
    person = make_person("蓝未投", category="DIBAO", recognised_on=TODAY)
    page = client.get(reverse("without_huimin")).content.decode()
    assert reverse("insure_huimin", args=[person.pk]) in page
    posted = {"year": TODAY.year, "paid_on": TODAY, "policy": "HMB-7", "premium": "128"}
    assert client.post(reverse("insure_huimin", args=[person.pk]), posted).status_code == 302
    ledger = client.get(reverse("premium_ledger")).content.decode()
    assert "HMB-7" in ledger
    assert "128.00" in ledger
