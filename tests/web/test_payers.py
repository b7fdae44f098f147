"""The screens of further payers: from the file in a reviewer's hand to the costs of a person."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from assistance.registry.models import AccessLog
from assistance.settlements.models import LaterPayment, PayerDoubt, PayerFile, PayerSource
from tests.factories.accounts import Cast
from tests.factories.lists import as_csv
from tests.factories.payers import HEAD, make_payer, paid_row, received, work
from tests.factories.registry import make_bill, make_person

pytestmark = pytest.mark.django_db


def test_a_file_goes_from_the_hand_to_the_costs_of_the_person(as_user):
    cast = Cast()
    browser = as_user(cast.reviewer)
    posted = {"name": "惠民保", "payer": "huimin", "is_active": "on"}
    assert browser.post(reverse("new_payer"), posted).status_code == 302
    assert browser.post(reverse("new_payer"), posted).status_code == 422
    source = PayerSource.objects.get()
    assert "赔案号" in browser.get(reverse("payer", args=[source.pk])).content.decode()
    person = make_person("雷月桂")
    make_bill(person, "9000.00", invoice_number="880011")
    rows = [paid_row(person, 发票号="880011"), paid_row(person, 发票号="880012")]
    file = SimpleUploadedFile("理赔.csv", as_csv(*rows, head=HEAD, encoding="gbk"))
    answer = browser.post(reverse("upload_payer_file"), {"source": source.pk, "file": file})
    made = PayerFile.objects.get()
    assert answer.url == reverse("payer_file", args=[made.pk])
    assert 'hx-trigger="every 2s"' in browser.get(answer.url).content.decode()
    work(made)
    shown = browser.get(answer.url).content.decode()
    assert "雷月桂" in shown
    assert person.id_number not in shown
    assert not LaterPayment.objects.exists(), "nothing is booked by looking at it"
    assert browser.post(reverse("book_payer_file", args=[made.pk])).status_code == 302
    work(made)
    lines = browser.get(reverse("payer_lines", args=[made.pk]), {"fate": "book"})
    assert [cells.row.line for cells in lines.context["table"]] == [2]
    doubt = PayerDoubt.objects.get()
    mend = reverse("mend_payment", args=[doubt.pk])
    form = browser.get(mend).content.decode()
    assert "880012" in form
    assert person.id_number not in form
    values = dict(
        zip(("number", "name", "amount", "paid_on"), (*rows[1][:2], *rows[1][3:5]), strict=True)
    )
    wrong = browser.post(mend, values | {"invoice": "9"})
    assert wrong.status_code == 422
    assert browser.post(mend, values | {"invoice": "880011"}).status_code == 302
    assert LaterPayment.objects.count() == 2
    costs = as_user(cast.clerk).get(reverse("person_costs", args=[person.pk])).content.decode()
    assert costs.count(rows[0][0]) == 1
    assert "1,000.00" in costs


def test_a_bad_definition_is_refused_on_screen(as_user):
    source = make_payer()
    address = reverse("release_payer", args=[source.pk])
    browser = as_user(Cast().reviewer)
    assert browser.post(address, {"text": "x"}).status_code == 422
    assert source.versions.count() == 1


@pytest.mark.parametrize("name", ["payer_files", "payer_doubts", "later_payments"])
def test_a_list_asks_the_same_questions_however_long_it_is(
    as_user, name, django_assert_max_num_queries
):
    source, person = make_payer(), make_person()
    make_bill(person, "9000.00", invoice_number="1")

    def grow() -> None:
        received(source, paid_row(person, "1.00", 发票号="1"), paid_row(person, 发票号="2"))

    browser = as_user(Cast().reviewer)
    grow()
    browser.get(reverse(name))
    with django_assert_max_num_queries(60) as first:
        browser.get(reverse(name))
    for _n in range(3):
        grow()
    with django_assert_max_num_queries(len(first.captured_queries)):
        browser.get(reverse(name))


def test_an_export_is_masked_and_noted(as_user):
    person = make_person()
    make_bill(person, "9000.00", invoice_number="1")
    received(make_payer(), paid_row(person, 发票号="1"), paid_row(person, 发票号="2"))
    browser = as_user(Cast().city_supervisor)
    for name in ("payer_doubts", "later_payments"):
        content = b"".join(browser.get(reverse(name), {"format": "csv"})).decode()
        assert person.name in content
        assert person.id_number not in content
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT).count() == 2


def test_the_account_of_a_year_is_shown_printed_and_taken_out(as_user):
    person = make_person("雷月桂")
    bill = make_bill(person, "9000.00", invoice_number="880011")
    received(make_payer(), paid_row(person, 发票号="880011"))
    arguments = [person.pk, bill.settled_on.year]
    browser = as_user(Cast().clerk)
    shown = browser.get(reverse("person_account", args=arguments)).content.decode()
    assert "8,000.00" in shown
    assert person.id_number not in shown
    taken = browser.get(reverse("person_account", args=arguments), {"format": "csv"})
    assert "8000.00" in taken.content.decode()
    paper = browser.get(reverse("person_account_paper", args=arguments))
    text = PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    assert "8,000.00" in text
    assert "明细合计与账户一致" in text
    kinds = set(AccessLog.objects.values_list("kind", flat=True))
    assert {AccessLog.Kind.EXPORT, AccessLog.Kind.PRINT} <= kinds
    assert browser.get(reverse("person_account", args=[person.pk, 1999])).status_code == 404
