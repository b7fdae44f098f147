"""Measure the bill engine against openfisca-core, a Decimal loop and a numba loop.

Rounds are interleaved, figures are medians of processor seconds, and every side must have
granted the same fen before a figure is printed. The ratios of one run count, not the seconds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.calculation import data as bills
from benchmarks.calculation import fisca, person, sides

Side = Callable[[bills.Data], bills.Ints]
ROUNDS = 5
# A Decimal loop of 10 million rows takes minutes a round; it is linear.
DECIMAL_ROWS = 1_000_000

SIDES: dict[str, Side] = {
    "engine": lambda data: sides.engine(data).granted,
    "openfisca-core": fisca.fisca,
    "numba": sides.numba_loop,
    "Decimal": sides.decimal_loop,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    print("| rows | side | compute s | rows/s | engine is | read-compute-write s |")
    print("|---:|---|---:|---:|---:|---:|")
    for rows in options.rows:
        _measure(rows, options.rounds)
    _memory(options.rows)
    person.measure(options.rounds)
    return 0


def _measure(rows: int, rounds: int) -> None:
    data = bills.make(rows)
    chosen = {n: s for n, s in SIDES.items() if n != "Decimal" or rows <= DECIMAL_ROWS}
    _agree(data, chosen)
    times: dict[str, list[float]] = {name: [] for name in chosen}
    whole: dict[str, list[float]] = {name: [] for name in chosen if name != "Decimal"}
    with tempfile.TemporaryDirectory() as folder:
        _write(data, Path(folder))
        for _ in range(rounds):
            for name, side in chosen.items():
                times[name].append(_time(lambda side=side: side(data)))
                if name in whole:
                    files = Path(folder)
                    whole[name].append(_time(lambda side=side, f=files: _through(side, f)))
    ours = median(times["engine"])
    for name, measured in times.items():
        took = median(measured)
        through = f"{median(whole[name]):.3f}" if name in whole else "–"
        print(
            f"| {rows:,} | {name} | {took:.4f} | {rows / took:,.0f} "
            f"| {took / ours:.2f} x as fast | {through} |",
            flush=True,
        )


def _agree(data: bills.Data, chosen: dict[str, Side]) -> None:
    """Every side grants the same fen, and the limit really binds."""
    ours = sides.engine(data)
    for name, side in chosen.items():
        if not np.array_equal(side(data), ours.granted):
            raise SystemExit(f"{name} grants other amounts")
    if not (ours.granted < ours.entitled).any():
        raise SystemExit("nobody reaches the limit")


def _time(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _write(data: bills.Data, folder: Path) -> None:
    for item in fields(data):
        np.save(folder / f"{item.name}.npy", getattr(data, item.name))


def _through(side: Side, folder: Path) -> None:
    names = [item.name for item in fields(bills.Data)]
    data = bills.Data(**{name: np.load(folder / f"{name}.npy") for name in names})
    np.save(folder / "granted.npy", side(data))


def _memory(sizes: list[int]) -> None:
    print()
    for rows in sizes:
        data = bills.make(rows)
        tracemalloc.start()
        sides.engine(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        print(f"Peak memory above the input at {rows:,} rows: {peak / rows:.0f} bytes a row.")


if __name__ == "__main__":
    sys.exit(main())
