"""A workbook of bills: reading it against openpyxl, with the same values in every cell.

Ours measures the packed file before it opens it (a zip bomb is refused) and gives the filled rows of the one
sheet; openpyxl reads the same sheet in its fastest mode (read_only, values_only). Rounds are interleaved,
figures are medians of processor time, since the machine is shared; only the ratio of one run counts.
"""

from __future__ import annotations

import argparse
import io
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django
import openpyxl
import xlsxwriter

django.setup()

from assistance.shared.spreadsheets import read_rows  # noqa: E402 - after the settings

HEAD = (
    "结算ID",
    "身份证号码",
    "姓名",
    "结算日期",
    "总费用",
    "政策范围内",
    "基本医保",
    "个人支付",
    "医院",
)
Rows = list[list[Any]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    content = _workbook(options.rows)
    times: dict[str, list[float]] = {"ours": [], "openpyxl": []}
    for _round in range(options.rounds):
        ours = _timed(times["ours"], lambda: read_rows(content, filename="bills.xlsx"))
        other = _timed(times["openpyxl"], lambda: _openpyxl(content))
        if ours != other:
            raise SystemExit("The two sides read different values.")
    print("| rows | side | processor seconds | ours is |")
    print("|---:|---|---:|---:|")
    first = median(times["ours"])
    for name, found in times.items():
        print(
            f"| {options.rows:,} | {name} | {median(found):.2f} | {median(found) / first:.1f} x |"
        )
    return 0


def _timed(times: list[float], work: Callable[[], Rows]) -> Rows:
    begun = time.process_time()
    rows = work()
    times.append(time.process_time() - begun)
    return rows


def _openpyxl(content: bytes) -> Rows:
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    rows = book.worksheets[0].iter_rows(values_only=True)
    # An empty cell is "" and a number a float on our side.
    return [
        ["" if cell is None else float(cell) if isinstance(cell, int) else cell for cell in row]
        for row in rows
    ]


def _workbook(rows: int) -> bytes:
    dice, buffer = random.Random(1), io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        for row in range(1, rows + 1):
            total = dice.randrange(100, 5_000_000) / 100
            amounts = (total, round(total * 0.9, 2), round(total * 0.6, 2), "")
            day = f"2025-{1 + row % 12:02d}-{1 + row % 28:02d}"
            number = f"33112719{row % 10**10:010d}"
            sheet.write_row(row, 0, (f"S{row}", number, "蓝青山", day, *amounts, "县人民医院"))
    return buffer.getvalue()


if __name__ == "__main__":
    raise SystemExit(main())
