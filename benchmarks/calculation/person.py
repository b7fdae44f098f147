"""One explained person-year of 12 bills against a one-person openfisca-core simulation."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median

import numpy as np

from assistance.calculation import (
    Bill,
    Book,
    Category,
    History,
    Setting,
    Span,
    assist,
    templates_of,
)
from benchmarks.calculation import fisca
from benchmarks.calculation.data import Data

REPEAT = 200
_BOOK = Book(templates_of("zhoushan"))


def _data() -> Data:
    random = np.random.default_rng(12)
    in_scope = random.integers(100_00, 20_000_00, 12)
    basic, nothing = in_scope // 3, np.zeros(12, dtype=np.int64)
    small = nothing.astype(np.int8)
    return Data(
        np.array([0, 12]), in_scope, basic, nothing, nothing, nothing, small, small + 1, small
    )


def _history(data: Data) -> History:
    rows = enumerate(zip(data.in_scope.tolist(), data.basic.tolist(), strict=True), start=1)
    return History(
        bills=tuple(
            Bill(
                id=f"b{n}",
                settled_on=date(2023, n, 15),
                in_scope=in_scope,
                total=in_scope,
                basic=basic,
                setting=Setting.INPATIENT,
            )
            for n, (in_scope, basic) in rows
        ),
        status=(Span(category=Category.DIBAO, first_day=date(2023, 1, 1)),),
    )


def measure(rounds: int) -> None:
    data = _data()
    history = _history(data)
    result = assist(history, _BOOK)
    if result.total != int(fisca.fisca(data).sum()) or len(result.lines) < 12 * 5:
        raise SystemExit("the person-years differ")
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(_a_second(lambda: assist(history, _BOOK)))
        theirs.append(_a_second(lambda: fisca.fisca(data)))
    print()
    print(
        f"One explained person-year of 12 bills: {median(ours):,.0f} a second; "
        f"openfisca-core, one person, no explanation: {median(theirs):,.0f} a second; "
        f"ratio {median(ours) / median(theirs):.2f}."
    )


def _a_second(work: Callable[[], object]) -> float:
    begun = time.process_time()
    for _ in range(REPEAT):
        work()
    return REPEAT / (time.process_time() - begun)
