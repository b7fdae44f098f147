"""Tables of other offices: what is read, and with which sentence the rest is sent back."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter
from django.utils import translation

from assistance.shared.spreadsheets import (
    LIMITS,
    Limits,
    UnreadableCell,
    UnreadableFile,
    find_header,
    lost_digits,
    read_day,
    read_rows,
    written,
)
from tests.factories.old_files import locked_workbook, old_workbook

HEAD = "姓名,身份证号码\n"
ALIASES = {"name": ("姓名", "对象姓名"), "number": ("身份证号", "身份证号码"), "first": ("日期",)}


def workbook(*rows: list[object], sheets: int = 1, **at: object) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for _number in range(sheets):
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
            for address, value in at.items():
                sheet.write(address, value)
    return buffer.getvalue()


def refused(content: bytes, filename: str = "名单.csv", limits: Limits = LIMITS) -> str:
    with pytest.raises(UnreadableFile) as refusal:
        read_rows(content, filename=filename, limits=limits)
    return str(refusal.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_text_is_read_in_the_encodings_that_are_sent(encoding):
    content = (HEAD + "蓝青山,1\r\n").encode(encoding)
    assert read_rows(content, filename="a.csv") == [["姓名", "身份证号码"], ["蓝青山", "1"]]


def test_rare_characters_of_gb18030_survive():
    content = (HEAD + "䶮㛃𠅤,1\n").encode("gb18030")
    assert read_rows(content, filename="a.csv")[1][0] == "䶮㛃𠅤"


@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_the_delimiter_is_found_below_a_title(sign):
    content = f"十一月名单\n姓名{sign}号码\n蓝{sign}1\n".encode()
    assert read_rows(content, filename="a.txt")[1:] == [["姓名", "号码"], ["蓝", "1"]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "file is empty"),
        (b"\n\n , \n", "holds no rows"),
        ((HEAD + "蓝\0青山,1\n").encode(), "Row 2 holds a zero byte"),
        (HEAD.encode() + "蓝青山,1\n".encode("gbk"), "Rows 1 and 2 are written in different"),
        (HEAD.encode("gbk") + "蓝青山,1\n".encode(), "Rows 1 and 2 are written in different"),
        (b"a,b\n1,2\n\xff\xff\xff,\x81\n", "Row 3"),
        ((HEAD + '"蓝青山,1\n').encode(), "Row 2 cannot be read"),
        ((HEAD + "蓝青山,1\n雷月桂").encode(), "breaks off in row 3"),
        (workbook(["姓名"]), "holds xlsx"),
        (b"PK\x03\x04" + b"nonsense" * 9, "holds xlsx"),
    ],
)
def test_a_bad_text_file_is_refused_with_the_row_or_the_reason(content, words):
    assert words in in_english(lambda: refused(content))


def in_english(what):
    with translation.override("en"):
        return what()


def test_a_name_that_lies_is_refused_the_other_way_round():
    assert "csv" in in_english(lambda: refused(HEAD.encode(), "名单.xlsx"))


def test_a_workbook_gives_values_of_formulas_and_keeps_its_row_numbers():
    content = workbook([], ["姓名", "=1+1", 45356, date(2024, 3, 5)])
    assert read_rows(content, filename="a.xlsx") == [
        ["", "", "", ""],
        ["姓名", 0.0, 45356.0, 45356.0],
    ]


@pytest.mark.parametrize("cut", [40, 400, -40])
def test_a_workbook_cut_off_anywhere_is_refused(cut):
    content = workbook(*[["蓝青山", str(n)] for n in range(200)])
    assert "damaged" in in_english(lambda: refused(content[:cut], "a.xlsx"))


def test_a_workbook_with_a_password_is_refused():
    assert "password" in in_english(lambda: refused(locked_workbook(), "a.xlsx"))
    assert "password" in in_english(lambda: refused(old_workbook(["a"], password=True), "a.xls"))


def test_a_workbook_of_the_old_kind_is_read_as_one_of_today():
    rows = [
        ["姓名", "身份证号码", "起始日期"],
        ["蓝䶮", "331127198001010017", 45356.0],
        ["雷", "", 0.5],
    ]
    old = read_rows(old_workbook(*rows), filename="名单.xls")
    assert old == read_rows(workbook(*rows), filename="名单.xlsx") == rows


def test_an_old_workbook_that_is_none_is_refused():
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
    assert "damaged" in in_english(lambda: refused(content, "a.xls"))


def test_a_zip_bomb_is_measured_before_it_is_opened():
    buffer = io.BytesIO(workbook(["姓名"]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 3_000_000)
    small = Limits(unpacked=1_000_000)
    assert "unfolds" in in_english(lambda: refused(buffer.getvalue(), "a.xlsx", small))


def test_one_cell_far_out_does_not_make_a_sheet_of_a_milliard_cells():
    assert "1048576 rows" in in_english(lambda: refused(workbook(A1048576="x"), "a.xlsx"))
    assert "16384 columns" in in_english(lambda: refused(workbook(XFD1="x"), "a.xlsx"))


def test_ten_thousand_columns_of_text_are_refused():
    assert "10000 columns" in in_english(lambda: refused(b"1," * 9999 + b"1\n"))


def test_several_filled_sheets_are_refused_and_empty_ones_are_not():
    assert "Sheet1、Sheet2" in in_english(lambda: refused(workbook(["a"], sheets=2), "a.xlsx"))


def test_the_header_is_found_below_titles_and_by_any_of_its_names():
    rows = [
        ["景宁县2026年11月低保名单"],
        [],
        ["序号", " 对象姓名*", "身份证 号码:"],
        ["1", "蓝", "3"],
    ]
    header = find_header(rows, aliases=ALIASES, needed=("name", "number"))
    assert header is not None
    assert (header.index, dict(header.columns)) == (2, {"name": 1, "number": 2})


def test_a_chosen_heading_goes_before_the_usual_ones():
    rows = [["姓名", "公民号", "身份证号"]]
    header = find_header(rows, aliases=ALIASES, needed=("number",), chosen={"number": "公民号"})
    assert header is not None
    assert dict(header.columns) == {"name": 0, "number": 1}


def test_without_a_needed_column_there_is_no_header():
    assert find_header([["姓名"]], aliases=ALIASES, needed=("number",)) is None


def test_two_headings_for_one_column_are_refused_by_their_names():
    with pytest.raises(UnreadableFile, match="身份证号、身份证号码"):
        find_header([["身份证号", "身份证号码"]], aliases=ALIASES, needed=("number",))


@pytest.mark.parametrize(
    "cell",
    [
        "2024年3月5日",
        "2024/3/5",
        "2024.03.05",
        "２０２４－３－５",
        "20240305",
        20240305,
        45356,
        "45356",
        45356.0,
        "2024-03-05 00:00:00",
        datetime(2024, 3, 5, 8, 30),  # noqa: DTZ001 - as a workbook gives it
        date(2024, 3, 5),
    ],
)
def test_a_day_is_read_in_every_form_it_is_typed_in(cell):
    assert read_day(cell) == date(2024, 3, 5)


@pytest.mark.parametrize(
    "cell", ["2024年3月", "2024-02-30", "三月五日", "24-3-5", "2024", True, 3.5]
)
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(UnreadableCell):
        read_day(cell)


@pytest.mark.parametrize("cell", ["", "  ", None, "\u3000", "\u200b"])
def test_a_blank_is_no_day(cell):
    assert read_day(cell) is None


@pytest.mark.parametrize("cell", [3.30902e17, 330902199003071234, "3.30902E+17", "3.30902e17"])
def test_a_number_kept_as_a_figure_has_lost_its_digits(cell):
    assert lost_digits(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [("３３０９０２　", "330902"), ("\ufeff蓝 ", "蓝"), (12.0, "12"), (None, ""), (True, "True")],
)
def test_cells_have_one_written_form(cell, text):
    assert written(cell) == text
    assert not lost_digits(cell)
