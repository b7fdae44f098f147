from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from assistance.payments import operations
from assistance.payments.models import Batch, BatchLine, LedgerTransaction, Programme
from assistance.payments.operations import CannotBatch
from assistance.payments.queries import (
    awards_visible_to,
    balances,
    batch_lines,
    batch_total,
    batches_visible_to,
    check_ledger,
    due_awards,
    line_problems,
    live_lines,
)
from assistance.registry.models import AccessLog
from assistance.registry.operations import record_death, retire_account
from assistance.shared.errors import NotAllowed, Refused, Stale
from tests.factories.payments import (
    AT,
    LATER,
    NEXT_YEAR,
    make_award,
    make_batch,
    make_checked_account,
    make_fund_year,
    read_answer,
)


def draw_up(cast, awards, *, actor=None, at=AT):
    return operations.draw_up_batch(
        agency=cast.agency,
        programme=Programme.JINGNING,
        awards=awards,
        actor=actor or cast.payer,
        at=at,
    )


def states(*awards) -> list[str]:
    for award in awards:
        award.refresh_from_db()
    return [award.state for award in awards]


def die(award) -> None:
    record_death(award.person, died_on=date(2026, 3, 1), actor=None, at=AT)


def test_draw_up_takes_due_awards_with_their_accounts(cast, fund_year):
    awards = [make_award(cast, fund_year, amount) for amount in ("10.00", "20.50")]
    assert list(due_awards(cast.agency, Programme.JINGNING)) == awards
    batch = draw_up(cast, awards)
    assert [
        (line.position, line.award, line.holder_name, line.account_number, line.amount)
        for line in batch_lines(batch)
    ] == [
        (n, award, award.person.name, award.account.number, award.amount)
        for n, award in enumerate(awards, start=1)
    ]
    assert (batch.state, batch.number, batch_total(batch)) == (
        "draft",
        "PC-331127-2026-00001",
        Decimal("30.50"),
    )
    assert states(*awards) == ["batched", "batched"]
    assert list(due_awards(cast.agency, Programme.JINGNING)) == []


def test_draw_up_refuses_naming_each_award_and_makes_no_batch(cast, fund_year):
    good, batched, dead = (make_award(cast, fund_year) for _n in range(3))
    make_batch(cast, [batched])
    die(dead)
    with pytest.raises(CannotBatch) as refusal:
        draw_up(cast, [good, batched, dead])
    assert str(refusal.value).splitlines() == [
        f"{batched.number}: is “In a batch”.",
        f"{dead.number}: The person died on 2026-03-01: the money may not go to the old account.",
    ]
    assert (states(good), Batch.objects.count()) == (["due"], 1)


def test_draw_up_refuses_nothing_and_another_fund_year(cast, fund_year):
    award = make_award(cast, fund_year)
    with pytest.raises(CannotBatch, match="Choose at least one"):
        draw_up(cast, [])
    with pytest.raises(CannotBatch) as refusal:
        draw_up(cast, [award], at=NEXT_YEAR)
    assert str(refusal.value) == (
        f"{award.number}: This money is reserved in the fund account of 2026, but a payment now belongs "
        "to 2027. The fund supervisor has to move it to the account of 2027 first."
    )


def test_draw_up_for_another_agency_is_refused(cast, fund_year):
    award = make_award(cast, fund_year)
    with pytest.raises(CannotBatch, match="belongs to another agency"):
        operations.draw_up_batch(
            agency=cast.outside_agency,
            programme=Programme.JINGNING,
            awards=[award],
            actor=cast.outside_payer,
            at=AT,
        )


def test_database_refuses_a_second_live_line_of_an_award(cast, fund_year):
    award = make_award(cast, fund_year)
    line = live_lines(make_batch(cast, [award])).get()
    line.pk, line.position = None, 2
    with pytest.raises(IntegrityError, match="one_live_batch_line"), transaction.atomic():
        line.save(force_insert=True)


def test_confirm_is_for_another_payment_officer(cast, fund_year):
    batch = make_batch(cast, [make_award(cast, fund_year)])
    with pytest.raises(NotAllowed) as refusal:
        operations.confirm_batch(batch, actor=cast.payer, at=AT)
    assert str(refusal.value) == (
        "You drew up this batch: another payment officer compares it and confirms the sum."
    )
    confirmed = operations.confirm_batch(
        batch, total=Decimal("7500.00"), actor=cast.second_payer, at=LATER
    )
    assert (confirmed.state, confirmed.confirmed_by, confirmed.confirmed_at) == (
        "confirmed",
        cast.second_payer,
        LATER,
    )


def test_confirm_refuses_another_sum_than_the_one_seen(cast, fund_year):
    batch = make_batch(cast, [make_award(cast, fund_year)])
    with pytest.raises(Stale) as refusal:
        operations.confirm_batch(batch, total=Decimal("7500.01"), actor=cast.second_payer, at=LATER)
    assert str(refusal.value) == (
        "The batch makes 7,500.00 yuan now, not 7,500.01. Compare it again."
    )


def test_confirm_names_the_line_of_the_dead_and_goes_on_without_it(cast, fund_year):
    alive, dead = make_award(cast, fund_year), make_award(cast, fund_year)
    batch = make_batch(cast, [alive, dead])
    die(dead)
    with pytest.raises(CannotBatch) as refusal:
        operations.confirm_batch(batch, actor=cast.second_payer, at=AT)
    assert str(refusal.value) == (
        f"Line 2 ({dead.person.name}): The person died on 2026-03-01: the money may not go to the old "
        "account. Take it out of the batch to go on."
    )
    line = batch.lines.get(position=2)
    assert list(line_problems(batch)) == [line.pk]
    operations.drop_line(batch, line, reason="died", actor=cast.payer, at=AT)
    operations.confirm_batch(batch, actor=cast.second_payer, at=AT)
    assert states(alive, dead) == ["batched", "held"]
    assert (dead.state_reason, batch_total(batch)) == ("died", alive.amount)


def test_confirm_refuses_a_retired_and_an_exchanged_account(cast, fund_year):
    retired, exchanged = make_award(cast, fund_year), make_award(cast, fund_year)
    batch = make_batch(cast, [retired, exchanged])
    retire_account(retired.account, reason="lost", actor=None, at=AT)
    account = make_checked_account(cast, exchanged.person)
    type(exchanged).objects.filter(pk=exchanged.pk).update(account=account)
    with pytest.raises(CannotBatch) as refusal:
        operations.confirm_batch(batch, actor=cast.second_payer, at=AT)
    assert [row.split("): ")[1] for row in str(refusal.value).splitlines()] == [
        "The bank account is no longer used. Take it out of the batch to go on.",
        "The award's bank account has changed since the batch was drawn up. "
        "Take it out of the batch to go on.",
    ]


def test_drop_line_of_a_confirmed_batch_takes_the_confirmation_back(cast, fund_year):
    batch = make_batch(
        cast, [make_award(cast, fund_year), make_award(cast, fund_year)], confirmed=True
    )
    line = batch.lines.get(position=1)
    operations.drop_line(batch, line, reason="wait", actor=cast.payer, at=LATER)
    batch.refresh_from_db()
    assert (batch.state, batch.confirmed_by, batch.confirmed_at) == ("draft", None, None)
    with pytest.raises(Refused, match=r"^Line 1 is not in the batch any more\.$"):
        operations.drop_line(batch, line, reason="again", actor=cast.payer, at=LATER)


def test_a_dropped_award_can_go_into_the_next_batch(cast, fund_year):
    award, other = make_award(cast, fund_year), make_award(cast, fund_year)
    batch = make_batch(cast, [award, other])
    line = batch.lines.get(award=award)
    operations.drop_line(batch, line, reason="wait", actor=cast.payer, at=AT)
    operations.unhold_award(award, actor=cast.payer, at=AT)
    make_batch(cast, [award], sent=True)
    assert states(award, other) == ["sent", "batched"]


def test_confirm_refuses_an_empty_batch(cast, fund_year):
    batch = make_batch(cast, [make_award(cast, fund_year)])
    operations.drop_line(batch, batch.lines.get(), reason="r", actor=cast.payer, at=AT)
    with pytest.raises(CannotBatch, match="discard it"):
        operations.confirm_batch(batch, actor=cast.second_payer, at=AT)


@pytest.mark.parametrize("confirmed", [False, True])
def test_discard_makes_the_awards_due_again(cast, fund_year, confirmed):
    award, dropped = make_award(cast, fund_year), make_award(cast, fund_year)
    batch = make_batch(cast, [award, dropped], confirmed=confirmed)
    line = batch.lines.get(award=dropped)
    operations.drop_line(batch, line, reason="first", actor=cast.payer, at=AT)
    batch = operations.discard_batch(batch, reason="wrong day", actor=cast.payer, at=LATER)
    assert (batch.state, batch.discarded_by, batch.discarded_because) == (
        "discarded",
        cast.payer,
        "wrong day",
    )
    assert states(award, dropped) == ["due", "held"]
    assert list(batch.lines.order_by("position").values_list("dropped_because", flat=True)) == [
        "wrong day",
        "first",
    ]


def test_hand_out_needs_a_confirmation(cast, fund_year):
    batch = make_batch(cast, [make_award(cast, fund_year)])
    with pytest.raises(NotAllowed):
        operations.hand_out_file(batch, actor=cast.payer, at=AT)
    assert AccessLog.objects.count() == 0


def test_hand_out_sends_once_and_gives_the_same_bytes_again(cast, fund_year):
    award = make_award(cast, fund_year, "10.00")
    batch = make_batch(cast, [award], confirmed=True)
    first = operations.hand_out_file(batch, actor=cast.payer, at=LATER)
    again = operations.hand_out_file(batch, actor=cast.second_payer, at=NEXT_YEAR)
    batch.refresh_from_db()
    assert first == again
    assert first[0] == f"{batch.number}.csv"
    assert first[1].decode("utf-8-sig") == (
        "序号,姓名,开户银行,账号,金额,用途,批次号\r\n"
        f"1,{award.person.name},景宁农商银行,{award.account.number},10.00,高额医疗费补助,{batch.number}\r\n"
    )
    assert first[1].startswith(b"\xef\xbb\xbf")
    assert batch.file_digest == hashlib.sha256(first[1]).hexdigest()
    assert (batch.state, batch.sent_by, batch.sent_at) == ("sent", cast.payer, LATER)
    assert states(award) == ["sent"]
    assert balances(fund_year)["in_transit"] == 10
    assert LedgerTransaction.objects.filter(kind="send").count() == 1
    assert list(AccessLog.objects.order_by("id").values_list("user", "kind", "subject")) == [
        (cast.payer.pk, "bank_file", batch.number),
        (cast.second_payer.pk, "bank_file", batch.number),
    ]


def test_hand_out_does_not_depend_on_language_or_later_changes(cast, fund_year):
    award = make_award(cast, fund_year)
    batch = make_batch(cast, [award], confirmed=True)
    first = operations.hand_out_file(batch, actor=cast.payer, at=AT)
    read_answer(batch, actor=cast.payer, failed={1: "已销户"})
    retire_account(award.account, reason="closed", actor=None, at=LATER)
    with translation.override("zh-hans"):
        assert operations.hand_out_file(batch, actor=cast.payer, at=LATER) == first


def test_hand_out_refuses_a_file_that_would_differ(cast, fund_year):
    batch = make_batch(cast, [make_award(cast, fund_year)], sent=True)
    BatchLine.objects.filter(batch=batch).update(holder_name="别人")
    with pytest.raises(Refused, match="would differ"):
        operations.hand_out_file(batch, actor=cast.payer, at=AT)


def test_hand_out_refuses_the_dead_although_confirmed(cast, fund_year):
    award = make_award(cast, fund_year)
    batch = make_batch(cast, [award], confirmed=True)
    die(award)
    with pytest.raises(CannotBatch):
        operations.hand_out_file(batch, actor=cast.payer, at=AT)
    assert states(award) == ["batched"]


def test_hand_out_refuses_in_another_year_than_the_funds(cast, fund_year):
    award = make_award(cast, fund_year)
    batch = make_batch(cast, [award], confirmed=True)
    with pytest.raises(CannotBatch, match="has to move it to the account of 2027 first"):
        operations.hand_out_file(batch, actor=cast.payer, at=NEXT_YEAR)
    operations.discard_batch(batch, reason="new year", actor=cast.payer, at=NEXT_YEAR)
    next_year = make_fund_year(cast, year=2027)
    operations.move_to_fund_year(award, next_year, actor=cast.fund, at=NEXT_YEAR)
    again = draw_up(cast, [award], at=NEXT_YEAR)
    operations.confirm_batch(again, actor=cast.second_payer, at=NEXT_YEAR)
    operations.hand_out_file(again, actor=cast.payer, at=NEXT_YEAR)
    assert (balances(next_year)["in_transit"], check_ledger(fund_year)) == (award.amount, [])


def test_hand_out_commits_before_it_gives_the_file(cast, fund_year):
    batch = make_batch(cast, [make_award(cast, fund_year)], confirmed=True)
    with (
        pytest.raises(RuntimeError, match="durable"),
        transaction.atomic(),
        transaction.atomic(),
    ):
        operations.hand_out_file(batch, actor=cast.payer, at=AT)


@pytest.mark.parametrize("size", [1, 3])
def test_lists_ask_the_same_number_of_questions_for_more_rows(
    cast, fund_year, size, django_assert_num_queries
):
    for _n in range(size):
        make_batch(cast, [make_award(cast, fund_year)])
    payer = type(cast.payer).objects.get(pk=cast.payer.pk)
    assert payer.roles
    with django_assert_num_queries(1):
        found = [
            (b.agency.name, b.drawn_up_by.full_name, b.line_count, b.total, b.pending_count)
            for b in batches_visible_to(payer)
        ]
    assert found == [("景宁畲族自治县医疗保险服务中心", "payer", 1, Decimal("7500.00"), 1)] * size
    with django_assert_num_queries(1):
        rows = [
            (a.person.township.name, a.account.bank, a.fund_year.year, a.agency.code)
            for a in awards_visible_to(payer)
        ]
    assert rows == [("红星街道", "景宁农商银行", 2026, "331127")] * size


def count_queries(call) -> int:
    with CaptureQueriesContext(connection) as captured:
        call()
    return len(captured)


def test_working_on_a_batch_asks_the_same_number_of_questions_for_more_lines(cast, fund_year):
    def counts(size):
        awards = [make_award(cast, fund_year) for _n in range(size)]
        drawn_up = count_queries(lambda: draw_up(cast, awards))
        batch = awards[0].batch_lines.get().batch
        return [
            drawn_up,
            count_queries(lambda: operations.confirm_batch(batch, actor=cast.second_payer, at=AT)),
            count_queries(lambda: operations.hand_out_file(batch, actor=cast.payer, at=AT)),
            count_queries(lambda: read_answer(batch, actor=cast.payer)),
        ]

    counts(1)
    assert counts(1) == counts(3)


def test_sums_of_a_batch_leave_out_what_was_dropped(cast, fund_year):
    awards = [make_award(cast, fund_year, amount) for amount in ("1.00", "2.00", "4.00")]
    batch = make_batch(cast, awards)
    operations.drop_line(batch, batch.lines.get(position=2), reason="r", actor=cast.payer, at=AT)
    row = batches_visible_to(cast.payer).get()
    assert (row.line_count, row.total, row.dropped_count, row.dropped_total, row.paid_total) == (
        2,
        Decimal("5.00"),
        1,
        Decimal("2.00"),
        Decimal("0.00"),
    )
