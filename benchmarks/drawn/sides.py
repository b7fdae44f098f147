"""What is measured: our lists, and what one writes first. Every side says how many people it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, Sum
from django.utils.timezone import now

from assistance.accounts.models import Agency
from assistance.calculation.results import ENGINE
from assistance.screening.models import ListRun, Period
from assistance.screening.operations.runs import rule_for
from assistance.screening.rules import Rule
from assistance.screening.statements import DIGEST, PEOPLE, draw_up, values_of
from assistance.screening.states import ListKind
from assistance.settlements.models import Settlement
from benchmarks.drawn.data import MARCH, YEAR

POOLS = (ListKind.ZHIPIN, ListKind.FANPIN, ListKind.WATCH)
COVERING = """
CREATE INDEX IF NOT EXISTS bench_covering ON settlements_settlement (benefit_year, person_id)
INCLUDE (settled_on, total, in_scope, basic, supplementary, big_illness, assistance)
"""
_AGGREGATE = """
SELECT person_id, sum(total - basic - supplementary - big_illness - assistance) AS own,
       EXISTS (SELECT FROM registry_recipientspan span WHERE span.person_id = bill.person_id
                  AND voided_at IS NULL AND first_day <= %(day)s AND (last_day IS NULL OR last_day >= %(day)s))
  FROM settlements_settlement bill
 WHERE benefit_year = %(year)s AND settled_on <= %(day)s
 GROUP BY person_id
HAVING sum(total - basic - supplementary - big_illness - assistance) >= 10000
"""
# The same rows without any search: who stands on the list is known, what he bore is in his account.
_SAME_ROWS = """
INSERT INTO screening_listentry
       (run_id, person_id, township_id, category_id, burden, own_total, own_in_scope, movement)
SELECT kept.run_id, person_id, kept.township_id, kept.category_id,
       (CASE WHEN kept.run_id = %(bottom)s THEN own_in_scope[3] ELSE own_total[3] END) / 100.0,
       own_total[3] / 100.0, own_in_scope[3] / 100.0, 'entered'
  FROM bench_rows kept JOIN entitlements_personyear account USING (person_id)
 WHERE account.year = %(year)s AND kept.run_id = ANY(%(runs)s)
"""
# The same rows found on the way, as one writes it first: everybody with the cost, asked for what the list asks of him.
_HELD = """EXISTS (SELECT FROM registry_recipientspan span WHERE span.person_id = person.id AND voided_at IS NULL
    AND first_day <= %(day)s AND (last_day IS NULL OR last_day >= %(day)s))"""
_ENDED = """EXISTS (SELECT FROM registry_recipientspan span WHERE span.person_id = person.id AND voided_at IS NULL
    AND last_day < %(day)s)"""
_INSURED = """EXISTS (SELECT FROM registry_enrolment kept WHERE kept.person_id = person.id AND voided_at IS NULL
    AND first_day <= %(day)s AND (last_day IS NULL OR last_day >= %(day)s))"""
_ASKED = {
    ListKind.ZHIPIN: f"NOT {_HELD} AND NOT {_ENDED} AND {_INSURED}",
    ListKind.FANPIN: f"NOT {_HELD} AND {_ENDED} AND {_INSURED}",
    ListKind.WATCH: _HELD,
    ListKind.BOTTOM_LINE: _HELD,
}
_SEARCHED = """
INSERT INTO screening_listentry
       (run_id, person_id, township_id, category_id, burden, own_total, own_in_scope, movement)
SELECT %(run)s, person.id, person.township_id,
       (SELECT category_id FROM registry_recipientspan span
         WHERE span.person_id = person.id AND voided_at IS NULL AND first_day <= %(day)s
           AND (last_day IS NULL OR last_day >= %(day)s) LIMIT 1),
       {base}[3] / 100.0, own_total[3] / 100.0, own_in_scope[3] / 100.0, 'entered'
  FROM entitlements_personyear account JOIN registry_person person ON person.id = account.person_id
 WHERE account.year = %(year)s AND {base}[3] >= %(limit)s AND person.agency_id = %(agency)s
   AND person.merged_into_id IS NULL AND (died_on IS NULL OR died_on > %(day)s) AND {asked}
"""


class Sides:
    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.runs: dict[ListKind, tuple[ListRun, Rule]] = {
            kind: self._run(kind) for kind in (*POOLS, ListKind.BOTTOM_LINE)
        }

    def _run(self, kind: ListKind) -> tuple[ListRun, Rule]:
        number = 1 if kind == ListKind.BOTTOM_LINE else 3
        period = Period.objects.create(
            agency=self.agency, kind=kind, year=YEAR, number=number, last_day=MARCH, due_on=MARCH
        )
        version, rule = rule_for(period, MARCH)
        run = ListRun.objects.create(
            period=period,
            as_of=MARCH,
            version=version,
            engine=ENGINE,
            parameters=rule.shown(),
            started_at=now(),
        )
        return run, rule

    def draw(self, kind: ListKind) -> int:
        """The whole list as the worker draws it up: people counted, rows written, digest made."""
        run, rule = self.runs[kind]
        values = self._values(run, rule)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")
            cursor.execute(PEOPLE, values)
            cursor.execute(draw_up(rule, at_month_end=True), values)
            found = int(cursor.fetchone()[0])
            cursor.execute(DIGEST, [run.pk])
        return found

    def _values(self, run: ListRun, rule: Rule) -> dict[str, Any]:
        return values_of(rule) | {
            "run": run.pk,
            "agency": self.agency.pk,
            "year": YEAR,
            "month": MARCH.month,
            "as_of": MARCH,
            "previous": [],
            "by_case": False,
            "in_year": False,
            "supplement": False,
        }

    def select(self, kind: ListKind) -> int:
        """The same statement as far as it finds who stands on the list, with every column that is written."""
        run, rule = self.runs[kind]
        whole = draw_up(rule, at_month_end=True)
        searching = whole[: whole.index("entries AS (")].rstrip(", \n")
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL jit = off")
            cursor.execute(
                f"{searching} SELECT * FROM judged WHERE listed", self._values(run, rule)
            )
            return cursor.rowcount

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

    def pools_selected(self) -> int:
        return sum(self.select(kind) for kind in POOLS)

    def pools_aggregate(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(_AGGREGATE, {"year": YEAR, "day": MARCH})
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

    def keep_rows(self) -> None:
        """What our lists write, in a table beside, for the side that need not search."""
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS bench_rows"
                " (run_id bigint, person_id bigint, township_id bigint, category_id bigint)"
            )
            cursor.execute("TRUNCATE bench_rows")
            point = transaction.savepoint()
            for kind in self.runs:
                self.draw(kind)
            cursor.execute(
                "SELECT run_id, person_id, township_id, category_id FROM screening_listentry"
                " ORDER BY run_id, burden DESC, person_id"
            )
            rows = cursor.fetchall()
            transaction.savepoint_rollback(point)
            with cursor.copy("COPY bench_rows FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute("ANALYZE bench_rows")

    def same_rows(self, kinds: Sequence[ListKind]) -> Callable[[], int]:
        values = {
            "bottom": self.runs[ListKind.BOTTOM_LINE][0].pk,
            "year": YEAR,
            "runs": [self.runs[kind][0].pk for kind in kinds],
        }

        def insert() -> int:
            with connection.cursor() as cursor:
                cursor.execute(_SAME_ROWS, values)
                return cursor.rowcount

        return insert

    def searched_rows(self, kind: ListKind) -> Callable[[], int]:
        run, rule = self.runs[kind]
        statement = _SEARCHED.format(base=rule.base, asked=_ASKED[kind])
        values = {
            "run": run.pk,
            "year": YEAR,
            "day": MARCH,
            "limit": rule.limit,
            "agency": self.agency.pk,
        }

        def insert() -> int:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.rowcount

        return insert
