"""The screens of recipient lists: from the file in a reviewer's hand to the recognitions."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import localdate
from python_calamine import CalamineWorkbook

from assistance.registry.models import (
    AccessLog,
    ListImport,
    ListRow,
    ListSource,
    Person,
    RecipientSpan,
)
from tests.factories.accounts import Cast
from tests.factories.lists import applied, apply, as_csv, make_source, previewed, row, work
from tests.factories.registry import make_category, new_number

pytestmark = pytest.mark.django_db
Stage = ListImport.Stage


def page(browser, listing: ListImport, **query: str) -> str:
    return browser.get(reverse("list_import", args=[listing.pk]), query).content.decode()


def test_a_source_is_entered_changed_and_a_taken_name_refused(as_user):
    browser = as_user(Cast().reviewer)
    posted = {
        "department": "civil_affairs",
        "name": "低保名单",
        "categories": [make_category("DIBAO").pk],
        "is_full": "on",
        "end_meaning": "outside",
        "guard_percent": "3.5",
        "due_day": "8",
        "is_active": "on",
    }
    assert browser.post(reverse("new_list_source"), posted).status_code == 302
    source = ListSource.objects.get()
    assert (source.agency, source.end_meaning, str(source.guard_percent)) == (
        Cast().agency,
        "outside",
        "3.50",
    )
    assert browser.post(reverse("new_list_source"), posted).status_code == 422
    changed = posted | {"due_day": "12", "department": "union"}
    browser.post(reverse("list_source", args=[source.pk]), changed)
    source.refresh_from_db()
    assert (source.due_day, source.department) == (12, "civil_affairs")


def test_the_workbench_counts_lists_to_apply_and_lists_that_have_not_come(as_user):
    today = localdate()
    source, number = make_source(due_day=28), new_number()
    make_source(name="特困名单", due_day=1)
    expected = {"late": int(today.day > 1), "to_apply": 0}
    browser = as_user(Cast().reviewer)
    assert browser.get(reverse("workbench")).context["delivered"] == expected
    listing = previewed(source, row(number), as_of=today.replace(day=1))
    assert browser.get(reverse("workbench")).context["delivered"] == expected | {"to_apply": 1}
    apply(listing)
    assert browser.get(reverse("workbench")).context["delivered"] == expected


def test_a_list_goes_from_the_file_to_the_register(as_user):
    source, number = make_source(), new_number()
    browser = as_user(Cast().reviewer)
    file = SimpleUploadedFile("低保.csv", as_csv(row(number, "雷月桂"), encoding="gbk"))
    posted = {"source": source.pk, "as_of": "2026-11-01", "file": file}
    answer = browser.post(reverse("upload_list"), posted)
    listing = ListImport.objects.get()
    assert answer.url == reverse("list_import", args=[listing.pk])
    assert 'hx-trigger="every 2s"' in page(browser, listing)
    work(listing)
    shown = page(browser, listing)
    assert "雷月桂" in shown
    assert number not in shown
    assert browser.post(reverse("apply_list", args=[listing.pk])).status_code == 302
    assert "雷月桂" in page(browser, listing)
    work(listing)
    assert Person.objects.get().name == "雷月桂"
    assert reverse("undo_list", args=[listing.pk]) in page(browser, listing)


def test_an_unreadable_upload_says_why_and_a_second_open_list_is_refused(as_user):
    source = make_source()
    browser = as_user(Cast().reviewer)
    posted = {"source": source.pk, "as_of": "2026-11-01"}
    empty = browser.post(
        reverse("upload_list"), posted | {"file": SimpleUploadedFile("a.csv", b"")}
    )
    assert empty.status_code == 422
    previewed(source, row(new_number()))
    again = SimpleUploadedFile("a.csv", as_csv(row(new_number())))
    answer = browser.post(reverse("upload_list"), posted | {"file": again})
    assert answer.status_code == 422
    assert "reviewer" in answer.content.decode()


@pytest.mark.parametrize("size", [1, 30])
def test_the_page_of_a_list_asks_the_same_for_any_length(
    as_user, django_assert_max_num_queries, size
):
    listing = apply(previewed(make_source(), *[row(new_number(), "雷月桂") for _ in range(size)]))
    browser = as_user(Cast().reviewer)
    page(browser, listing)
    with django_assert_max_num_queries(11):
        assert page(browser, listing).count("雷月桂") == size


@pytest.mark.parametrize("size", [1, 4])
def test_the_list_of_lists_asks_the_same_for_any_length(
    as_user, django_assert_max_num_queries, size
):
    departments = ["civil_affairs", "union", "veterans", "health"]
    for department in departments[:size]:
        previewed(make_source(department=department), row(new_number()))
    browser = as_user(Cast().approver)
    browser.get(reverse("list_imports"))
    with django_assert_max_num_queries(12):
        browser.get(reverse("list_imports"))


def test_rows_are_filtered_by_outcome_and_ticked_ones_left_out(as_user):
    listing = previewed(make_source(), row(new_number(), "雷月桂"), row("1", "钟有田"))
    browser = as_user(Cast().reviewer)
    assert "钟有田" not in page(browser, listing, outcome="new")
    good = listing.rows.get(outcome="new")
    address = reverse("skip_list_rows", args=[listing.pk])
    browser.post(address, {"row": [good.pk], "skip": "on"})
    good.refresh_from_db()
    assert good.skipped
    browser.post(address, {"row": [good.pk]})
    good.refresh_from_db()
    assert not good.skipped


def test_the_guard_is_told_to_the_reviewer_and_lifted_by_the_approver(as_user):
    source = make_source(guard_percent=5)
    stays, goes = row(new_number()), row(new_number(), "雷月桂")
    applied(source, stays, goes, as_of=date(2026, 10, 1))
    listing = previewed(source, stays)
    reviewer, approver = as_user(Cast().reviewer), as_user(Cast().approver)
    assert reverse("apply_list", args=[listing.pk]) not in page(reviewer, listing)
    confirm = reverse("confirm_ends", args=[listing.pk])
    assert confirm in page(approver, listing)
    assert approver.post(confirm, {"ended": 1}).status_code == 302
    assert reverse("apply_list", args=[listing.pk]) in page(reviewer, listing)
    apply(listing)
    assert RecipientSpan.objects.filter(last_day=date(2026, 10, 31)).count() == 1


def test_the_file_comes_back_with_results_and_without_formulas(as_user):
    source, same = make_source(), row(new_number(), "钟有田")
    applied(source, same, as_of=date(2026, 10, 1))
    bad_row = ("1", "=cmd|calc", "", "", "", "", "")
    listing = previewed(source, content=as_csv(row(new_number(), "雷月桂"), bad_row, same))
    answer = as_user(Cast().reviewer).post(reverse("annotated_list", args=[listing.pk]))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0)
    head, good, bad, unchanged = sheet.to_python(skip_empty_area=False)
    assert head[:2] == ["身份证号码", "姓名"]
    assert good[1] == "雷月桂"
    assert bad[1] == "'=cmd|calc"
    assert good[-2:] == [str(ListRow.Outcome.NEW.label), ""]
    assert unchanged[-2:] == [str(ListRow.Outcome.UNCHANGED.label), ""]
    assert bad[-1] != ""
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT, subject__contains="3 rows").exists()


def test_the_export_of_the_rows_holds_masked_numbers(as_user):
    number = new_number()
    listing = previewed(make_source(), row(number))
    answer = as_user(Cast().city_supervisor).get(
        reverse("list_import", args=[listing.pk]), {"format": "csv"}
    )
    assert number not in answer.content.decode("utf-8-sig")
    assert number[-4:] in answer.content.decode("utf-8-sig")
