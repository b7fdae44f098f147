"""退汇: paid, and sent back by the bank days later."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from assistance.payments import operations
from assistance.payments.bank_files import FileRefused
from assistance.payments.models import Award, Bounce, BounceFile, LedgerTransaction
from assistance.payments.queries import balances, batches_visible_to, check_ledger, figures
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.accounts import Cast
from tests.factories.at_once import at_once
from tests.factories.payments import (
    AT,
    LATER,
    NEXT_YEAR,
    bounce_file,
    bounce_row,
    make_award,
    make_batch,
    make_checked_account,
    make_fund_year,
    read_answer,
)
from tests.factories.recoveries import claim, make_paid_award, repay

DAY = LATER.date()
SOON = LATER + timedelta(days=3)


@pytest.fixture
def awards(cast, fund_year):
    return [make_award(cast, fund_year, amount) for amount in ("10.00", "200.50", "3000.00")]


@pytest.fixture
def batch(cast, awards):
    """Answered in full: the third failed, the others were paid."""
    batch = make_batch(cast, awards, sent=True)
    read_answer(batch, actor=cast.payer, failed={3: "户名不符"})
    return batch


@pytest.fixture
def line(batch):
    return batch.lines.get(position=2)


def come_back(cast, line, *, day=DAY, reason="收款账户已销户", reference="T1", actor=None, at=SOON):
    return operations.bounce(
        line,
        came_back_on=day,
        reason=reason,
        reference=reference,
        actor=actor or cast.payer,
        at=at,
    )


def held(fund_year) -> list[str]:
    found = balances(fund_year)
    return [str(found[name]) for name in ("reserved", "in_transit", "paid_out")]


def test_bounce_reopens_the_award_through_the_ledger_and_leaves_the_batch_closed(
    cast, fund_year, batch, awards, line
):
    assert held(fund_year) == ["3000.00", "0.00", "210.50"]
    row = come_back(cast, line)
    award = Award.objects.get(pk=awards[1].pk)
    assert (award.state, award.state_reason) == (
        "failed",
        "Came back from the bank on 2026-03-09: 收款账户已销户",
    )
    assert (row.recorded_by, row.recorded_at, row.agency) == (cast.payer, SOON, cast.agency)
    line.refresh_from_db()
    assert (line.outcome, line.bank_reason, line.answered_at) == (
        "bounced",
        "收款账户已销户",
        LATER,
    )
    batch.refresh_from_db()
    assert (batch.state, batch.closed_at) == ("closed", LATER)
    assert held(fund_year) == ["3200.50", "0.00", "10.00"]
    entry = LedgerTransaction.objects.get(kind="came_back")
    assert (entry.reference, entry.note) == ("came-back:331127:T1", award.number)
    assert check_ledger(fund_year) == []


def test_bounce_keeps_the_sums_of_the_batch_true(cast, batch, line):
    come_back(cast, line)
    shown = batches_visible_to(cast.payer).get(pk=batch.pk)
    assert (shown.total, shown.paid_total, shown.failed_total, shown.bounced_total) == (
        line.amount + 3010,
        10,
        3000,
        line.amount,
    )


def test_bounce_again_under_the_same_number_changes_nothing(cast, fund_year, line):
    first = come_back(cast, line)
    assert come_back(cast, line, actor=cast.second_payer, reason="again") == first
    assert Bounce.objects.count() == LedgerTransaction.objects.filter(kind="came_back").count() == 1
    assert check_ledger(fund_year) == []


def test_bounce_refuses_a_number_of_another_payment_and_another_number(cast, batch, line):
    come_back(cast, line)
    with pytest.raises(Refused, match=f"recorded before, for line 2 of {batch.number}"):
        come_back(cast, batch.lines.get(position=1))
    with pytest.raises(Refused, match="came back before, with transfer T1"):
        come_back(cast, line, reference="T2")
    assert Bounce.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"day": SOON.date() + timedelta(days=1)}, "is still to come"),
        (
            {"day": AT.date() - timedelta(days=1)},
            "before batch PC-331127-2026-00001 was handed out",
        ),
        ({"reference": " "}, "number of the returned transfer"),
        ({"reference": "1" * 41}, "number of the returned transfer"),
        ({"reason": " "}, "Give a reason"),
    ],
)
def test_bounce_refuses_what_cannot_be(cast, line, given, sentence):
    with pytest.raises(Refused, match=sentence):
        come_back(cast, line, **given)
    assert not Bounce.objects.exists()


def test_bounce_is_only_of_paid_lines_and_for_payment_officers_of_the_agency(cast, batch, line):
    with pytest.raises(NotAllowed, match="only a paid one comes back"):
        come_back(cast, batch.lines.get(position=3))
    for user in (cast.outside_payer, cast.fund, cast.reviewer):
        with pytest.raises(NotAllowed):
            come_back(cast, line, actor=user)


def test_a_line_without_an_answer_cannot_come_back(cast, fund_year):
    batch = make_batch(cast, [make_award(cast, fund_year)], sent=True)
    with pytest.raises(NotAllowed):
        come_back(cast, batch.lines.get())


def test_a_bounced_award_is_mended_reissued_bounced_again_and_paid(cast, fund_year, awards, line):
    award = awards[1]
    for number in (1, 2):
        come_back(cast, award.batch_lines.order_by("-pk")[0], reference=f"T{number}")
        account = make_checked_account(cast, award.person)
        with pytest.raises(Refused, match="You recorded that the payment came back"):
            operations.reissue(award, account=account, actor=cast.payer, at=SOON)
        operations.reissue(award, account=account, actor=cast.second_payer, at=SOON)
        batch = make_batch(cast, [award], sent=True)
        read_answer(batch, actor=cast.payer, at=SOON)
    award.refresh_from_db()
    assert (award.state, award.account) == ("paid", account)
    assert list(award.batch_lines.order_by("pk").values_list("outcome", flat=True)) == [
        "bounced",
        "bounced",
        "paid",
    ]
    assert held(fund_year) == ["3000.00", "0.00", "210.50"]
    assert check_ledger(fund_year) == []


def test_reissue_refuses_the_account_from_which_money_came_back(cast, awards, line):
    come_back(cast, line)
    award = Award.objects.get(pk=awards[1].pk)
    with pytest.raises(Refused, match=r"^The bank has refused this account\."):
        operations.reissue(award, account=award.account, actor=cast.second_payer, at=SOON)


def test_a_december_payment_that_comes_back_in_january_moves_to_the_new_fund_year(
    cast, fund_year, awards, line
):
    come_back(cast, line, day=date(2027, 1, 4), at=NEXT_YEAR)
    assert held(fund_year)[0] == "3200.50"
    coming = make_fund_year(cast, year=2027)
    operations.move_to_fund_year(awards[1], coming, actor=cast.fund, at=NEXT_YEAR)
    account = make_checked_account(cast, awards[1].person)
    operations.reissue(awards[1], account=account, actor=cast.second_payer, at=NEXT_YEAR)
    assert (check_ledger(fund_year), check_ledger(coming)) == ([], [])


def read(cast, rows, *, actor=None, encoding="utf-8-sig"):
    return operations.read_bounces(
        cast.agency,
        content=bounce_file(rows, encoding=encoding),
        filename="退汇.csv",
        actor=actor or cast.payer,
        at=SOON,
    )


def test_read_bounces_of_several_batches(cast, fund_year, awards, line):
    other = make_award(cast, fund_year, "77.00")
    second = make_batch(cast, [other], sent=True)
    read_answer(second, actor=cast.payer)
    file = read(cast, [bounce_row(line), bounce_row(second.lines.get())], encoding="gb18030")
    assert (file.rows, file.filename, file.read_by) == (2, "退汇.csv", cast.payer)
    assert {bounce.file for bounce in Bounce.objects.all()} == {file}
    states = Award.objects.filter(pk__in=[awards[1].pk, other.pk]).values_list("state", flat=True)
    assert set(states) == {"failed"}
    assert check_ledger(fund_year) == []


def test_read_bounces_passes_over_what_was_recorded_before(cast, fund_year, batch, line):
    read(cast, [bounce_row(line)])
    with pytest.raises(Refused, match="This file was read on"):
        read(cast, [bounce_row(line)])
    with pytest.raises(FileRefused, match="brings nothing new"):
        read(cast, [bounce_row(line)], encoding="gb18030")
    assert read(cast, [bounce_row(line), bounce_row(batch.lines.get(position=1))]).rows == 1
    assert BounceFile.objects.count() == 2
    assert check_ledger(fund_year) == []


def change(column, value):
    def apply(rows):
        rows[1][column] = value

    return apply


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (change(0, "PC-1"), "Row 3: there is no line 2 in a batch PC-1 of this agency."),
        (change(1, "9"), "Row 3: there is no line 9 in a batch {number} of this agency."),
        (change(1, "1"), "Row 3: row 2 names the same payment or the same transfer."),
        (change(1, "3"), "Row 3: the amount is 200.50, but line 3 pays 3,000.00."),
        (change(4, "200.51"), "Row 3: the amount is 200.51, but line 2 pays 200.50."),
        (change(2, "别人"), "Row 3: the name is not that of the account holder of line 2."),
        (change(5, "2026-02-30"), "Row 3: “2026-02-30” is not a day."),
        (
            change(5, "2099年1月1日"),
            "Row 3: The day on which the money came back is still to come.",
        ),
        (change(7, ""), "Row 3: the bank's number of the returned transfer (流水号) is missing."),
    ],
)
def test_read_bounces_refuses_the_whole_file_for_one_row(
    cast, fund_year, batch, line, spoil, error
):
    rows = [bounce_row(batch.lines.get(position=1)), bounce_row(line)]
    spoil(rows)
    before = balances(fund_year)
    with pytest.raises(FileRefused) as refusal:
        read(cast, rows)
    assert refusal.value.errors == [error.format(number=batch.number)]
    assert balances(fund_year) == before
    assert not Bounce.objects.exists()


def test_read_bounces_knows_no_batch_of_another_agency(cast, line):
    with pytest.raises(FileRefused, match="of this agency"):
        operations.read_bounces(
            cast.outside_agency,
            content=bounce_file([bounce_row(line)]),
            filename="x.csv",
            actor=cast.outside_payer,
            at=SOON,
        )
    with pytest.raises(NotAllowed):
        read(cast, [bounce_row(line)], actor=cast.outside_payer)


def test_a_return_file_of_another_batch_is_refused(cast, fund_year):
    batch = make_batch(cast, [make_award(cast, fund_year)], sent=True)
    line = batch.lines.get()
    row = [line.position, line.holder_name, line.account_number, line.amount, "成功", "PC-1"]
    heading = "序号,姓名,账号,金额,结果,批次号"
    content = f"{heading}\n{','.join(map(str, row))}\n".encode()
    with pytest.raises(FileRefused, match="Row 2: it belongs to batch PC-1"):
        operations.read_return(batch, content=content, filename="r.csv", actor=cast.payer, at=LATER)


def test_a_payment_of_which_something_was_repaid_did_not_come_back(cast, fund_year):
    award = make_paid_award(cast, fund_year)
    (recovery,) = claim(cast, award, "2500.00")
    entry = repay(cast, recovery, "100.00")
    line = award.batch_lines.get()
    with pytest.raises(Refused, match="had this money"):
        come_back(cast, line)
    with pytest.raises(FileRefused, match="had this money"):
        operations.read_bounces(
            cast.agency,
            content=bounce_file([bounce_row(line)]),
            filename="t.csv",
            actor=cast.payer,
            at=SOON,
        )
    operations.reject_entry(entry, reason="记错对象", actor=cast.fund, at=SOON)
    come_back(cast, line)
    assert check_ledger(fund_year) == []


def test_a_claimed_payment_that_came_back_waits_for_the_approver_and_takes_no_repayment(
    cast, fund_year
):
    award = make_paid_award(cast, fund_year)
    (recovery,) = claim(cast, award, "2500.00")
    come_back(cast, award.batch_lines.get())
    account = make_checked_account(cast, award.person)
    with pytest.raises(Refused, match=recovery.number):
        operations.reissue(award, account=account, actor=cast.second_payer, at=SOON)
    with pytest.raises(Refused, match="came back from the bank"):
        repay(cast, recovery, "1.00")
    operations.cancel_award(award, reason="退汇后重新审核", actor=cast.approver, at=SOON)
    operations.drop_claims(award, reason="退汇后重新审核", actor=cast.approver, at=SOON)
    recovery.refresh_from_db()
    assert (recovery.state, figures(recovery).outstanding) == ("settled", 0)
    assert check_ledger(fund_year) == []


@pytest.mark.django_db(transaction=True)
def test_repayment_and_bounce_at_once_never_book_the_same_money_twice():
    cast = Cast()
    fund_year = make_fund_year(cast)
    award = make_paid_award(cast, fund_year)
    with transaction.atomic():
        (recovery,) = claim(cast, award, "2500.00")
    line = award.batch_lines.get()
    results = at_once(
        lambda: repay(cast, recovery, "2500.00"), lambda: come_back(cast, line, at=LATER)
    )
    assert sum(isinstance(result, Refused) for result in results) == 1
    assert check_ledger(fund_year) == []
    assert balances(fund_year)["paid_out"] in (Decimal("5000.00"), Decimal("0.00"))
