"""Lists as files to take away, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

# A cell that begins with one of these is run as a formula by the program that opens the file.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Rows = Iterable[Sequence[object]]


def csv_response(filename: str, header: Sequence[object], rows: Rows) -> HttpResponse:
    """A CSV download, with the byte-order mark without which Excel misreads Chinese."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_cell(value) for value in header])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return _download(filename, buffer.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8")


def xlsx_response(filename: str, header: Sequence[object], rows: Rows) -> HttpResponse:
    """An Excel download: amounts as numbers, everything else (long numbers too) as text."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        sheet.freeze_panes(1, 0)
        for column, value in enumerate(header):
            sheet.write_string(0, column, str(_cell(value)), bold)
            sheet.set_column(column, column, 16)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                cell = _cell(value)
                if isinstance(cell, Decimal):
                    sheet.write_number(number, column, cell, money)
                elif isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, cell)
    return _download(filename, buffer.getvalue(), XLSX)


def _cell(value: object) -> str | int | Decimal:
    if value is None:
        return ""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _download(filename: str, content: bytes, content_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=filename)
    return HttpResponse(
        content, content_type=content_type, headers={"Content-Disposition": disposition or ""}
    )
