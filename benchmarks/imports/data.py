"""Files of bills with a tail: one in a hundred people has many, some bills are refunded, some are bad."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from assistance.shared.identity_numbers import demo_number
from tests.factories.deliveries import HEADER

FIRST_DAY = date(2023, 1, 1)


def id_numbers(people: int) -> list[str]:
    """So many different numbers that no real person can hold."""
    first = date(1930, 1, 1)
    return [
        demo_number(born_on=first + timedelta(days=n // 1000), sex="12"[n % 2], serial=n // 2 % 500)
        for n in range(people)
    ]


def write_bills(path: Path, rows: int, numbers: list[str], *, seed: int = 1) -> None:
    """A file of `rows` bills; one in fifty takes back the bill before it, one in a thousand is bad."""
    draw = random.Random(seed)
    many = numbers[: max(1, len(numbers) // 100)]
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        out = csv.writer(file)
        out.writerow(HEADER)
        last: list[str] = []
        for n in range(rows):
            if n % 50 == 49:
                out.writerow(_refund(last, n))
                continue
            owner = draw.choice(many if draw.random() < 0.1 else numbers)
            last = _bill(draw, n, owner)
            if n % 1000 == 998:
                last[13] = "1e4"
            out.writerow(last)


def _bill(draw: random.Random, n: int, owner: str) -> list[str]:
    total = draw.randint(50_00, 30_000_00)
    in_scope = total * draw.randint(70, 100) // 100
    insured = in_scope * draw.randint(40, 80) // 100
    granted = (in_scope - insured) * draw.choice((0, 0, 0, 7)) // 10
    day = FIRST_DAY + timedelta(days=draw.randrange(365))
    kind = draw.choice(("21", "11", "14", "41"))
    money = [total, in_scope, insured, 0, granted]
    return [
        f"{n:012d}",
        f"V{n:011d}",
        owner,
        "张某",
        f"{day} {draw.randrange(24):02d}:15:00",
        str(day),
        str(day),
        kind,
        f"第{n % 97}人民医院",
        f"{n:010d}",
        "2",
        "0",
        "1",
        *(f"{fen // 100}.{fen % 100:02d}" for fen in money),
    ]


def _refund(bill: list[str], n: int) -> list[str]:
    money = (amount if amount == "0.00" else f"-{amount}" for amount in bill[13:])
    return [f"{n:012d}", *bill[1:11], "1", "1", *money]
