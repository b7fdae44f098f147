"""Files of the tax office: premiums that the public paid, one for each human and year (附件5)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from assistance.registry.models import Person, PersonChange, Subsidy
from assistance.registry.operations import subsidise, void_subsidy
from assistance.registry.operations.premiums import void_premiums
from assistance.screening.queries import sources_of
from assistance.settlements.models import PayerDoubt, PayerFile, PayerLine, PremiumBooking
from assistance.settlements.operations import payers
from assistance.settlements.payers import standard_text
from assistance.shared.errors import Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.identity import merge
from tests.factories.lists import as_csv
from tests.factories.payers import booked, make_payer, upload, work
from tests.factories.registry import make_person, new_number

pytestmark = pytest.mark.django_db
Reason, Fate = PayerDoubt.Reason, PayerLine.Fate
HEAD = ("请款批次", "姓名", "身份证号", "代缴类别", "代缴金额", "其中大病保险", "缴费日期", "年度")


def premium(person: Person | None, amount: str = "480.00", **fields: str) -> tuple[str, ...]:
    row = {
        "请款批次": "2025年第3批",
        "姓名": person.name if person else "某人",
        "身份证号": person.id_number if person else "999127198001019999",
        "代缴类别": "低保",
        "代缴金额": amount,
        "其中大病保险": "80" if not amount.startswith("-") else "-80",
        "缴费日期": "2025-03-10",
        "年度": "2025",
        **fields,
    }
    return tuple(row[name] for name in HEAD)


def sent(source: Any, *rows: tuple[str, ...]) -> PayerFile:
    return upload(source, content=as_csv(*rows, head=HEAD))


@pytest.fixture
def tax(cast):
    return make_payer("tax", name="县税务局")


def standing() -> list[tuple[Any, ...]]:
    rows = Subsidy.objects.filter(voided_at__isnull=True).order_by("person", "year")
    return list(rows.values_list("person__name", "year", "basic", "big_illness", "paid_on"))


def test_the_file_is_looked_at_booked_and_undone(tax, cast):
    due = make_person("已认定", category="DIBAO")
    late = make_person("后认定", category="DIBAO", recognised_on=date(2025, 2, 1))
    # Recognised within the month in which the insurance begins (ZS22 二(一)3).
    same_month = make_person(
        "当月参保",
        category="DIBAO",
        recognised_on=date(2025, 3, 15),
        insured_on=date(2025, 3, 1),
    )
    uninsured = make_person("未参保", category="DIBAO", enrolled=False)
    paid = make_person("已登记", category="DIBAO")
    same = {"basic": Decimal(400), "big_illness": Decimal(80), "way": "paid_for"}
    subsidise(
        paid, year=2025, paid_on=date(2025, 1, 5), actor=cast.clerk, at=timezone.now(), **same
    )
    rows = [
        premium(due),
        premium(due),
        premium(due, "500.00"),
        premium(late),
        premium(uninsured),
        premium(paid),
        premium(paid, "300.00"),
        premium(None),
        premium(due, 姓名="别人", 年度="2024"),
        premium(due, "-12.00", 其中大病保险=""),
        premium(due, 缴费日期="2025-10-08", 年度=""),
        premium(due, 其中大病保险="480.00", 年度="2023"),
        premium(same_month),
    ]
    before = standing()
    file = work(sent(tax, *rows))
    assert (file.stage, standing()) == (PayerFile.Stage.PREVIEWED, before)
    fates = list(file.lines.order_by("line").values_list("fate", "reason"))
    assert fates == [
        (Fate.BOOK, ""),
        (Fate.REPEATED, ""),
        (Fate.DOUBT, Reason.PREMIUM),
        (Fate.DOUBT, Reason.NOT_DUE),
        (Fate.DOUBT, Reason.NOT_INSURED),
        (Fate.KNOWN, ""),
        (Fate.DOUBT, Reason.PREMIUM),
        (Fate.DOUBT, Reason.UNKNOWN_PERSON),
        (Fate.DOUBT, Reason.NAME),
        (Fate.DOUBT, Reason.NO_ORIGINAL),
        (Fate.DOUBT, Reason.BAD_ROW),
        (Fate.DOUBT, Reason.BAD_ROW),
        (Fate.BOOK, ""),
    ]
    file = work(payers.book_payer_file(file, actor=cast.reviewer, at=timezone.now()))
    booked_row = ("已认定", 2025, Decimal(400), Decimal(80), date(2025, 3, 10))
    assert booked_row in standing()
    assert len(standing()) == 3
    assert file.doubts.count() == 9
    again = booked(sent(tax, *rows))
    assert again.counts["booked"] == again.counts["in_doubt"] == 0
    with pytest.raises(Refused):
        payers.undo_payer_file(file, reason="报错", actor=cast.reviewer, at=timezone.now())
    payers.undo_payer_file(again, reason="报错", actor=cast.reviewer, at=timezone.now())
    payers.undo_payer_file(file, reason="报错", actor=cast.reviewer, at=timezone.now())
    assert standing() == before
    kinds = PersonChange.objects.filter(person=due).values_list("kind", flat=True)
    assert {"subsidised", "subsidy_voided"} <= set(kinds)
    # The mended file is booked as if the first had never come.
    assert booked(sent(tax, premium(due))).counts["booked"] == 1
    assert booked_row in standing()


def test_a_premium_taken_back_and_paid_anew_in_the_order_of_the_file(tax):
    person = make_person(category="DIBAO")
    anew = premium(person, "500.00", 缴费日期="2025-03-20")
    file = booked(sent(tax, premium(person), premium(person, "-480.00"), anew))
    assert (file.counts["booked"], file.counts["taken_back"]) == (2, 1)
    assert [row[2] for row in standing()] == [Decimal("420.00")]
    amounts = PremiumBooking.objects.order_by("id").values_list("amount", flat=True)
    assert list(amounts) == [Decimal(480), Decimal(-480), Decimal(500)]
    assert booked(sent(tax, premium(person), anew)).counts["known"] == 2


def test_a_refund_that_waits_takes_back_nothing_that_was_paid_after_it(tax, cast):
    person = make_person(category="DIBAO")
    refund = premium(person, "-480.00", 请款批次="2025年第2批")
    assert booked(sent(tax, refund)).counts[Reason.NO_ORIGINAL] == 1
    values = {"basic": Decimal(400), "big_illness": Decimal(80), "way": "paid_for"}
    day, now = date(2025, 4, 8), timezone.now()
    subsidise(person, year=2025, paid_on=day, actor=cast.clerk, at=now, **values)
    assert payers.book_waiting_payments(at=now) == 0
    assert [paid[4] for paid in standing()] == [day]
    # One of that day or later does.
    assert (
        booked(sent(tax, premium(person, "-480.00", 缴费日期="2025-04-08"))).counts["taken_back"]
        == 1
    )
    assert standing() == []


def test_the_same_premium_anew_after_its_refund_stands(tax):
    person = make_person(category="DIBAO")
    paid, back = premium(person), premium(person, "-480.00")
    first = booked(sent(tax, paid))
    assert first.counts["booked"] == 1
    # The file of the whole year: its first row is known, the others are new; a row after its like is repeated.
    rows = (paid, back, back, paid, paid)
    file = booked(sent(tax, *rows))
    fates = list(file.lines.order_by("line").values_list("fate", flat=True))
    assert fates == [Fate.KNOWN, Fate.TAKE_BACK, Fate.REPEATED, Fate.BOOK, Fate.REPEATED]
    assert len(standing()) == 1
    again = booked(sent(tax, *rows, premium(None)))
    assert (again.counts["booked"], again.counts["taken_back"]) == (0, 0)
    assert len(standing()) == 1


def test_premiums_of_two_records_of_one_human_are_paid_once(tax):
    root, other = make_person("蓝一", category="DIBAO"), make_person("蓝二")
    numbers = premium(root), premium(other)
    merge(root, other)
    file = booked(sent(tax, *numbers))
    assert (file.counts["booked"], file.counts["repeated"]) == (1, 1)
    assert Subsidy.objects.get().person.merged_into is None


def test_who_is_registered_insured_or_recognised_later_is_booked_by_the_sweep(tax):
    number = new_number()
    row = dict(zip(HEAD, premium(None), strict=True)) | {"身份证号": number, "姓名": "蓝新民"}
    assert booked(sent(tax, tuple(row.values()))).counts["unknown_person"] == 1
    make_person("蓝新民", id_number=number, category="DIBAO")
    assert payers.book_waiting_payments(at=timezone.now()) == 1
    assert [paid[0] for paid in standing()] == ["蓝新民"]


def test_a_definition_of_premiums_knows_no_bill(tax, cast):
    text = standard_text("tax").replace("[rules.columns]", '[rules.columns]\nbill = ["结算ID"]')
    with pytest.raises(Refused):
        payers.release_payer(tax, text=text, actor=cast.reviewer, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_the_desk_and_the_file_at_once_pay_once():
    cast = Cast()
    person = make_person(category="DIBAO")
    file = work(sent(make_payer("tax", name="县税务局"), premium(person)))
    payers.book_payer_file(file, actor=cast.reviewer, at=timezone.now())

    def desk() -> None:
        values = {"basic": Decimal(400), "big_illness": Decimal(80), "way": "paid_for"}
        day = date(2025, 3, 1)
        subsidise(person, year=2025, paid_on=day, actor=cast.clerk, at=timezone.now(), **values)

    at_once(desk, lambda: work(file))
    assert Subsidy.objects.filter(voided_at__isnull=True).count() == 1
    row = Subsidy.objects.get(voided_at__isnull=True)

    def take_back() -> None:
        with suppress(Refused):
            void_subsidy(row, reason="录错", actor=cast.clerk, at=timezone.now())

    def take_back_by_file() -> None:
        with transaction.atomic():
            void_premiums([row.pk], reason="退款", actor=None, at=timezone.now())

    at_once(take_back, take_back_by_file)
    assert PersonChange.objects.filter(person=person, kind="subsidy_voided").count() == 1


def test_no_list_of_a_quarter_waits_for_premiums(tax):
    payer = make_payer("huimin")
    assert [source.key for source in sources_of(tax.agency)] == [f"payer:{payer.pk}"]
