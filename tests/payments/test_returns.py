from __future__ import annotations

import hashlib

import pytest

from assistance.payments import operations
from assistance.payments.bank_files import FileRefused
from assistance.payments.models import BankReturn
from assistance.payments.queries import balances, check_ledger
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.payments import (
    AT,
    LATER,
    make_award,
    make_batch,
    make_checked_account,
    make_fund_year,
    return_file,
    return_rows,
)
from tests.factories.registry import make_person


@pytest.fixture
def awards(cast, fund_year):
    return [make_award(cast, fund_year, amount) for amount in ("10.00", "200.50", "3000.00")]


@pytest.fixture
def batch(cast, awards):
    return make_batch(cast, awards, sent=True)


def read(cast, batch, content, *, actor=None, at=LATER, **options):
    return operations.read_return(
        batch, content=content, filename="bank.csv", actor=actor or cast.payer, at=at, **options
    )


def result(batch, awards):
    batch.refresh_from_db()
    for award in awards:
        award.refresh_from_db()
    return batch.state, [award.state for award in awards]


def test_read_return_pays_and_fails(cast, fund_year, batch, awards):
    content = return_file(return_rows(batch, failed={2: "账号户名不符"}))
    answer = read(cast, batch, content)
    assert (answer.paid, answer.failed, answer.digest, answer.filename, answer.read_by) == (
        2,
        1,
        hashlib.sha256(content).hexdigest(),
        "bank.csv",
        cast.payer,
    )
    assert result(batch, awards) == ("closed", ["paid", "failed", "paid"])
    line = batch.lines.get(position=2)
    assert (line.outcome, line.bank_reason, line.answered_at) == ("failed", "账号户名不符", LATER)
    assert awards[1].state_reason == "账号户名不符"
    assert batch.closed_at == LATER
    held = balances(fund_year)
    assert [str(held[name]) for name in ("reserved", "in_transit", "paid_out")] == [
        "200.50",
        "0.00",
        "3010.00",
    ]
    assert check_ledger(fund_year) == []


def test_read_return_in_gbk_with_other_columns_and_blanks(cast, batch, awards):
    rows = [
        ["x", row[0], f" {row[1]} ", f'="{row[2]}"', f"{float(row[3]):,.2f}", row[4], ""]
        for row in return_rows(batch)
    ]
    heading = ["流水号", "序号", "姓名", "帐号", "金额", "结果", "失败原因"]
    read(cast, batch, return_file([*rows, [""] * 7], heading=heading, encoding="gb18030"))
    assert result(batch, awards) == ("closed", ["paid"] * 3)


def test_read_return_in_parts_leaves_the_rest_open(cast, fund_year, batch, awards):
    read(cast, batch, return_file(return_rows(batch, only=[2])))
    assert result(batch, awards) == ("sent", ["sent", "paid", "sent"])
    assert check_ledger(fund_year) == []
    read(cast, batch, return_file(return_rows(batch, failed={3: "x"})))
    assert result(batch, awards) == ("closed", ["paid", "paid", "failed"])
    assert list(BankReturn.objects.order_by("id").values_list("paid", "failed")) == [(1, 0), (1, 1)]
    assert check_ledger(fund_year) == []


def test_read_return_after_an_early_failure_moved_to_the_next_year(cast, fund_year, batch, awards):
    read(cast, batch, return_file(return_rows(batch, failed={1: "x"}, only=[1])))
    next_year = make_fund_year(cast, year=2027)
    operations.move_to_fund_year(awards[0], next_year, actor=cast.fund, at=LATER)
    read(cast, batch, return_file(return_rows(batch, only=[2, 3])))
    assert result(batch, awards) == ("closed", ["failed", "paid", "paid"])
    assert (check_ledger(fund_year), check_ledger(next_year)) == ([], [])


def test_read_return_keeps_no_account_number_in_the_reason(cast, batch, awards):
    number = batch.lines.get(position=2).account_number
    read(cast, batch, return_file(return_rows(batch, failed={2: f"{number}已销户"})))
    awards[1].refresh_from_db()
    for kept in (batch.lines.get(position=2).bank_reason, awards[1].state_reason):
        assert kept == f"**** {number[-4:]}已销户"


def test_read_return_of_the_same_file_is_refused(cast, batch, awards):
    content = return_file(return_rows(batch, only=[1]))
    read(cast, batch, content)
    with pytest.raises(Refused) as refusal:
        read(cast, batch, content)
    assert str(refusal.value) == (
        f"This file was read on 2026-03-09 10:00 by payer for batch {batch.number}. "
        "Nothing has changed now."
    )
    assert BankReturn.objects.count() == 1


def test_read_return_of_a_later_batch_may_be_the_same_byte_for_byte(cast, fund_year):
    account = make_checked_account(cast, make_person())
    for is_new_answer in (False, True):
        award = make_award(cast, fund_year, person=account.person, account=account)
        batch = make_batch(cast, [award], sent=True)
        content = b"\xef\xbb\xbf" + "序号,姓名,账号,金额,结果\r\n".encode()
        content += f"1,{account.holder_name},{account.number},{award.amount:.2f},成功\r\n".encode()
        if is_new_answer:
            # Perhaps last month's file was taken: nobody is paid by it unless somebody says so.
            with pytest.raises(Refused, match="name no batch"):
                read(cast, batch, content)
            assert result(batch, [award]) == ("sent", ["sent"])
        read(cast, batch, content, is_new_answer=is_new_answer)
        assert result(batch, [award]) == ("closed", ["paid"])
    assert BankReturn.objects.values("digest").distinct().count() == 1
    assert check_ledger(fund_year) == []


def test_read_return_with_nothing_new_is_refused(cast, batch):
    read(cast, batch, return_file(return_rows(batch, only=[1])))
    with pytest.raises(FileRefused, match="brings nothing new"):
        read(cast, batch, return_file(return_rows(batch, only=[1]), encoding="gbk"))


def test_read_return_refuses_a_contradiction_with_an_earlier_answer(cast, batch, awards):
    read(cast, batch, return_file(return_rows(batch, only=[1])))
    with pytest.raises(FileRefused) as refusal:
        read(cast, batch, return_file(return_rows(batch, failed={1: "late"})))
    assert refusal.value.errors == [
        "Row 2: line 1 was reported as paid before. Money that came back afterwards is recorded as a "
        "payment that came back."
    ]
    assert result(batch, awards) == ("sent", ["paid", "sent", "sent"])


def change(column, value):
    def apply(rows):
        rows[1][column] = value

    return apply


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (change(0, "9"), "Row 3: the batch has no line 9."),
        (change(0, "1"), "Row 3: line 1 was answered in row 2 already."),
        (change(0, "²"), "Row 3: “²” is not a line number."),
        (change(3, "200.51"), "Row 3: the amount is 200.51, but line 2 pays 200.50."),
        (change(3, "-200.50"), "Row 3: “-200.50” is not an amount in yuan."),
        (change(3, "2,00.50"), "Row 3: “2,00.50” is not an amount in yuan."),
        (change(3, "2E2"), "Row 3: “2E2” is not an amount in yuan."),
        (change(1, "别人"), "Row 3: the name is not that of the account holder of line 2."),
        (
            change(2, "6.21799E+18"),
            "Row 3: a spreadsheet program has shortened the account number; use the bank's own file.",
        ),
        (change(4, "处理中"), "Row 3: the result must be 成功 or 失败, not “处理中”."),
        (change(4, ""), "Row 3: the result must be 成功 or 失败, not “”."),
    ],
)
def test_read_return_refuses_the_whole_file_for_one_row(
    cast, fund_year, batch, awards, spoil, error
):
    rows = return_rows(batch)
    spoil(rows)
    before = balances(fund_year)
    with pytest.raises(FileRefused) as refusal:
        read(cast, batch, return_file(rows))
    assert refusal.value.errors == [error]
    assert result(batch, awards) == ("sent", ["sent"] * 3)
    assert (balances(fund_year), BankReturn.objects.count()) == (before, 0)


def test_read_return_refuses_another_account_and_shows_only_its_end(cast, batch):
    rows = return_rows(batch)
    rows[0][2] = "6217990000000009999"
    ours = batch.lines.get(position=1).account_number
    with pytest.raises(FileRefused) as refusal:
        read(cast, batch, return_file(rows))
    assert refusal.value.errors == [
        f"Row 2: the account is **** 9999, but line 1 pays to **** {ours[-4:]}."
    ]


def test_read_return_refuses_a_dropped_line(cast, awards):
    batch = make_batch(cast, awards)
    rows = return_rows(batch)
    operations.drop_line(batch, batch.lines.get(position=1), reason="r", actor=cast.payer, at=AT)
    operations.confirm_batch(batch, actor=cast.second_payer, at=AT)
    operations.send_batch(batch, actor=cast.payer, at=AT)
    with pytest.raises(FileRefused, match="the batch has no line 1"):
        read(cast, batch, return_file(rows))


@pytest.mark.parametrize("error_count", [10, 12])
def test_file_refused_shows_the_first_ten(error_count):
    errors = [f"Row {n}" for n in range(error_count)]
    shown = str(FileRefused(errors)).splitlines()
    assert shown[:10] == errors[:10]
    assert shown[10:] == (["… and 2 more."] if error_count > 10 else [])


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n\r\n", "The file is empty."),
        (b"PK\x03\x04rest", "This is an Excel workbook. Save it as CSV, or ask the bank for CSV."),
        (b"\x00\x01\x02", "The file is neither UTF-8 nor GBK text."),
        (b"\xff\xff\xff", "The file is neither UTF-8 nor GBK text."),
        (b"x" * (5 * 1024 * 1024 + 1), "The file is larger than 5 MB: this is not a return file."),
        (return_file([]), "The file has no rows below its heading."),
        (
            return_file([], heading=["序号", "姓名", "金额"]),
            "The file has no column “账号”, “结果”. It needs 序号, 姓名, 账号, 金额, 结果, 原因.",
        ),
        (
            return_file([], heading=["序号", "姓名", "账号", "帐号", "金额", "结果"]),
            "The column “账号” is there twice.",
        ),
        (
            '序号,姓名,账号,金额,结果\n1,"张"三,6,1,成功\n'.encode(),
            "Row 2: a quotation mark is missing or in the wrong place.",
        ),
    ],
)
def test_read_return_refuses_what_is_no_return_file(cast, batch, content, error):
    with pytest.raises(FileRefused) as refusal:
        read(cast, batch, content)
    assert refusal.value.errors == [error]


def test_read_return_is_for_payment_officers_of_the_agency_and_sent_batches(cast, awards, batch):
    content = return_file(return_rows(batch))
    for who in (cast.fund, cast.approver, cast.outside_payer, cast.auditor):
        with pytest.raises(NotAllowed):
            read(cast, batch, content, actor=who)
    draft = make_batch(cast, [make_award(cast, awards[0].fund_year)])
    with pytest.raises(NotAllowed):
        read(cast, draft, return_file(return_rows(draft)))


def test_failed_award_waits_for_its_account(cast, fund_year, batch, awards):
    read(cast, batch, return_file(return_rows(batch, failed={1: "已销户"})))
    account = make_checked_account(cast, awards[0].person)
    operations.reissue(awards[0], account=account, actor=cast.payer, at=LATER)
    second = make_batch(cast, [awards[0]], sent=True)
    read(cast, second, return_file(return_rows(second)))
    assert result(second, awards) == ("closed", ["paid"] * 3)
    assert check_ledger(fund_year) == []
