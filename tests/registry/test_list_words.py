"""What a word means at one agency, who is registered elsewhere, and in which month a list counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from assistance.registry.models import CategoryWord, ListImport, ListRow, Person, RecipientSpan
from assistance.registry.operations import add_household_member, found_household
from assistance.registry.queries.lists import calendar, promptness, row_problems, sources_visible_to
from tests.factories.accounts import Cast
from tests.factories.identity import merge
from tests.factories.lists import MONTH, applied, apply, make_source, outcomes, previewed, row
from tests.factories.registry import make_category, make_person, new_number

pytestmark = pytest.mark.django_db
BOTH = "低边（因病致贫）"


def held() -> list[tuple[str, date | None]]:
    spans = RecipientSpan.objects.filter(voided_at__isnull=True).order_by("category__code")
    return list(spans.values_list("category__code", "last_day"))


def test_one_word_gives_two_recognitions_where_the_county_says_so_and_one_elsewhere():
    number = new_number()
    source = make_source("DIBIAN", "YINBING")
    CategoryWord.objects.create(
        agency=source.agency,
        word=BOTH,
        category=make_category("DIBIAN"),
        beside=make_category("YINBING"),
    )
    listing = applied(source, row(number, category=BOTH), as_of=MONTH - timedelta(days=31))
    assert outcomes(listing) == [(2, "new"), (2, "new")]
    assert held() == [("DIBIAN", None), ("YINBING", None)]
    assert Person.objects.count() == 1
    again = previewed(source, row(number, category=BOTH))
    assert outcomes(again) == []
    ListImport.objects.filter(pk=again.pk).update(stage="discarded")
    # The attribute alone is gone: the type of the household stays.
    apply(previewed(source, row(number, category="DIBIAN")))
    assert held() == [("DIBIAN", None), ("YINBING", MONTH - timedelta(days=1))]
    own = make_source("YINBING", agency=Cast().outside_agency, name="因病致贫名单")
    CategoryWord.objects.create(
        agency=own.agency, word="因病支出", category=make_category("YINBING")
    )
    other = previewed(
        own, row(new_number(), category="因病支出", township=Cast().outside_township.name)
    )
    assert [r.category.code for r in other.rows.all() if r.category] == ["YINBING"]


def test_somebody_registered_elsewhere_is_in_doubt_where_the_list_asks_for_it():
    cast = Cast()
    here, elsewhere = make_person("蓝本地"), make_person("钟外地", township=cast.outside_township)
    rows = [row(p.id_number, p.name) for p in (here, elsewhere)]
    asks = make_source("DIBAO", hukou_in=cast.county)
    listing = previewed(asks, *rows)
    assert outcomes(listing) == [(2, "new"), (3, "doubt")]
    assert row_problems(ListRow.objects.get(outcome="doubt")) == ["户籍不在该名单要求的地区。"]
    ListImport.objects.filter(pk=listing.pk).update(stage="discarded")
    asks.hukou_in = cast.city
    asks.save()
    within = "new" if cast.other_county.parent_id == cast.city.pk else "doubt"
    assert outcomes(previewed(asks, *rows)) == [(2, "new"), (3, within)]


def test_a_list_counts_in_the_month_it_was_received_and_the_calendar_tells(client):
    source, today = make_source(), localdate()
    listing = applied(source, row(new_number()), as_of=today.replace(day=1))
    assert promptness(listing) == "in_time"
    listing.uploaded_at = timezone.now() - timedelta(days=40)
    listing.save()
    assert promptness(listing) == "later"
    months, ((_source, cells),) = calendar(sources_visible_to(Cast().reviewer), today)
    assert (len(months), months[-1]) == (12, today.replace(day=1))
    assert [how for _listing, how in cells] == ["nothing"] * 11 + ["later"]
    listing.applied_at = None
    assert [promptness(one) for one in (listing, None)] == ["waiting", "nothing"]
    client.force_login(Cast().reviewer)
    assert "次月后调整" in client.get(reverse("list_calendar")).content.decode()


def test_a_household_recognised_in_part_is_on_the_list(client, django_assert_max_num_queries):
    cast, at = Cast(), timezone.now()
    for head, of_head, member, category in (
        ("甲头", "DIBAO", "甲员", ""),
        ("乙头", "DIBAO", "乙员", "DIBAO"),
        # 因病致贫 is a recognition of the household as well; that of a veteran is his own.
        ("丙头", "YINBING", "丙员", ""),
        ("丁头", "DIBAO", "丁员", "YINBING"),
        ("戊头", "YOUFU", "戊员", ""),
        ("己头", "DIBAO", "己员", ""),
    ):
        one = make_person(head, category=of_head)
        found_household(one, first_day=date(2020, 1, 1), actor=cast.clerk, at=at)
        add_household_member(
            one,
            member=make_person(member, category=category),
            relation="spouse",
            first_day=date(2020, 1, 1),
            actor=cast.clerk,
            at=at,
        )
    # His recognition stands with the other record of the same human.
    merge(make_person("己员二", category="DIBIAN"), Person.objects.get(name="己员"))
    client.force_login(cast.clerk)
    client.get(reverse("household_check"))
    with django_assert_max_num_queries(14):
        text = client.get(reverse("household_check")).content.decode()
    assert {name for name in ("甲员", "丙员") if name in text} == {"甲员", "丙员"}
    assert not [name for name in ("乙员", "丁员", "戊员", "己员") if name in text]
