"""Many at once on the screen: from ticks or a file to the outcomes, and back as a file."""

from __future__ import annotations

import csv
import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from assistance.cases.models import Application, BulkRow, BulkRun
from assistance.cases.states import State
from assistance.registry.models import AccessLog

SIGN = {"kind": "sign_first_review", "words": "属实"}


def prepare(browser, **data):
    return browser.post(reverse("prepare_bulk"), SIGN | data)


def xlsx(rows) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return buffer.getvalue()


def test_ticked_rows_are_tried_carried_out_and_taken_back(desk, as_user):
    cases = [desk.submitted(), desk.submitted()]
    browser = as_user(desk.cast.leader)
    assert 'name="number"' in browser.get(reverse("applications")).content.decode()
    response = prepare(browser, number=[case.number for case in cases])
    run = BulkRun.objects.get()
    assert response.headers["Location"] == reverse("bulk_run", args=[run.pk])
    assert browser.get(reverse("bulk_run", args=[run.pk])).context["ready"] == 2
    browser.post(reverse("carry_out_bulk", args=[run.pk]))
    assert set(Application.objects.values_list("state", flat=True)) == {State.COUNTY_REVIEW}
    page = browser.get(reverse("bulk_run", args=[run.pk]))
    assert not page.context["may_carry_out"]
    browser.post(reverse("take_back_bulk", args=[run.pk]))
    assert set(Application.objects.values_list("state", flat=True)) == {State.FIRST_REVIEW}


@pytest.mark.parametrize("kind", ["csv", "gbk", "xlsx"])
def test_an_uploaded_list_is_read_under_its_heading(desk, as_user, kind):
    case = desk.submitted()
    rows = [["序号", "受理编号"], ["1", case.number], ["", ""], ["2", "331127-2026-99999-AAAA"]]
    if kind == "xlsx":
        content = xlsx(rows)
    else:
        text = "\r\n".join(",".join(row) for row in rows)
        content = text.encode("gbk" if kind == "gbk" else "utf-8-sig")
    name = "名单.xlsx" if kind == "xlsx" else "名单.csv"
    response = prepare(as_user(desk.cast.leader), file=SimpleUploadedFile(name, content))
    assert response.status_code == 302
    found = list(BulkRow.objects.order_by("position").values_list("number", "outcome"))
    assert found == [(case.number, "ready"), ("331127-2026-99999-AAAA", "refused")]


def test_nothing_chosen_is_refused_and_no_run_is_made(desk, as_user):
    page = prepare(as_user(desk.cast.leader))
    assert page.status_code == 422
    assert not BulkRun.objects.exists()


def test_a_file_that_is_no_table_is_refused_with_its_sentence(desk, as_user):
    file = SimpleUploadedFile("名单.xlsx", b"\x00\x01not a workbook")
    page = prepare(as_user(desk.cast.leader), file=file)
    assert page.status_code == 422
    assert page.context["form"].errors["file"]


def test_the_outcomes_come_back_as_a_file_that_runs_no_formula(desk, as_user):
    case = desk.submitted()
    browser = as_user(desk.cast.leader)
    prepare(browser, number=["=1+1", case.number])
    run = BulkRun.objects.get()
    response = browser.get(reverse("bulk_file_csv", args=[run.pk]))
    _header, formula, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert formula[1] == "'=1+1"
    assert row[1:3] == [case.number, case.person.name]
    assert AccessLog.objects.get(kind=AccessLog.Kind.EXPORT).user == desk.cast.leader
    assert browser.get(reverse("bulk_file_xlsx", args=[run.pk])).content[:2] == b"PK"


def test_a_run_of_somebody_else_does_not_exist(desk, as_user):
    prepare(as_user(desk.cast.leader), number=[desk.submitted().number])
    run = BulkRun.objects.get()
    cast = desk.cast
    for user in (cast.second_leader, cast.reviewer, cast.outside_leader, cast.auditor):
        assert as_user(user).get(reverse("bulk_run", args=[run.pk])).status_code == 404


def test_who_takes_no_step_sees_no_ticks(desk, as_user):
    desk.submitted()
    for user in (desk.cast.fund, desk.cast.city_supervisor):
        page = as_user(user).get(reverse("applications")).content.decode()
        assert 'name="number"' not in page


def test_the_page_of_a_run_asks_equally_often_for_one_row_and_four(desk, as_user):
    browser = as_user(desk.cast.leader)

    def asked(count: int) -> int:
        prepare(browser, number=[desk.submitted().number for _n in range(count)])
        address = reverse("bulk_run", args=[BulkRun.objects.latest("id").pk])
        with CaptureQueriesContext(connection) as queries:
            browser.get(address)
        return len(queries)

    asked(1)
    assert asked(1) == asked(4)


def test_whoever_changed_his_township_reads_no_names_of_his_old_runs(desk, as_user):
    case, leader = desk.submitted(), desk.cast.leader
    prepare(as_user(leader), number=[case.number])
    run = BulkRun.objects.get()
    assert case.person.name in as_user(leader).get(reverse("bulk_run", args=[run.pk])).text
    leader.township = desk.cast.other_township
    leader.save()
    for name in ("bulk_run", "bulk_file_csv"):
        page = as_user(leader).get(reverse(name, args=[run.pk])).content.decode("utf-8-sig")
        assert case.number in page
        assert case.person.name not in page


def test_a_reviewer_is_chosen_where_cases_are_assigned(desk, as_user):
    case = desk.reviewed_first()
    browser = as_user(desk.cast.approver)
    assert 'name="reviewer"' in browser.get(reverse("applications")).text
    data = {"kind": "assign", "number": case.number, "reviewer": desk.cast.reviewer.pk}
    browser.post(reverse("prepare_bulk"), data)
    browser.post(reverse("carry_out_bulk", args=[BulkRun.objects.get().pk]))
    assert Application.objects.get(pk=case.pk).assigned_to == desk.cast.reviewer
    assert (
        desk.cast.reviewer.full_name in browser.get(reverse("application", args=[case.number])).text
    )


def test_the_page_of_a_case_offers_only_who_could_review_it(desk, as_user):
    desk.reviewer = desk.cast.reviewer
    case, other = desk.reviewed_first(), desk.cast.second_reviewer
    browser, url = as_user(desk.cast.approver), reverse("assign_case", args=[case.number])
    assert url in browser.get(reverse("application", args=[case.number])).content.decode()
    assert desk.cast.approver not in browser.get(url).context["form"].fields["reviewer"].queryset
    assert browser.post(url, {"reviewer": other.pk}).status_code == 302
    assert Application.objects.get(pk=case.pk).assigned_to == other
    assert browser.post(url, {"reviewer": desk.cast.approver.pk}).status_code == 422
    assert browser.post(url, {"reviewer": ""}).status_code == 302
    assert Application.objects.get(pk=case.pk).assigned_to is None
