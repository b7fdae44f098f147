"""Lists drawn up from the running totals, against what one writes first: aggregates over the bills.

    make bench ARGS="drawn --people 50000"

*bottom line*: our whole list of the first quarter, entries written, against one annotated ORM query over the bills
(with an index that covers it) that only selects. *pools*: our three monthly lists against one aggregate over all bills
of the year with the recognitions beside it. *snapshot*: our list against INSERT ... SELECT of the very same rows into
the same table. *ten times*: our lists at ten times the bills. Every side finds the same people first. Rounds are
interleaved, each in a transaction that is rolled back; wall time, medians; only the ratios of one run count.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django
from django.db import connection, transaction

django.setup()

from django.db.models import F, Q, Sum  # noqa: E402 - after the settings
from django.utils.timezone import now  # noqa: E402

from assistance.accounts.models import Agency  # noqa: E402
from assistance.calculation.results import ENGINE  # noqa: E402
from assistance.policies.operations import release_templates  # noqa: E402
from assistance.screening.models import ListEntry, ListOffice, ListRun, Period  # noqa: E402
from assistance.screening.operations.runs import rule_for  # noqa: E402
from assistance.screening.statements import draw_up, values_of  # noqa: E402
from assistance.screening.states import ListKind  # noqa: E402
from assistance.settlements.models import Settlement  # noqa: E402
from benchmarks.drawn.data import MARCH, YEAR, make_bills, make_people  # noqa: E402

POOLS = (ListKind.ZHIPIN, ListKind.FANPIN, ListKind.WATCH)
COVERING = """
CREATE INDEX bench_covering ON settlements_settlement (benefit_year, person_id)
INCLUDE (settled_on, total, in_scope, basic, supplementary, big_illness, assistance)
"""
AGGREGATE = """
SELECT person_id, sum(total - basic - supplementary - big_illness - assistance) AS own,
       EXISTS (SELECT FROM registry_recipientspan span WHERE span.person_id = bill.person_id
                  AND voided_at IS NULL AND first_day <= %(day)s AND (last_day IS NULL OR last_day >= %(day)s))
  FROM settlements_settlement bill
 WHERE benefit_year = %(year)s AND settled_on <= %(day)s
 GROUP BY person_id
HAVING sum(total - basic - supplementary - big_illness - assistance) >= 10000
"""


class Sides:
    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.runs = {kind: self._run(kind) for kind in (*POOLS, ListKind.BOTTOM_LINE)}

    def _run(self, kind: ListKind) -> ListRun:
        number = 1 if kind == ListKind.BOTTOM_LINE else 3
        period = Period.objects.create(
            agency=self.agency, kind=kind, year=YEAR, number=number, last_day=MARCH, due_on=MARCH
        )
        version, rule = rule_for(period, MARCH)
        return ListRun.objects.create(
            period=period,
            as_of=MARCH,
            version=version,
            engine=ENGINE,
            parameters=rule.shown(),
            started_at=now(),
        )

    def draw(self, kind: ListKind) -> int:
        run = self.runs[kind]
        _version, rule = rule_for(run.period, MARCH)
        values: dict[str, Any] = values_of(rule) | {
            "run": run.pk,
            "agency": self.agency.pk,
            "year": YEAR,
            "month": MARCH.month,
            "as_of": MARCH,
            "previous": [],
            "in_year": False,
            "supplement": False,
        }
        with connection.cursor() as cursor:
            cursor.execute(draw_up(rule, at_month_end=True), values)
            return int(cursor.fetchone()[0])

    def bottom_line(self) -> int:
        return self.draw(ListKind.BOTTOM_LINE)

    def bottom_line_orm(self) -> int:
        own = F("in_scope") - F("basic") - F("supplementary") - F("big_illness") - F("assistance")
        spans = Q(person__recipient_spans__last_day=None) | Q(
            person__recipient_spans__last_day__gte=MARCH
        )
        sums = Settlement.objects.filter(benefit_year=YEAR, settled_on__lte=MARCH)
        high = sums.order_by().values("person").annotate(own=Sum(own)).filter(own__gte=50000)
        held = Settlement.objects.filter(
            spans,
            person__recipient_spans__voided_at=None,
            person__recipient_spans__first_day__lte=MARCH,
            person__in=high.values("person"),
            person__died_on=None,
        )
        return len(set(held.order_by().values_list("person", flat=True).distinct()))

    def pools(self) -> int:
        return sum(self.draw(kind) for kind in POOLS)

    def pools_aggregate(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(AGGREGATE, {"year": YEAR, "day": MARCH})
            rows = cursor.fetchall()
            cursor.execute(
                "SELECT person_id, bool_or(span.last_day < %s) FROM registry_enrolment"
                " LEFT JOIN registry_recipientspan span USING (person_id) WHERE person_id = ANY(%s)"
                " GROUP BY 1",
                [MARCH, [row[0] for row in rows]],
            )
            exited = dict(cursor.fetchall())
        found = 0
        for person, own, recipient in rows:
            limit = 20000 if exited.get(person) else 30000
            found += recipient or (person in exited and own >= limit)
        return found

    def copy_of(self) -> Callable[[], int]:
        """INSERT ... SELECT of the rows of our watch list, kept in a table beside."""
        run = self.runs[ListKind.WATCH].pk
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS bench_rows")
            with transaction.atomic():
                self.draw(ListKind.WATCH)
                cursor.execute(
                    "CREATE TABLE bench_rows AS SELECT * FROM screening_listentry WHERE run_id = %s",
                    [run],
                )
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("TRUNCATE screening_listentry CASCADE")
        columns = ", ".join(
            field.column for field in ListEntry._meta.concrete_fields if not field.primary_key
        )
        other = self._other_run()

        def insert() -> int:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"INSERT INTO screening_listentry ({columns})"
                    f" SELECT {columns.replace('run_id', str(other))} FROM bench_rows"
                )
                return cursor.rowcount

        return insert

    def _other_run(self) -> int:
        run = self.runs[ListKind.WATCH]
        period = Period.objects.create(
            agency=self.agency,
            kind=ListKind.WATCH,
            year=YEAR,
            number=4,
            last_day=MARCH,
            due_on=MARCH,
        )
        run.pk, run.period = None, period
        run.save(force_insert=True)
        self.runs[ListKind.WATCH] = ListRun.objects.exclude(pk=run.pk).get(
            period__kind=ListKind.WATCH
        )
        return int(run.pk)


def measured(rounds: int, *sides: Callable[[], int]) -> list[float]:
    """Median seconds of each side; all have to find the same number of people."""
    times: list[list[float]] = [[] for _ in sides]
    for n in range(rounds + 1):
        found = []
        for side, taken in zip(sides, times, strict=True):
            with transaction.atomic():
                begun = time.perf_counter()
                found.append(side())
                if n:
                    taken.append(time.perf_counter() - begun)
                transaction.set_rollback(True)
        if len(set(found)) != 1 or not found[0]:
            raise SystemExit(f"the sides do not agree: {found}")
        if not n:
            print(f"  {found[0]} people")
    return [median(taken) for taken in times]


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
    print(f"{options.people} people, {few} bills")
    at_few = (
        measured(options.rounds, sides.bottom_line)[0],
        measured(options.rounds, sides.pools)[0],
    )
    many = _more(sides, options.bills)
    print(f"{options.people} people, {many} bills")
    with connection.cursor() as cursor:
        cursor.execute(COVERING)
        cursor.execute("VACUUM ANALYZE settlements_settlement")
    ours, orm = measured(options.rounds, sides.bottom_line, sides.bottom_line_orm)
    pools, whole = measured(options.rounds, sides.pools, sides.pools_aggregate)
    print(f"bottom line: ours {ours:.3f} s, ORM {orm:.3f} s: {orm / ours:.1f} x as fast")
    print(f"pools: ours {pools:.3f} s, aggregate {whole:.3f} s: {whole / pools:.1f} x as fast")
    for name, now_, before in (("bottom line", ours, at_few[0]), ("pools", pools, at_few[1])):
        print(f"{name}, {many / few:.1f} x the bills: {now_ / before:.2f} x the time")
    copy = sides.copy_of()
    snapshot, plain = measured(options.rounds, lambda: sides.draw(ListKind.WATCH), copy)
    print(
        f"snapshot: ours {snapshot:.3f} s, INSERT {plain:.3f} s: {snapshot / plain:.1f} x its time"
    )


def _more(sides: Sides, bills: int) -> int:
    """The bills anew, ten times as many; the runs stay."""
    kept = {kind: run.pk for kind, run in sides.runs.items()}
    count = make_bills(bills)
    assert ListRun.objects.filter(pk__in=kept.values()).count() == len(kept)
    return count


if __name__ == "__main__":
    main()
