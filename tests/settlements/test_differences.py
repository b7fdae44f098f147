"""What was granted is not what our own rule gives: by the figure of today, until somebody has seen to it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from assistance.entitlements.models import Entry
from assistance.policies.operations import release_templates
from assistance.registry.models import AccessLog, Certificate
from assistance.registry.operations.certificates import certify
from assistance.settlements.models import PsychiatricMark, PsychiatricTerm, Settlement
from assistance.settlements.operations import (
    confirm_difference,
    judge_difference,
    return_difference,
)
from assistance.settlements.operations.psychiatric import decide_mark
from assistance.settlements.queries import Seen, differing_bills, why_no_figure
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.deliveries import (
    HEADER,
    as_csv,
    bill_row,
    deliver,
    make_source,
    receive_file,
    refund_of,
)
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db
WITH_DIAGNOSIS = (*HEADER, "dise_codg")


@pytest.fixture
def source(cast):
    release_templates(at=timezone.now())
    return make_source(city="zhoushan")


def differing() -> list[tuple[int, Decimal, str]]:
    """80 % of 9,000 - 6,000 is 2,400."""
    rows = differing_bills(Settlement.objects.order_by("id"))
    return [(row.pk, row.figure, row.seen) for row in rows]


def test_it_is_our_figure_of_today_that_differs(source, cast):
    for text, verdict in (("F41", "unclear"),):
        PsychiatricTerm.objects.get_or_create(
            kind="code",
            text=text,
            first_day=date(2019, 1, 1),
            defaults={"verdict": verdict, "source": "ICD-10"},
        )
    person = make_person(category="DIBAO")
    certify(
        person,
        kind=Certificate.Kind.MENTAL_DISABILITY,
        issued_by="县残联",
        first_day=date(2024, 1, 1),
        actor=None,
        at=timezone.now(),
    )
    agreed = bill_row(person, maf_pay="2400.00", dise_codg="F41.1")
    wrong = bill_row(person, maf_pay="3000.00", dise_codg="F41.1")
    refunded = bill_row(person, maf_pay="100.00")
    deliver(source, agreed, wrong, refunded, header=WITH_DIAGNOSIS)
    deliver(source, refund_of(refunded))
    first, second = PsychiatricMark.objects.order_by("settlement")
    assert differing() == [(second.settlement_id, Decimal(2400), Seen.OPEN)]
    for mark in (first, second):
        decide_mark(mark, decided=True, reason="出院小结", actor=cast.reviewer, at=timezone.now())
    assert differing() == [(first.settlement_id, Decimal(3000), Seen.OPEN)]


def test_where_money_follows_a_second_person_agrees_and_no_money_moves(source, cast):
    deliver(source, bill_row(make_person(category="DIBAO"), maf_pay="1000.00"))
    bill, before = Settlement.objects.get(), list(Entry.objects.values())
    at = timezone.now()
    with pytest.raises(NotAllowed):
        judge_difference(bill, outcome="stands", reason="无误", actor=cast.clerk, at=at)
    judge_difference(bill, outcome="stands", reason="经核无误", actor=cast.reviewer, at=at)
    assert differing()[0][2] == Seen.CLOSED
    judge_difference(bill, outcome="sender", reason="平台重结", actor=cast.reviewer, at=at)
    assert differing()[0][2] == Seen.WAITING
    for who in (cast.reviewer, cast.outside_approver):
        with pytest.raises(NotAllowed):
            confirm_difference(bill, actor=who, at=at)
    return_difference(bill, reason="请附平台答复", actor=cast.approver, at=at)
    assert differing()[0][2] == Seen.OPEN
    judge_difference(bill, outcome="sender", reason="平台已答复", actor=cast.reviewer, at=at)
    confirm_difference(bill, actor=cast.approver, at=at)
    assert differing()[0][2] == Seen.CLOSED
    with translation.override("en"), pytest.raises(Refused, match="agreed"):
        judge_difference(bill, outcome="stands", reason="再看", actor=cast.reviewer, at=at)
    assert list(Entry.objects.values()) == before


@pytest.mark.parametrize(
    ("place", "settled_on", "category", "why"),
    [
        ("", "2025-05-20", "DIBAO", "names no place"),
        ("舟山", "2025-05-20", "DIBAO", "No document of the place “舟山”"),
        (
            "jingning",
            "2025-05-20",
            "DIBAO",
            "《景宁畲族自治县困难群众高额医疗费补助实施意见》 grants on app",
        ),
        ("lanxi", "2020-05-20", "DIBAO", "On 2020-05-20 no document"),
        ("zhoushan", "2025-05-20", "", "not been recognised"),
    ],
)
def test_where_no_document_assists_a_bill_there_is_no_figure_and_it_says_why(
    cast, place, settled_on, category, why
):
    """JN21 grants on application (二(三)2(1)), so a bill of Jingning has nothing to be compared with."""
    source, person = make_source(city=place), make_person(category=category)
    deliver(source, bill_row(person, maf_pay="800.00", setl_time=f"{settled_on} 10:00:00"))
    bill = Settlement.objects.get()
    assert (bill.assistance, bill.own_figure, differing()) == (Decimal("800.00"), None, [])
    with translation.override("en"):
        assert why in why_no_figure(bill, source)


@pytest.mark.parametrize("place", ["", "jingning"])
def test_nothing_is_granted_here_where_no_document_assists_a_bill(cast, place):
    """Every bill would be granted nothing, and nobody would see that it was an oversight."""
    source, row = make_source(city=place, meaning="settled"), bill_row(make_person())
    for take in (
        lambda: deliver(source, row),
        lambda: receive_file(source, as_csv(row), actor=cast.reviewer),
    ):
        with translation.override("en"), pytest.raises(Refused, match="Nothing can be granted"):
            take()
    assert not Settlement.objects.exists()


def test_a_bill_without_a_difference_has_nothing_to_decide(source, cast):
    deliver(source, bill_row(make_person(category="DIBAO"), maf_pay="2400.00"))
    with pytest.raises(Refused):
        judge_difference(
            Settlement.objects.get(),
            outcome="stands",
            reason="无误",
            actor=cast.reviewer,
            at=timezone.now(),
        )


def test_the_list_shows_what_is_open_and_takes_it_out(source, cast, client):
    deliver(
        source,
        bill_row(make_person("雷开放", category="DIBAO"), maf_pay="1000.00"),
        bill_row(make_person("雷已闭", category="DIBAO"), maf_pay="900.00"),
    )
    closed = Settlement.objects.get(assistance=900)
    judge_difference(
        closed, outcome="ours", reason="身份晚录", actor=cast.reviewer, at=timezone.now()
    )
    client.force_login(cast.reviewer)

    def page(**query: str) -> str:
        return client.get(reverse("bill_differences"), query).content.decode()

    assert "雷开放" in page()
    assert "雷已闭" not in page()
    assert "身份晚录" in page(seen="closed")
    assert "雷开放" not in page(seen="closed")
    form = client.get(reverse("judge_difference", args=[closed.pk])).content.decode()
    assert "2,400.00" in form
    assert "身份晚录" in client.get(reverse("bill", args=[closed.pk])).content.decode()
    taken = client.get(reverse("bill_differences"), {"seen": "all", "format": "csv"})
    text = b"".join(taken).decode("utf-8-sig") if taken.streaming else taken.content.decode()
    assert {"雷开放", "雷已闭"} <= {name for name in ("雷开放", "雷已闭") if name in text}
    assert AccessLog.objects.filter(kind=AccessLog.Kind.EXPORT).exists()
