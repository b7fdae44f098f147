"""惠民保 that the treasury buys for every recipient (ZS22 二(四)2)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from assistance.calculation import template_text
from assistance.policies.operations import release_pack
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


def held(person: Person, year: int, on: date) -> HuiminPolicy:
    given = {"person": person, "year": year, "policy": "HMB-1", "paid_on": on}
    return HuiminPolicy.objects.create(premium=100, paid=100, entered_at=now(), **given)


def test_the_whole_list_is_recorded_for_the_coming_year_and_for_an_earlier_day(client):
    """In November everybody has that of the running year: the list is that of the coming one."""
    cast, november = Cast(), date(TODAY.year - 1, 11, 5)
    make_office(cast.agency)
    people = [make_person(category="DIBAO", recognised_on=date(2023, 5, 1)) for _ in range(2)]
    for person in people:
        held(person, november.year, november)
    client.force_login(cast.reviewer)
    address, typed = reverse("insure_huimin_due"), {"policy": "HMB-8", "premium": "100"}
    asked = {"on": november.isoformat(), "year": "next"}
    listed = client.get(reverse("without_huimin"), asked)
    assert len(listed.context["page"].rows) == 2
    page = client.get(address, asked)
    assert (page.context["due"], page.context["year"]) == (2, TODAY.year)
    posted = page.context["form"].initial | typed
    assert client.post(address, posted).status_code == 302
    rows = HuiminPolicy.objects.filter(policy="HMB-8")
    assert set(rows.values_list("year", "paid_on")) == {(TODAY.year, november)}
    assert rows.count() == 2
    # Sent twice it is refused, and asked about the list as it is now.
    refused = client.post(address, posted)
    assert (refused.status_code, refused.context["due"]) == (422, 0)
    # Who was recognised after the day of payment is not on its list.
    rows.update(voided_at=now(), voided_because="录错")
    make_person(category="DIBAO", recognised_on=november)
    page = client.get(address, {"on": (november - timedelta(days=7)).isoformat(), "year": "next"})
    assert page.context["due"] == 2
    posted = page.context["form"].initial | typed | {"policy": "HMB-9"}
    assert client.post(address, posted).status_code == 302
    days = HuiminPolicy.objects.filter(policy="HMB-9").values_list("paid_on", flat=True)
    assert list(days) == [november - timedelta(days=7)] * 2


def test_where_no_document_has_it_bought_it_is_refused_with_a_sentence():
    cast = Cast()
    make_office(cast.agency, city="wenzhou")
    person = make_person("蓝未投", category="DIBAO", recognised_on=TODAY)
    with pytest.raises(Refused, match="蓝未投"):
        insure_huimin(person, actor=cast.reviewer, **GIVEN)
    assert insure_huimin_due(cast.agency, seen=digest_of([]), actor=cast.reviewer, **GIVEN) == 0


def test_a_document_that_names_no_share_of_the_premium_is_refused_with_a_sentence():
    cast = Cast()
    make_office(cast.agency)
    text = template_text("ZS22")
    block = next(part for part in text.split("\n\n") if 'key = "huimin.ratio"' in part)
    later = re.sub(r"first_day = \S+", "first_day = 2099-01-01", block)
    release_pack(text.replace(block, later, 1), at=now())
    person = make_person("蓝未投", category="DIBAO", recognised_on=TODAY)
    with pytest.raises(Refused, match=r"huimin\.ratio"):
        insure_huimin(person, actor=cast.reviewer, **GIVEN)


def test_who_only_reads_is_not_led_to_the_entry_nor_to_the_voiding(client):
    cast = Cast()
    make_office(cast.agency)
    person = make_person(category="DIBAO", recognised_on=date(TODAY.year, 1, 1))
    bought = make_person(category="DIBAO", recognised_on=date(TODAY.year, 1, 1))
    void = reverse("void_huimin", args=[held(bought, TODAY.year, TODAY).pk])
    insure = reverse("insure_huimin", args=[person.pk])
    for user, leads in ((cast.reviewer, True), (cast.approver, False)):
        client.force_login(user)
        ledger = client.get(reverse("premium_ledger")).content.decode()
        assert "HMB-1" in ledger
        assert (void in ledger) is leads
        assert (insure in client.get(reverse("without_huimin")).content.decode()) is leads
