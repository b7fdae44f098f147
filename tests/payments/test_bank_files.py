from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistance.payments.bank_files import (
    PURPOSES,
    FileRefused,
    is_account_number,
    is_clean_cell,
    parse_return,
)
from assistance.payments.models import Programme
from tests.factories.payments import return_file

CHARACTERS = st.characters(codec="utf-8")


def test_every_programme_has_a_purpose_the_bank_can_print():
    assert set(PURPOSES) == set(Programme)
    assert all(is_clean_cell(purpose) for purpose in PURPOSES.values())


@pytest.mark.parametrize(
    "text", ["张三", "欧阳 春", "阿卜杜·热合曼", "景宁农商银行（鹤溪支行）", "Li Si"]
)
def test_clean_cell_accepts_names_as_people_have_them(text):
    assert is_clean_cell(text)


@pytest.mark.parametrize(
    "text",
    ["", " 张三", "=1+1", "+1", "-1", "@x", "'x", "＝1", "张\t三", "张\n三", '张"三', "张,三"],
)
def test_clean_cell_refuses_formulas_and_breaks(text):
    assert not is_clean_cell(text)


@given(st.text())
def test_clean_cell_comes_back_from_csv_as_it_was(text):
    if is_clean_cell(text):
        out = io.StringIO(newline="")
        csv.writer(out).writerow([text, text])
        assert out.getvalue() == f"{text},{text}\r\n"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("6217990000000000006", True),
        ("201000000123456", True),
        ("01234567", True),
        ("12345", False),
        ("6217 9900", False),
        ("６２１７９９００", False),
        ("=6217990000", False),
        ("1" * 33, False),
    ],
)
def test_account_number(number, expected):
    assert is_account_number(number) is expected


@pytest.mark.parametrize(
    "written",
    [
        "6217990000000000006",
        "'6217990000000000006",
        '="6217990000000000006"',
        "\t6217990000000000006",
    ],
)
def test_parse_return_reads_the_account_exactly(written):
    (row,) = parse_return(return_file([["1", "张三", written, "1,234.50", "失败", "已销户"]]))
    assert (row.row, row.position, row.account_number, str(row.amount), row.paid, row.reason) == (
        2,
        1,
        "6217990000000000006",
        "1234.50",
        False,
        "已销户",
    )


def test_parse_return_without_a_reason_column():
    heading = ["序号", "姓名", "账号", "金额", "结果"]
    (row,) = parse_return(return_file([["1", "张三", "621799", "1", "成功"]], heading=heading))
    assert (row.paid, row.reason) == (True, "")


def refusal_of(content: bytes) -> FileRefused | None:
    try:
        assert parse_return(content)
    except FileRefused as refusal:
        return refusal
    return None


@given(st.binary(max_size=300))
def test_parse_return_gives_rows_or_a_sentence_for_any_bytes(content):
    refusal = refusal_of(content)
    assert refusal is None or refusal.errors


@given(st.lists(st.lists(st.text(CHARACTERS, max_size=8), max_size=7), max_size=5))
def test_parse_return_gives_rows_or_a_sentence_for_any_rows(rows):
    refusal = refusal_of(return_file(rows))
    assert refusal is None or refusal.errors
