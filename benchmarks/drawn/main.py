"""Lists drawn up from the running totals, against what one writes first: aggregates over the bills.

    make bench ARGS="drawn --people 50000"

*bottom line*: our whole list of the first quarter (people counted, entries written, digest made) against one annotated
ORM query over the bills, with an index that covers it, that only selects. *pools*: our three monthly lists, found and
written, against one aggregate over all bills of the year with the recognitions beside it, before and after that index.
*snapshot*: our lists against an INSERT ... SELECT of the very same rows from the totals, once told who stands on them
and once finding them. *ten times*: our lists at ten times the bills. Every side finds the same people first. Rounds are
interleaved, each in a transaction that is rolled back; medians of wall time and of the processor time of the database's
process, without parallel workers; only the ratios of one run count.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import django
from django.db import connection, transaction

django.setup()

from django.utils.timezone import now  # noqa: E402 - after the settings

from assistance.policies.operations import release_templates  # noqa: E402
from assistance.screening.models import ListOffice  # noqa: E402
from assistance.screening.states import ListKind  # noqa: E402
from benchmarks.drawn.data import MARCH, make_bills, make_people  # noqa: E402
from benchmarks.drawn.sides import COVERING, POOLS, Sides  # noqa: E402


class Taken(NamedTuple):
    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:.3f} s ({self.processor:.3f} s of processor)"

    def to(self, other: Taken) -> str:
        return f"{self.wall / other.wall:.2f} ({self.processor / other.processor:.2f})"


def server_seconds() -> float:
    """Processor time of the process that serves our connection, where it runs on this machine."""
    assert connection.connection is not None
    schedule = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(schedule.read_text().split()[0]) / 1e9


def measured(rounds: int, *sides: Callable[[], int]) -> list[Taken]:
    """Medians of each side; all have to find the same number of people."""
    times: list[list[Taken]] = [[] for _ in sides]
    for n in range(rounds + 1):
        found = []
        for side, taken in zip(sides, times, strict=True):
            with transaction.atomic():
                begun, served = time.perf_counter(), server_seconds()
                found.append(side())
                wall, processor = time.perf_counter() - begun, server_seconds() - served
                if n:
                    taken.append(Taken(wall, processor))
                transaction.set_rollback(True)
        if len(set(found)) != 1 or not found[0]:
            raise SystemExit(f"the sides do not agree: {found}")
        if not n:
            print(f"  {found[0]} people", flush=True)
    return [Taken(*(median(part) for part in zip(*taken, strict=True))) for taken in times]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--bills", type=int, default=10, help="a person")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    release_templates(at=now())
    agency = make_people(options.people)
    ListOffice.objects.create(agency=agency, city="zhoushan", since=MARCH.replace(month=1, day=1))
    few = make_bills(max(options.bills // 10, 1))
    sides = Sides(agency)
    with connection.cursor() as cursor:
        # One processor for every side, so that its time is all of the work.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    print(f"{options.people} people, {few} bills", flush=True)
    own = (sides.bottom_line, sides.pools)
    at_few = [measured(options.rounds, side)[0] for side in own]
    _tell_memory()
    many = make_bills(options.bills)
    print(f"{options.people} people, {many} bills", flush=True)
    at_many = [measured(options.rounds, side)[0] for side in own]
    for name, later, before in zip(("bottom line", "pools"), at_many, at_few, strict=True):
        print(f"{name}, {many / few:.1f} x the bills: {later.to(before)} x the time ({later})")
    _tell_memory()
    _against_the_bills(sides, options.rounds)
    _against_the_same_rows(sides, options.rounds)


def _against_the_bills(sides: Sides, rounds: int) -> None:
    _against_the_aggregate(sides, rounds)
    with connection.cursor() as cursor:
        cursor.execute(COVERING)
        cursor.execute("VACUUM ANALYZE settlements_settlement")
    ours, orm = measured(rounds, sides.bottom_line, sides.bottom_line_orm)
    print(f"bottom line: ours {ours}, ORM {orm}: {orm.to(ours)} x as fast", flush=True)
    print("with the index that covers the ORM query:")
    _against_the_aggregate(sides, rounds)


def _against_the_aggregate(sides: Sides, rounds: int) -> None:
    chosen, ours, whole = measured(rounds, sides.pools_selected, sides.pools, sides.pools_aggregate)
    print(f"pools: aggregate {whole}")
    print(f"  selection {chosen}: {whole.to(chosen)} x as fast")
    print(f"  lists written {ours}: {whole.to(ours)} x as fast", flush=True)


def _against_the_same_rows(sides: Sides, rounds: int) -> None:
    with transaction.atomic():
        sides.keep_rows()
    for kind in (*POOLS, ListKind.BOTTOM_LINE):
        ours, told, searched = measured(
            rounds,
            lambda kind=kind: sides.draw(kind),
            sides.same_rows([kind]),
            sides.searched_rows(kind),
        )
        print(f"{kind.value}: ours {ours}", flush=True)
        print(f"  INSERT ... SELECT told who they are {told}: {ours.to(told)} x its time")
        print(f"  INSERT ... SELECT that finds them {searched}: {ours.to(searched)} x its time")


def _tell_memory() -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  peak memory of the process that draws up: {peak} MB", flush=True)


if __name__ == "__main__":
    main()
