"""Bills from csv: ours against a raw COPY into the same indexed table, bulk_create and import-export.

    make bench ARGS="imports --rows 1000000 --rounds 1 --slice 100000"
    make bench ARGS="imports --rows 1000000 --rounds 1 --only ours"     peak memory of the process that books

Rounds are interleaved, every side works in a transaction that is rolled back, figures are medians of wall
time. Before a figure counts the side must have stored what it should. The ratios of one run count. bulk_create
takes at most the first `--slice` rows and import-export 10,000: both store row after row at one speed.
"""

from __future__ import annotations

import argparse
import functools
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import django
from django.db import connection, transaction

django.setup()

from benchmarks.imports import data, sides  # noqa: E402 - the models need the settings first

PEOPLE_PER_ROW = 10
SIDES = ("ours", "COPY", "bulk_create", "import-export")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[200_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slice", type=int, default=200_000)
    parser.add_argument("--only", nargs="*", choices=SIDES, default=SIDES)
    options = parser.parse_args()
    sides.prepare()
    print("| rows | side | seconds | rows/s | ours is |")
    print("|---:|---|---:|---:|---:|")
    for rows in options.rows:
        _measure(rows, options.rounds, min(rows, options.slice), options.only)
    return 0


def _measure(rows: int, rounds: int, slice_: int, only: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        file = Path(folder) / "bills.csv"
        numbers = data.id_numbers(rows // PEOPLE_PER_ROW)
        sides.register(numbers)
        data.write_bills(file, rows, numbers)
        part, small = Path(folder) / "part.csv", Path(folder) / "small.csv"
        data.write_bills(part, slice_, numbers, seed=2)
        data.write_bills(small, sides.SMALL, numbers, seed=2)
        ready = functools.cache(lambda: sides.final_rows(file))
        work: dict[str, tuple[Callable[[], int], int]] = {
            "ours": (lambda: sides.ours(file), rows),
            "COPY": (lambda: sides.raw_copy(ready()), rows),
            "bulk_create": (lambda: sides.bulk_create(part), slice_),
            "import-export": (lambda: sides.import_export(small), sides.SMALL),
        }
        times: dict[str, list[float]] = {name: [] for name in only}
        for _ in range(rounds):
            for name in only:
                if name == "COPY":
                    work["COPY"] = (work["COPY"][0], ready().count)
                times[name].append(_rolled_back(work[name][0]))
                print(f"  {name}: {times[name][-1]:.2f} s", flush=True)
                if name == "ours":
                    _tell_memory(rows)
        _print(rows, {name: work[name][1] / median(found) for name, found in times.items()}, times)
        transaction.set_rollback(True)


def _rolled_back(side: Callable[[], int]) -> float:
    """Seconds of one side, checks of foreign keys included; what it did is undone."""
    sid = transaction.savepoint()
    begun = time.perf_counter()
    stored = side()
    connection.check_constraints()
    took = time.perf_counter() - begun
    if not stored:
        raise SystemExit("nothing was stored")
    transaction.savepoint_rollback(sid)
    return took


def _print(rows: int, speed: dict[str, float], times: dict[str, list[float]]) -> None:
    for name, found in times.items():
        print(
            f"| {rows:,} | {name} | {median(found):.2f} | {speed[name]:,.0f} "
            f"| {speed.get('ours', 0) / speed[name]:.2f} x as fast |",
            flush=True,
        )


def _tell_memory(rows: int) -> None:
    """Ours comes first in the first round, so its peak is told before the other sides have theirs."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  peak memory of the process so far, {rows:,} rows: {peak} MB", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
