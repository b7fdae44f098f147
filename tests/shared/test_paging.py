from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db.models import F, Value

from assistance.accounts.models import CalendarDay, Division, User
from assistance.shared import paging
from assistance.shared.paging import paginate
from tests.factories.accounts import division

pytestmark = pytest.mark.django_db
ORDERS = [["id"], ["name", "id"], ["-name", "id"], ["-name", "-id"], ["name", "-id"]]


def days(count):
    CalendarDay.objects.all().delete()
    first = date(2030, 1, 1)
    CalendarDay.objects.bulk_create(
        CalendarDay(day=first + timedelta(days=n), is_workday=False, name=f"n{n // 3 % 3}")
        for n in range(count)
    )
    return CalendarDay.objects.all()


def walk(queryset, order, size):
    """All rows going forward page by page, and all pages coming back."""
    pages, cursor = [], None
    while True:
        page = paginate(queryset, order=order, cursor=cursor, size=size)
        pages.append(page)
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    forward = [row.pk for page in pages for row in page.rows]
    backward = [[row.pk for row in pages[-1].rows]]
    cursor = pages[-1].previous_cursor
    while cursor is not None:
        page = paginate(queryset, order=order, cursor=cursor, size=size)
        backward.append([row.pk for row in page.rows])
        cursor = page.previous_cursor
    return forward, [pk for rows in reversed(backward) for pk in rows], pages


@pytest.mark.parametrize("order", ORDERS, ids=",".join)
def test_paginate_walks_forward_and_back_over_every_row_once(order):
    queryset = days(12)
    forward, backward, pages = walk(queryset, order, 4)
    assert forward == [row.pk for row in queryset.order_by(*order)]
    assert backward == forward
    assert [page.count for page in pages] == [12, 12, 12]
    assert pages[0].previous_cursor is None


def test_paginate_coming_back_out_of_step_shows_the_first_page_in_full():
    queryset = days(10)
    rows = [row.pk for row in queryset.order_by("id")]
    second = paginate(
        queryset,
        order=["id"],
        cursor=paginate(queryset, order=["id"], cursor=None, size=4).next_cursor,
        size=4,
    )
    CalendarDay.objects.filter(pk=rows[0]).delete()
    back = paginate(queryset.all(), order=["id"], cursor=second.previous_cursor, size=4)
    assert [row.pk for row in back.rows] == rows[1:5]
    assert back.previous_cursor is None


def test_paginate_sorts_missing_values_last_and_loses_none():
    top = division("330000", "浙江省", "province")
    for number in range(5):
        division(f"3301{number:02d}", f"市{number}", "city", top if number % 2 else None)
    for order in (["parent__name", "id"], ["-parent__name", "id"], ["parent_id", "id"]):
        forward, backward, _pages = walk(Division.objects.all(), order, 2)
        assert forward == [row.pk for row in Division.objects.order_by(*order)]
        assert backward == forward


def test_paginate_orders_by_related_columns_and_annotations():
    top = division("330000", "浙江省", "province")
    for number in range(5):
        division(f"3301{number:02d}", f"市{number % 2}", "city", top)
    queryset = Division.objects.annotate(sign=F("name"), same=Value("x"))
    order = ["-sign", "same", "parent__code", "id"]
    forward, backward, _pages = walk(queryset, order, 2)
    assert forward == [row.pk for row in queryset.order_by(*order)]
    assert backward == forward


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "é", "=" * 9, "A" * 200])
def test_paginate_with_a_broken_cursor_shows_the_first_page(cursor):
    queryset = days(5)
    page = paginate(queryset, order=["id"], cursor=cursor, size=3)
    assert [row.pk for row in page.rows] == [row.pk for row in queryset.order_by("id")[:3]]


def test_paginate_with_a_cursor_of_another_order_shows_the_first_page():
    queryset = days(5)
    cursor = paginate(queryset, order=["name", "id"], cursor=None, size=3).next_cursor
    page = paginate(queryset, order=["id"], cursor=cursor, size=3)
    assert page.previous_cursor is None


def test_cursor_shows_nothing_of_the_row():
    User.objects.create(username="wangxiaoming", full_name="王小明")
    User.objects.create(username="zhao", full_name="赵")
    page = paginate(User.objects.all(), order=["username", "id"], cursor=None, size=1)
    assert "d2FuZ3" not in page.next_cursor  # "wang" in base64


def test_paginate_does_not_count_beyond_what_is_worth_it(monkeypatch):
    monkeypatch.setattr(paging, "EXACT_UP_TO", 4)
    queryset = days(5)
    assert paginate(queryset, order=["id"], cursor=None, size=3).count is None
    queryset.last().delete()
    assert paginate(queryset.all(), order=["id"], cursor=None, size=3).count == 4


def test_paginate_of_nothing():
    page = paginate(CalendarDay.objects.none(), order=["id"], cursor=None)
    assert (page.rows, page.next_cursor, page.previous_cursor, page.count) == ([], None, None, 0)


def test_paginate_costs_two_queries(django_assert_num_queries):
    queryset = days(8)
    cursor = paginate(queryset, order=["id"], cursor=None, size=3).next_cursor
    with django_assert_num_queries(2):
        paginate(queryset, order=["id"], cursor=cursor, size=3)
