from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from python_calamine import CalamineWorkbook

from assistance.shared.export import csv_response, xlsx_response

DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
ROW = ["张三", None, 7, Decimal("-1234.50"), date(2026, 11, 22)]


def cells(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_csv_begins_with_the_mark_excel_needs():
    response = csv_response("名单.csv", ["姓名"], [])
    assert response.content == b"\xef\xbb\xbf\xe5\xa7\x93\xe5\x90\x8d\r\n"
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E5%90%8D%E5%8D%95.csv"
    )


def test_csv_writes_values_plainly():
    assert cells(csv_response("a.csv", ["a"], [ROW]))[1] == [
        "张三",
        "",
        "7",
        "-1234.50",
        "2026-11-22",
    ]


def test_csv_writes_moments_in_local_time():
    at = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)
    assert cells(csv_response("a.csv", ["a"], [[at]]))[1] == ["2026-11-23 00:30"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_exports_do_not_run_as_formulas(text):
    assert cells(csv_response("a.csv", [text], [[text]])) == [["'" + text], ["'" + text]]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(xlsx_response("a.xlsx", ["a"], [[text]]).content)
    )
    value = str(book.get_sheet_by_index(0).to_python()[1][0])
    assert value.startswith("'")


def test_xlsx_keeps_amounts_as_numbers_and_long_numbers_as_text():
    number = "331127199003071239"
    content = xlsx_response(
        "a.xlsx", ["名", "额", "号"], [["张三", Decimal("12.30"), number]]
    ).content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows == [["名", "额", "号"], ["张三", 12.3, number]]
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
