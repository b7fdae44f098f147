"""Lists that draw themselves up, as the roles see them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.timezone import now

from assistance.accounts.roles import Role
from assistance.registry.models import AccessLog
from assistance.registry.operations import record_death
from assistance.screening.models import HandOut, PartnerMember, PartnerOffice
from assistance.screening.queries.layers import layers_of
from assistance.screening.queries.townships import ranked_runs, ranking
from assistance.settlements.operations import reverse_bill
from tests.factories.accounts import user
from tests.factories.drawn import (
    draw,
    make_period,
    zhoushan_agency,
    zhoushan_township,
)
from tests.factories.registry import make_bill, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists():
    """January with three people, of whom one has left in February and one has come."""
    here, there = zhoushan_township(), zhoushan_township("330903102", "六横镇")
    people = [make_person(name, township=here) for name in ("林秋禾", "蓝青山")]
    people.append(make_person("雷月桂", township=there))
    bills = [make_bill(one, "40000", settled_on=date(2024, 1, 9)) for one in people]
    first = draw(make_period("zhipin", 2024, 1))
    reverse_bill(bills[0], reason="重复", actor=None, at=now())
    people.append(make_person("钟有田", township=here))
    make_bill(people[3], "90000", basic="30000", big_illness="10000", settled_on=date(2024, 2, 9))
    return first, draw(make_period("zhipin", 2024, 2)), people


def log_in(client, role=Role.REVIEWER, **fields):
    who = user(f"zs_{role}", role, agency=zhoushan_agency(), **fields)
    client.force_login(who)
    return who


def text(client, name, *args, **query):
    response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def test_reviewer_reads_list_departures_and_comparison(client, lists):
    first, second, people = lists
    log_in(client)
    page = text(client, "list_run", second.pk)
    assert all(one.name in page for one in people[1:])
    assert "林秋禾" not in page
    assert "林秋禾" in text(client, "list_departures", second.pk)
    address = reverse("list_run", args=[second.pk])
    assert "钟有田" not in client.get(address, {"name": "雷月桂"}).content.decode()
    compared = text(client, "compare_lists", second.pk, first.pk)
    assert "林秋禾" in compared
    assert "钟有田" in compared
    assert "雷月桂" not in compared
    only_there = text(client, "compare_lists", second.pk, first.pk, side="there")
    assert "林秋禾" in only_there
    assert "钟有田" not in only_there


def test_a_township_reads_its_own_rows_alone(client, lists):
    _first, second, _people = lists
    clerk = log_in(client, Role.TOWNSHIP_CLERK, township=zhoushan_township())
    page = text(client, "list_run", second.pk)
    assert "钟有田" in page
    assert "雷月桂" not in page
    others = second.entries.get(person__name="雷月桂")
    assert client.get(reverse("list_entry", args=[others.pk])).status_code == 404
    assert [line.people for line in ranking(clerk, second)] == [2]


def test_list_asks_as_often_for_many_as_for_few(client, lists, django_assert_max_num_queries):
    _first, second, _people = lists
    log_in(client)
    for _n in range(8):
        make_bill(make_person(township=zhoushan_township()), "50000", settled_on=date(2024, 2, 3))
    again = draw(second.period, kind="again", note="补账")
    for name, args in (("list_run", [again.pk]), ("list_periods", [])):
        with django_assert_max_num_queries(18):
            text(client, name, *args)


def test_export_is_masked_and_logged(client, lists):
    _first, second, people = lists
    log_in(client)
    response = client.get(reverse("list_run", args=[second.pk]), {"format": "csv"})
    written = b"".join(response).decode("utf-8-sig")
    assert people[1].name in written
    assert people[1].id_number not in written
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT).count() == 1


def test_the_page_of_a_person_draws_how_the_burden_arose(client, lists):
    _first, second, people = lists
    log_in(client)
    found = layers_of(people[3], 2024, date(2024, 2, 29))
    assert [(layer.amount, layer.left) for layer in found.layers] == [
        (Decimal("30000.00"), Decimal("60000.00")),
        (Decimal("10000.00"), Decimal("50000.00")),
    ]
    assert found.own_total == Decimal("50000.00")
    page = text(client, "list_entry", second.entries.get(person=people[3]).pk)
    # Total cost, two payers and what was left; the threshold of 30,000 at a third of 90,000.
    assert page.count("<rect") == 4
    assert 'x1="33.33%"' in page
    assert "style=" not in page.split("<svg", 1)[1].split("</svg>")[0]


def test_a_bottom_line_burden_is_drawn_from_the_cost_in_scope(client):
    person = make_person(township=zhoushan_township(), category="DIBAO")
    bill = {"basic": "15000", "assistance": "5000", "settled_on": date(2024, 2, 9)}
    make_bill(person, "90000", in_scope="75000", **bill)
    entry = draw(make_period("bottom_line", 2024, 1)).entries.get()
    found = layers_of(person, 2024, date(2024, 3, 31), in_scope=True)
    assert [layer.left for layer in found.layers] == [75_000, 60_000, 55_000]
    assert found.own_total == entry.burden == 55_000
    log_in(client)
    record_death(person, died_on=date(2024, 3, 31), actor=None, at=now())
    page = text(client, "list_entry", entry.pk)
    assert "55,000.00" in page
    assert "2024-03-31" in page
    assert "2024 年第 1 季度" in text(client, "person", person.pk)


def test_a_partner_office_learns_no_number_below_five(client, lists):
    _first, second, _people = lists
    partner = log_in(client, Role.PARTNER)
    office = PartnerOffice.objects.create(
        agency=zhoushan_agency(), kind="civil_affairs", name="普陀区民政局", since=date(2024, 1, 1)
    )
    PartnerMember.objects.create(office=office, user=partner)
    # Of lists it was not told of, an office learns nothing at all.
    assert list(ranked_runs(partner)) == []
    HandOut.objects.create(
        run=second,
        office=office,
        agency=office.agency,
        state="at_the_desk",
        count=2,
        pushed_at=now(),
    )
    assert [line.people for line in ranking(partner, second)] == [None, None]
    page = text(client, "list_townships")
    assert "&lt;5" in page
    assert "40,000" not in page
    assert client.get(reverse("list_run", args=[second.pk])).status_code == 404
