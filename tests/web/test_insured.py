"""The screens of the lists of the insured."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from assistance.registry.models import AccessLog, ListImport, ListSource
from tests.factories.accounts import Cast
from tests.factories.insured import HEAD, insured, insured_source, previewed
from tests.factories.lists import as_csv, make_source, work
from tests.factories.lists import previewed as recipients
from tests.factories.lists import row as recipient
from tests.factories.registry import new_number

pytestmark = pytest.mark.django_db


def test_a_source_without_categories_takes_a_list_of_the_insured_and_shows_it_apart(as_user):
    browser, number = as_user(Cast().reviewer), new_number()
    posted = {
        "department": "insurance",
        "name": "参保人员名册",
        "is_full": "on",
        "end_meaning": "inside",
        "guard_percent": "5",
        "due_day": "8",
        "is_active": "on",
        "township": Cast().township.pk,
    }
    no_category = posted | {"department": "civil_affairs"}
    assert browser.post(reverse("new_list_source"), no_category).status_code == 422
    assert browser.post(reverse("new_list_source"), posted).status_code == 302
    source = ListSource.objects.get(department="insurance")
    assert source.township == Cast().township
    file = SimpleUploadedFile("参保.csv", as_csv(insured(number, "蓝新来", township=""), head=HEAD))
    upload = {"source": source.pk, "as_of": "2026-11-01", "file": file}
    assert browser.post(reverse("upload_list"), upload).status_code == 302
    listing = work(ListImport.objects.get())
    page = browser.get(reverse("list_import", args=[listing.pk])).content.decode()
    assert "城乡居民基本医疗保险 景宁畲族自治县" in page
    assert number not in page
    other = recipients(make_source("DIBAO"), recipient(new_number()))
    shown = browser.get(reverse("insured_lists")).content.decode()
    assert reverse("list_import", args=[listing.pk]) in shown
    assert reverse("list_import", args=[other.pk]) not in shown
    assert reverse("reconcile_list", args=[listing.pk]) not in page


def test_the_file_that_goes_back_holds_the_rows_to_be_mended_and_is_noted(as_user):
    bad = insured(new_number(), "雷月桂", kind="999")
    listing = previewed(insured_source(), insured(new_number()), bad)
    url = reverse("annotated_list", args=[listing.pk])
    assert as_user(Cast().city_supervisor).post(url).status_code == 403
    answer = as_user(Cast().reviewer).post(url)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    head, row = sheet.to_python(skip_empty_area=False)
    assert head[: len(HEAD)] == list(HEAD)
    assert row[2] == "雷月桂"
    assert "999" in row[-1]
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT, subject__contains="1 rows").exists()


def test_the_page_of_a_list_asks_as_much_for_fifty_rows_as_for_one(
    as_user, django_assert_max_num_queries
):
    browser, source = as_user(Cast().reviewer), insured_source()
    rows = [insured(new_number()) for _n in range(50)]
    listing = previewed(source, *rows)
    url = reverse("list_import", args=[listing.pk])
    browser.get(url)
    with django_assert_max_num_queries(30):
        assert browser.get(url).status_code == 200
