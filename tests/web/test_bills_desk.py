"""The screens of bills by the file: what is shown, what is masked, and what goes out."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from assistance.jobs.models import ListExport
from assistance.policies.operations import release_templates
from assistance.registry.models import AccessLog
from assistance.settlements.models import BillImport, BillInDoubt, BillSource, Settlement
from assistance.settlements.operations import draft_source
from assistance.settlements.sources import national_text
from assistance.shared.spreadsheets import read_rows
from assistance.web.tasks import do_exports
from tests.factories.accounts import Cast
from tests.factories.deliveries import (
    HEADER,
    as_csv,
    bill_row,
    deliver,
    make_source,
    receive_file,
    released,
    work,
)
from tests.factories.registry import make_person, new_number

pytestmark = pytest.mark.django_db


@pytest.fixture
def source():
    return make_source()


def text(browser, name: str, *args: int, **query: str) -> str:
    return browser.get(reverse(name, args=args), query).content.decode()


def test_a_file_goes_from_the_form_to_the_bills(as_user, source):
    browser, person = as_user(Cast().reviewer), make_person("雷三妹")
    content = as_csv(bill_row(person, maf_pay="12.34"), bill_row(None))
    posted = {"source": source.pk, "file": SimpleUploadedFile("五月.csv", content)}
    answer = browser.post(reverse("upload_bills"), posted)
    delivery = BillImport.objects.get()
    assert answer.url == reverse("delivery", args=[delivery.pk])
    assert 'hx-trigger="every 2s"' in text(browser, "delivery", delivery.pk)
    work(delivery)
    assert f"?delivery={delivery.pk}" in text(browser, "delivery", delivery.pk)
    bill = Settlement.objects.get()
    shown = text(browser, "bill", bill.pk)
    assert "= 医疗费总额" in shown
    assert "五月.csv" in shown
    again = {"source": source.pk, "file": SimpleUploadedFile("六月.csv", content)}
    assert browser.post(reverse("upload_bills"), again).status_code == 422


def test_numbers_in_doubt_are_masked_wherever_they_stand(as_user, source):
    number, stray = new_number(), new_number()
    deliver(source, bill_row(None, certno=number, psn_name=f"某人{stray}"))
    doubt = BillInDoubt.objects.get()
    reviewer, city = as_user(Cast().reviewer), as_user(Cast().city_supervisor)
    pages = [
        text(city, "bill_doubts"),
        text(city, "bill_doubts", format="csv"),
        text(city, "bill_doubt", doubt.pk),
        text(reviewer, "mend_doubt", doubt.pk),
    ]
    for page in pages:
        assert number[-4:] in page
        assert number not in page
        assert stray not in page
    assert AccessLog.objects.filter(subject__contains="bills in doubt, 1 rows").exists()


def test_mending_keeps_what_was_not_typed(as_user, source):
    person = make_person()
    deliver(source, bill_row(person, medfee_sumamt="10000,00"))
    doubt = BillInDoubt.objects.get()
    browser = as_user(Cast().reviewer)
    row = {name: bill_row(person).get(name, "") for name in HEADER}
    posted = {f"column_{place}": value for place, value in enumerate(row.values())}
    posted[f"column_{HEADER.index('certno')}"] = ""
    assert browser.post(reverse("mend_doubt", args=[doubt.pk]), posted).status_code == 302
    assert Settlement.objects.get().person == person


def test_the_file_comes_back_with_what_became_of_each_row(as_user, source):
    person, number = make_person(), new_number()
    known = bill_row(person)
    deliver(source, known)
    rows = bill_row(person), bill_row(None, certno=number), known, bill_row(person, hifp_pay="=1")
    delivery = receive_file(source, as_csv(*rows))
    work(delivery)
    answer = as_user(Cast().reviewer).post(reverse("annotated_delivery", args=[delivery.pk]))
    head, *found = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert head[: len(HEADER)] == list(HEADER)
    results = [row[-2] for row in found]
    assert results[0] != results[1] != results[2]
    assert results[1] == results[3]
    assert found[1][HEADER.index("certno")] == number
    assert found[3][HEADER.index("hifp_pay")] == "'=1"
    assert "hifp_pay" in found[3][-1]
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT, subject__contains="4 rows").exists()


def test_a_long_file_with_results_is_made_by_a_worker_as_a_workbook(as_user, source, settings):
    settings.EXPORT_AT_ONCE = 1
    delivery = receive_file(source, as_csv(bill_row(make_person()), bill_row(None)))
    work(delivery)
    browser, address = as_user(Cast().reviewer), reverse("annotated_delivery", args=[delivery.pk])
    assert browser.get(address, {"format": "xlsx"}).status_code == 405
    ordered = browser.post(f"{address}?format=xlsx")
    assert ordered.url.startswith("/jobs/")
    do_exports()
    made = browser.get(reverse("export_file", args=[ListExport.objects.get().pk]))
    rows = read_rows(made.content, filename="x.xlsx")
    assert [len(row) for row in rows] == [len(HEADER) + 2] * 3
    assert rows[1][-2] != rows[2][-2]


def results(as_user, delivery) -> list[list[str]]:
    """What stands beside each row of the file that comes back."""
    work(delivery)
    answer = as_user(Cast().reviewer).post(reverse("annotated_delivery", args=[delivery.pk]))
    _head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    return [row[-2:] for row in rows]


def test_what_is_booked_otherwise_or_in_doubt_already_is_not_called_known(as_user, source):
    visit, doubtful = bill_row(make_person()), bill_row(None)
    paid = visit | {"setl_id": "Z1", "setl_type": "3", "maf_pay": "800.00"}
    first = results(as_user, receive_file(source, as_csv(visit, paid, doubtful)))
    assert first[0] == first[1] != first[2]
    known, again, doubted = results(
        as_user, receive_file(source, as_csv(visit, paid, doubtful)[:-1])
    )
    assert known == again != first[0]
    assert doubted == first[2]
    head = "setl_id,feedetl_sn,fee_ocur_time,hilist_name,det_item_fee_sumamt\n"
    lines = f"{head}{visit['setl_id']},1,2025-05-19,床位费,150.00\n"
    (booked,) = results(as_user, receive_file(source, lines.encode()))
    lines += f"{visit['setl_id']},2,2025-05-19,护理费,20.00\n"
    assert results(as_user, receive_file(source, lines.encode())) == [known, booked]


def test_a_warning_tells_nobody_the_name_of_another_agencys_person(as_user, source):
    own = make_person("本县甲")
    assert Cast().outside_agency.pk
    outside = make_person("外县乙", township=Cast().outside_township)
    delivery = deliver(source, *(bill_row(person, psn_name="丙") for person in (own, outside)))
    browser = as_user(Cast().reviewer)
    for query in ({}, {"format": "csv"}):
        page = text(browser, "delivery", delivery.pk, **query)
        assert own.name in page
        assert outside.name not in page


def test_the_draft_of_a_source_is_drawn_up_in_the_console_and_released_by_the_approver(as_user):
    cast = Cast()
    posted = {
        "code": "yibao",
        "name": "省医保平台",
        "agency": cast.agency.pk,
        "meaning": "recorded",
        "city": "",
        "definition": national_text(),
    }
    administrator, approver = as_user(cast.administrator), as_user(cast.approver)
    add = reverse("admin:settlements_billsource_add")
    assert administrator.post(add, posted | {"definition": "x ="}).status_code == 200
    assert administrator.post(add, posted).status_code == 302
    source = BillSource.objects.get()
    assert (source.drafted_by, source.versions.count()) == (cast.administrator, 0)
    assert "+ [rules.amounts]" in text(approver, "bill_source", source.pk)
    release = reverse("release_bill_source", args=[source.pk])
    assert approver.post(release, {"draft": "another"}).status_code == 422
    assert approver.post(release, {"draft": source.draft}).status_code == 302
    assert "medfee_sumamt" in text(approver, "bill_source", source.pk)
    draft_source(source, text=national_text(), actor=None, at=timezone.now())
    source.refresh_from_db()
    assert source.draft == ""


def test_every_screen_says_why_there_is_no_figure_of_ours(as_user):
    source, browser = make_source(city="jingning"), as_user(Cast().reviewer)
    delivery = deliver(source, bill_row(make_person(category="DIBAO"), maf_pay="800.00"))
    for name, args in (
        ("bill_source", [source.pk]),
        ("delivery", [delivery.pk]),
        ("bill", [Settlement.objects.get().pk]),
        ("bill_differences", []),
    ):
        assert "《景宁畲族自治县困难群众高额医疗费补助实施意见》" in text(browser, name, *args), (
            name
        )
    make_source(city="zhoushan")
    assert text(browser, "bill_differences").count("《") == 1


def test_the_console_takes_no_source_that_could_grant_nothing(as_user):
    cast = Cast()
    browser, add = as_user(cast.administrator), reverse("admin:settlements_billsource_add")
    posted = {"code": "y", "name": "平台", "agency": cast.agency.pk, "definition": national_text()}
    for meaning, place in (("settled", ""), ("settled", "jingning"), ("recorded", "舟山")):
        answer = browser.post(add, posted | {"meaning": meaning, "city": place})
        assert answer.status_code == 200, (meaning, place)
    assert (
        browser.post(add, posted | {"meaning": "recorded", "city": "jingning"}).status_code == 302
    )
    source = BillSource.objects.get()
    change = reverse("admin:settlements_billsource_change", args=[source.pk])
    settled = posted | {"meaning": "settled", "city": "zhoushan"}
    assert browser.post(change, settled).status_code == 302
    deliver(released(source, national_text()), bill_row(make_person()))
    # What a row means is fixed by now, so it is not in the form.
    assert browser.post(change, settled | {"city": ""}).status_code == 200


@pytest.mark.parametrize("name", ["bills", "bill_differences", "bill_doubts", "deliveries"])
def test_a_list_asks_the_same_for_any_length(as_user, name, django_assert_max_num_queries):
    browser, source = as_user(Cast().approver), make_source(city="zhoushan")
    release_templates(at=timezone.now())
    for _ in range(12):
        person = make_person("雷三妹", category="DIBAO")
        deliver(source, bill_row(person, maf_pay="1.00"), bill_row(None, psn_name="雷三妹"))
    assert text(browser, name).count("雷三妹" if name != "deliveries" else "bills.csv") >= 12
    with django_assert_max_num_queries(12):
        text(browser, name)
