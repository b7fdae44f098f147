"""What becomes known after a bill was figured: a figure of its own beside it, and a person decides what follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import translation

from assistance.entitlements.models import Entry
from assistance.policies.operations import release_templates
from assistance.registry.models import Certificate, Person, RecipientSpan
from assistance.registry.operations import (
    certify,
    confirm_merge,
    end_recognition,
    propose_merge,
    recognise,
    record_death,
    void_recognition,
)
from assistance.settlements.models import (
    BillSource,
    LateFigure,
    LaterPayment,
    PsychiatricMark,
    Settlement,
)
from assistance.settlements.operations import confirm_difference, judge_difference
from assistance.settlements.operations.late import look_again
from assistance.settlements.operations.psychiatric import decide_mark
from assistance.settlements.queries import Seen, because, differing_bills
from tests.factories.at_once import at_once
from tests.factories.deliveries import HEADER, bill_row, deliver, make_source, refund_of
from tests.factories.payers import make_payer, paid_row, received
from tests.factories.registry import make_category, make_person

pytestmark = pytest.mark.django_db
MEANINGS = pytest.mark.parametrize("meaning", ["recorded", "settled"])
BILLS = datetime(2026, 6, 1, 9, tzinfo=UTC)
KNOWN = datetime(2026, 8, 20, 9, tzinfo=UTC)
NIGHT = datetime(2026, 8, 21, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def documents(cast):
    release_templates(at=BILLS)


def bill(person: Person, burden: int, day: str, **values: str) -> dict[str, str]:
    """All in scope; `burden` yuan are left by the insurance, which paid as much again."""
    row = {"medfee_sumamt": f"{2 * burden}", "inscp_scp_amt": f"{2 * burden}", "setl_time": day}
    return bill_row(person, hifp_pay=f"{burden}", **row, **values)


def recognised(person: Person, first: date, *, last: date | None = None, code: str = "DIBAO"):
    return recognise(
        person,
        category=make_category(code),
        recognised_by="民政局",
        first_day=first,
        last_day=last,
        actor=None,
        at=KNOWN,
    )


def differing() -> list[tuple[Decimal, Decimal | None, Decimal]]:
    """Granted, our figure of the delivery, our figure of today."""
    rows = differing_bills(Settlement.objects.order_by("id"))
    return [(row.assistance, row.own_figure, row.figure) for row in rows]


def cause() -> str:
    with translation.override("en"):
        return because(LateFigure.objects.latest("id"))


def send(meaning: str, *rows: dict[str, str], city: str = "zhoushan") -> BillSource:
    source = make_source(city=city, meaning=meaning)
    deliver(source, *rows, at=BILLS)
    return source


@MEANINGS
def test_a_recognition_reaches_back_six_months(meaning):
    """ZS22 二(一)4: recognised on 15 August, the stay of 20 May is due 80 % of 30,000; one of 14 February is not."""
    person = make_person()
    before = bill(person, 10_000, "2026-02-14")
    send(meaning, before, bill(person, 30_000, "2026-05-20"))
    assert look_again(at=KNOWN).kept == 0
    recognised(person, date(2026, 8, 15))
    entries = list(Entry.objects.values())
    assert look_again(at=NIGHT).kept == 1
    assert differing() == [(0, None, Decimal("24000.00"))]
    assert cause() == "Recognised on 2026-08-15, reaching back 6 months (entered on 2026-08-20)"
    kept = LateFigure.objects.get()
    assert (kept.before, kept.own_version[:5]) == (None, "ZS22-")
    assert kept.change.kind == "recognised"
    # Nothing is granted by it, and the next night finds nothing new.
    assert list(Entry.objects.values()) == entries
    assert look_again(at=NIGHT + timedelta(days=1)).kept == 0


def test_what_is_due_together_stays_within_the_limit_of_the_year():
    """Three stays of 100,000: 80,000, 40,000 up to the limit of 120,000, and nothing."""
    person = make_person()
    send("recorded", *(bill(person, 100_000, f"2026-0{month}-10") for month in (4, 5, 6)))
    recognised(person, date(2026, 8, 15))
    look_again(at=NIGHT)
    assert differing() == [(0, None, Decimal(80_000)), (0, None, Decimal(40_000))]


@MEANINGS
def test_a_list_that_comes_late(meaning):
    """低保 from 1 May, known in August: nothing was granted in May, 2,400.00 of 3,000.00 is due."""
    person = make_person()
    send(meaning, bill_row(person, setl_time="2026-05-25"))
    recognised(person, date(2026, 5, 1))
    assert look_again(at=NIGHT).kept == 1
    assert differing() == [(0, None, Decimal(2400))]
    assert cause().startswith("Recognised 最低生活保障家庭成员 · 2026-05-01")


@MEANINGS
def test_an_exit_that_becomes_known_late_is_money_too_much(cast, meaning):
    person = make_person(category="DIBAO")
    send(meaning, bill_row(person, setl_time="2026-05-25", maf_pay="2400.00"))
    assert differing() == []
    end_recognition(RecipientSpan.objects.get(), last_day=date(2026, 4, 30), actor=None, at=KNOWN)
    assert look_again(at=NIGHT).kept == 1
    assert differing() == [(Decimal(2400), Decimal(2400), 0)]
    # The ordinary way of a difference: a reviewer, and a second person where money follows.
    sent = Settlement.objects.get()
    judge_difference(sent, outcome="sender", reason="平台重结", actor=cast.reviewer, at=NIGHT)
    confirm_difference(sent, actor=cast.approver, at=NIGHT)
    assert differing_bills(Settlement.objects.all()).get().seen == Seen.CLOSED
    # It was a mistake: what was granted is due again, and there is no difference.
    void_recognition(RecipientSpan.objects.get(), reason="录错", actor=None, at=NIGHT)
    recognised(person, date(2026, 1, 1))
    assert look_again(at=NIGHT + timedelta(days=1)).kept == 1
    assert differing() == []


def test_a_better_category_known_late():
    """低边 70 % of 3,000.00 when it came; 低保 80 % since 1 May, as it turns out."""
    person = make_person(category="DIBIAN")
    send("settled", bill_row(person, setl_time="2026-05-25"))
    end_recognition(RecipientSpan.objects.get(), last_day=date(2026, 4, 30), actor=None, at=KNOWN)
    recognised(person, date(2026, 5, 1))
    look_again(at=NIGHT)
    assert differing() == [(Decimal(2100), Decimal(2100), Decimal(2400))]


@pytest.mark.parametrize(
    ("city", "burdens", "granted", "due"),
    [
        # 70 % up to 80,000: 70,000 and 10,000 of 35,000; without the first, 35,000.
        ("lanxi", (100_000, 50_000), (70_000, 10_000), [(10_000, 10_000, 35_000)]),
        # 80 % up to 120,000: 112,000, 8,000 and nothing of 8,000; without the first, 8,000.
        ("zhoushan", (140_000, 10_000, 10_000), (112_000, 8_000, 0), [(0, 0, 8_000)]),
    ],
)
def test_a_refund_frees_the_limit_for_those_that_came_after(city, burdens, granted, due):
    person = make_person(category="DIBAO")
    rows = [bill(person, burden, f"2026-0{n}-10") for n, burden in enumerate(burdens, start=3)]
    source = send("settled", *rows, city=city)
    found = Settlement.objects.order_by("id").values_list("assistance", flat=True)
    assert tuple(int(amount) for amount in found) == granted
    assert look_again(at=KNOWN).kept == 0
    deliver(source, refund_of(rows[0]), at=KNOWN)
    assert look_again(at=NIGHT).kept == 1
    assert [tuple(map(int, row)) for row in differing()] == due
    assert cause() == (
        f"Bill of 2026-03-10 over {2 * burdens[0]:,}.00 refunded (entered on 2026-08-20)"
    )


def test_a_fund_that_pays_later_lowers_what_was_due():
    """80 % of 3,000.00; less 1,000.00 of the rare-disease fund it is 1,600.00, 800.00 too much."""
    person = make_person(category="DIBAO")
    send("settled", bill_row(person, setl_id="S-RARE", setl_time="2026-05-25"))
    look_again(at=KNOWN)
    # The fund leaves 600.00 after assistance to pay: what it may still pay of this bill.
    payer = make_payer("rare_fund", name="罕见病用药保障基金")
    received(payer, paid_row(person, "600.00", 赔付日期="2026-07-10", 结算ID="S-RARE"))
    assert LaterPayment.objects.get().settlement == Settlement.objects.get()
    assert look_again(at=NIGHT).kept == 1
    assert differing() == [(Decimal(2400), Decimal(2400), Decimal("1920.00"))]
    assert cause().startswith("Rare-disease fund paid 600.00 on 2026-07-10")


def test_a_certificate_a_merge_and_a_death_that_become_known_late(cast):
    """3,000.00 whole with the certificate; a bill of another record; a stay that began after the death."""
    ill, twin, dead = (make_person(category="DIBAO") for _ in range(3))
    double = make_person(twin.name)
    rows = [
        bill_row(ill, setl_time="2026-05-25", dise_codg="F20.0"),
        bill_row(double, setl_time="2026-05-25"),
        bill_row(dead, setl_time="2026-05-25", begndate="2026-05-20", enddate="2026-05-25"),
        bill_row(dead, setl_time="2026-05-02", begndate="2026-04-20", enddate="2026-05-02"),
    ]
    deliver(
        make_source(city="zhoushan", meaning="settled"),
        *rows,
        header=(*HEADER, "dise_codg"),
        at=BILLS,
    )
    certify(
        ill,
        kind=Certificate.Kind.MENTAL_DISABILITY,
        issued_by="县残联",
        first_day=date(2026, 1, 1),
        actor=None,
        at=KNOWN,
    )
    merge = propose_merge(double, twin, reason="同一人", actor=cast.reviewer, at=KNOWN)
    confirm_merge(merge, actor=cast.approver, at=KNOWN)
    record_death(dead, died_on=date(2026, 5, 10), actor=None, at=KNOWN)
    assert look_again(at=NIGHT).kept == 3
    assert [(int(granted), int(figure)) for granted, _own, figure in differing()] == [
        (2400, 3000),
        (0, 2400),
        (2400, 0),
    ]
    assert {row.change.kind for row in LateFigure.objects.all()} == {"certified", "merged", "died"}
    # A decided mark that comes later is the newest word.
    mark = PsychiatricMark.objects.get()
    decide_mark(mark, decided=False, reason="非精神病治疗", actor=cast.reviewer, at=NIGHT)
    assert [int(figure) for _granted, _own, figure in differing()] == [2400, 0]


def test_nobody_else_is_figured_again_and_last_year_is(django_assert_num_queries):
    person, other = make_person(), make_person(category="DIBAO")
    send("recorded", bill(person, 1_000, "2025-11-10"), bill(other, 1_000, "2026-05-10"))
    look_again(at=KNOWN)
    with django_assert_num_queries(11):
        look_again(at=KNOWN + timedelta(days=1))
    recognised(person, date(2026, 2, 1))
    assert look_again(at=NIGHT + timedelta(days=1)).kept == 1
    assert LateFigure.objects.get().settlement.person == person
    assert differing() == [(0, None, Decimal(800)), (0, Decimal(800), Decimal(800))]


def test_the_list_the_page_and_what_the_reviewer_has_to_do(
    cast, client, django_assert_max_num_queries
):
    people = [make_person("雷追溯") for _ in range(6)]
    send("settled", *(bill(person, 30_000, "2026-05-20") for person in people))
    for person in people:
        recognised(person, date(2026, 8, 15))
    send("recorded", bill_row(make_person("蓝另差", category="DIBAO"), maf_pay="1.00"))
    look_again(at=NIGHT)
    client.force_login(cast.reviewer)
    client.get(reverse("bill_differences"))
    with django_assert_max_num_queries(13):
        page = client.get(reverse("bill_differences"), {"late": "more"}).content.decode()
    assert page.count("2026-08-15") == len(people)
    assert "蓝另差" not in page
    assert (
        "雷追溯" not in client.get(reverse("bill_differences"), {"late": "less"}).content.decode()
    )
    shown = client.get(reverse("bill", args=[differing_bills(Settlement.objects.all()).first().pk]))
    assert "24,000.00" in shown.content.decode()
    assert "2026-08-15" in shown.content.decode()
    client.force_login(cast.outside_reviewer)
    assert "雷追溯" not in client.get(reverse("bill_differences")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_looks_at_once_keep_a_figure_once():
    people = [make_person() for _ in range(3)]
    send("settled", *(bill(person, 30_000, "2026-05-20") for person in people))
    for person in people:
        recognised(person, date(2026, 8, 15))
    found = at_once(lambda: look_again(at=NIGHT), lambda: look_again(at=NIGHT))
    assert sorted(found) == [(0, 0), (3, 0)]
    assert LateFigure.objects.count() == 3
