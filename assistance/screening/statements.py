"""The one statement that draws up a list: who was looked at, who stands on it, who has left it and why.

It reads the running totals of the person-years, so a month costs the same however many bills there are, and it
sees one moment: entries and departures come from the same snapshot. Records of one human count together, under
the record that answers for him. Amounts are fen until they are written.

Who reaches the limit is found first, by an index of the totals; only for these few are the person, the recognitions
and the insurance fetched, one by one (LATERAL ... OFFSET 0), whatever the planner believes about their number: it
would read whole tables of people to find the few. Nothing is joined to what was gathered on the way, because nobody
can estimate that: parts are put one under the other and grouped.
"""

from __future__ import annotations

from typing import Any

from assistance.entitlements.models import MONTHS
from assistance.screening.membership import ASKED_WHETHER_INSURED, BELONGS, POSSIBLE, WHY
from assistance.screening.places import CHANGED_SINCE, PLACE_OF_THE_DAY
from assistance.screening.rules import Rule
from assistance.screening.states import ListKind
from assistance.settlements.recount import COUNTED_PAYERS

_ROOT = "coalesce(record.merged_into_id, record.id)"


def peak(column: str) -> str:
    """The largest of the twelve totals: who never reaches a limit is not looked at. A total of a month may
    lie below that of the month before, because a refund counts in the month of its bill."""
    return f"GREATEST({', '.join(f'{column}[{month}]' for month in range(1, MONTHS + 1))})"


# Everybody who stood on the list before, under the record that answers for him now, with the cost he had then:
# on a supplement stands who is new, or had more, and of lists under review only whoever is a case there.
_BEFORE = f"""
before AS MATERIALIZED (
    SELECT {_ROOT} AS person_id, (100 * max(entry.{{base}}))::bigint AS own,
           (100 * max(entry.burden))::bigint AS burden
      FROM screening_listentry entry
     CROSS JOIN LATERAL (
        SELECT id, merged_into_id FROM registry_person WHERE id = entry.person_id OFFSET 0
     ) record
     WHERE entry.run_id = ANY(%(previous)s::bigint[])
       AND (NOT %(by_case)s
            OR EXISTS (SELECT FROM screening_bottomlinecase WHERE entry_id = entry.id))
     GROUP BY 1
)"""

# Whose accounts are added up: of those on the list before, and of humans with several records.
_HUMANS = """
humans AS MATERIALIZED (
    SELECT person_id AS root, person_id AS record FROM before
     UNION
    SELECT merged_into_id, id FROM registry_person WHERE merged_into_id IS NOT NULL
     UNION
    SELECT merged_into_id, merged_into_id FROM registry_person WHERE merged_into_id IS NOT NULL
     ORDER BY record
)"""

_LISTED_BEFORE = """
        SELECT person_id, NULL::bigint AS record, NULL::bigint AS own_total, NULL::bigint AS own_in_scope,
               false AS added_up, true AS was_listed, own AS own_before, burden AS burden_before,
               NULL::bigint AS given, false AS moved
          FROM before"""

# Only of them it is asked where they belonged on the day.
_MOVED = f"""
         UNION ALL
        SELECT {_ROOT}, NULL, NULL, NULL, false, false, NULL, NULL, NULL, true
          FROM ({CHANGED_SINCE}
          ) home
         CROSS JOIN LATERAL (
            SELECT id, merged_into_id FROM registry_person WHERE id = home.person_id OFFSET 0
         ) record"""

_OWN_OF_MONTH = """
         UNION ALL
        SELECT humans.root, humans.record, account.own_total[%(month)s], account.own_in_scope[%(month)s],
               true, false, NULL, NULL, NULL, false
          FROM humans
          LEFT JOIN LATERAL (
            SELECT own_total, own_in_scope FROM entitlements_personyear
             WHERE person_id = humans.record AND year = %(year)s OFFSET 0
          ) account ON true"""

# Whoever reached the limit; of most of them nothing else is known, and nothing has to be added up.
_NEAR_AT_MONTH = """
near AS MATERIALIZED (
    SELECT person_id, own_total[%(month)s] AS own_total, own_in_scope[%(month)s] AS own_in_scope
      FROM entitlements_personyear
     WHERE year = %(year)s AND {peak} >= %(limit)s AND {base}[%(month)s] >= %(limit)s
)"""
_NEAR_ON_DAY = """
near AS (SELECT 0::bigint AS person_id, 0::bigint AS own_total, 0::bigint AS own_in_scope WHERE false)"""

# Within a month: the total at the end of the month before, and the bills since, of everybody.
_OWN_OF_DAY = f"""
         UNION ALL
        SELECT humans.root, humans.record, NULL, NULL, true, false, NULL, NULL, NULL, false FROM humans
         UNION ALL
        SELECT {_ROOT}, NULL, sum(part.own_total)::bigint, sum(part.own_in_scope)::bigint,
               true, false, NULL, NULL, NULL, false
          FROM (
            SELECT person_id, coalesce(own_total[%(month)s - 1], 0) AS own_total,
                   coalesce(own_in_scope[%(month)s - 1], 0) AS own_in_scope
              FROM entitlements_personyear WHERE year = %(year)s
             UNION ALL
            SELECT person_id, 100 * (total - basic - supplementary - big_illness - assistance),
                   100 * (in_scope - basic - supplementary - big_illness - assistance)
              FROM settlements_settlement
             WHERE settled_on BETWEEN date_trunc('month', %(as_of)s::date)::date AND %(as_of)s
             UNION ALL
            SELECT paid.person_id, -100 * paid.amount, -100 * coalesce(paid.in_scope_part, paid.amount)
              FROM settlements_laterpayment paid
              LEFT JOIN settlements_settlement bill ON bill.id = paid.settlement_id
             WHERE paid.payer = ANY(%(counted)s) AND paid.benefit_year = %(year)s
               AND coalesce(bill.settled_on, GREATEST(paid.paid_on, make_date(%(year)s, 1, 1)))
                   BETWEEN date_trunc('month', %(as_of)s::date)::date AND %(as_of)s
          ) part
          JOIN registry_person record ON record.id = part.person_id
         GROUP BY 1"""

# Money of the bottom line already given for the year (AMB-31), whatever came back taken off.
_GIVEN = f"""
         UNION ALL
        SELECT {_ROOT}, NULL, NULL, NULL, false, false, NULL, NULL, (100 * entry.amount)::bigint, false
          FROM entitlements_entry entry
         CROSS JOIN LATERAL (
            SELECT person_id, year FROM entitlements_personyear WHERE id = entry.account_id OFFSET 0
         ) account
         CROSS JOIN LATERAL (
            SELECT id, merged_into_id FROM registry_person WHERE id = account.person_id OFFSET 0
         ) record
         WHERE entry.bucket = 'bottom_line' AND account.year = %(year)s"""

_REACHED = """
parts AS MATERIALIZED ({parts}),
reached AS MATERIALIZED (
    SELECT * FROM (
        SELECT person_id, bool_or(was_listed) AS was_listed,
               coalesce(array_agg(record) FILTER (WHERE record IS NOT NULL), ARRAY[person_id]) AS records,
               max(own_before) AS own_before, max(burden_before) AS burden_before,
               bool_or(moved) AS moved, coalesce(sum(given), 0)::bigint AS given,
               coalesce(sum(own_total) FILTER (WHERE added_up), max(own_total), 0)::bigint AS own_total,
               coalesce(sum(own_in_scope) FILTER (WHERE added_up), max(own_in_scope), 0)::bigint
                   AS own_in_scope
          FROM (
            SELECT * FROM parts
             UNION ALL
            SELECT person_id, NULL, own_total, own_in_scope, false, false, NULL, NULL, NULL, false
              FROM near WHERE EXISTS (SELECT FROM parts WHERE parts.person_id = near.person_id)
          ) known
         GROUP BY person_id
    ) everybody WHERE was_listed OR {base} >= %(limit)s
     UNION ALL
    SELECT person_id, false, ARRAY[person_id], NULL, NULL, false, 0, own_total, own_in_scope
      FROM near WHERE NOT EXISTS (SELECT FROM parts WHERE parts.person_id = near.person_id)
     ORDER BY person_id
),
possible AS MATERIALIZED (
    SELECT * FROM reached WHERE was_listed OR {possible}
),
looked AS MATERIALIZED (
    SELECT reached.*, coalesce(place.agency_id, person.agency_id) AS agency_id,
           coalesce(place.township_id, person.township_id) AS township_id, person.died_on,
           reached.{base} - reached.given AS burden
      FROM possible AS reached
     CROSS JOIN LATERAL (
        SELECT agency_id, township_id, died_on, merged_into_id FROM registry_person
         WHERE id = reached.person_id OFFSET 0
     ) person
      LEFT JOIN LATERAL ({place}
     ) place ON true
     WHERE reached.was_listed
        OR (coalesce(place.agency_id, person.agency_id) = %(agency)s AND person.merged_into_id IS NULL)
)"""

# What held for them on the day, of all their records. The insurance is asked only where it decides.
_STATUS = """
known AS MATERIALIZED (
    SELECT looked.*, status.category_id, coalesce(status.recipient, false) AS recipient,
           coalesce(status.in_groups, false) AS in_groups,
           coalesce(looked.died_on <= %(as_of)s, false) AS dead,
           coalesce(status.exited, false) AND (
               %(memory)s::int IS NULL
               OR (status.exited_on + make_interval(months => %(memory)s::int))::date >= %(as_of)s
           ) AS relapse
      FROM looked
     CROSS JOIN LATERAL (
        SELECT bool_or(holds) AS recipient,
               (array_agg(category_id ORDER BY "order", category_id) FILTER (WHERE holds))[1] AS category_id,
               coalesce(bool_or(holds AND code = ANY(%(groups)s)), false) AS in_groups,
               bool_or(ended) AS exited, max(last_day) FILTER (WHERE ended) + 1 AS exited_on
          FROM (
            SELECT span.category_id, category.code, category."order",
                   span.first_day <= %(as_of)s AND (span.last_day IS NULL OR span.last_day >= %(as_of)s)
                       AS holds,
                   span.last_day < %(as_of)s AS ended, span.last_day
              FROM registry_recipientspan span
              JOIN registry_recipientcategory category ON category.id = span.category_id
             WHERE span.person_id = ANY(looked.records) AND span.voided_at IS NULL
          ) spans
     ) status
),
insured AS MATERIALIZED (
    SELECT known.*, CASE WHEN {asked} THEN EXISTS (
        SELECT FROM registry_enrolment enrolment
         WHERE enrolment.person_id = ANY(known.records) AND enrolment.voided_at IS NULL
           AND enrolment.first_day <= %(as_of)s
           AND (enrolment.last_day IS NULL OR enrolment.last_day >= %(as_of)s)
    ) ELSE false END AS insured
      FROM known
)"""

# What somebody pays after he has moved is no business of the agency he left: it sees what it knew.
_WRITE = """
judged AS (
    SELECT insured.*, NOT dead AND agency_id = %(agency)s AND burden >= %(limit)s AND ({belongs})
               AND NOT (%(supplement)s AND was_listed AND {base} <= own_before) AS listed
      FROM insured
),
entries AS (
    INSERT INTO screening_listentry
           (run_id, person_id, township_id, category_id, burden, own_total, own_in_scope, movement)
    SELECT %(run)s, person_id, township_id, category_id, burden / 100.0, own_total / 100.0,
           own_in_scope / 100.0, CASE WHEN was_listed THEN 'stayed' ELSE 'entered' END
      FROM judged WHERE listed ORDER BY burden DESC, person_id
    RETURNING movement
),
departures AS (
    INSERT INTO screening_listdeparture (run_id, person_id, township_id, why, burden)
    SELECT %(run)s, person_id, township_id, {why},
           CASE WHEN agency_id = %(agency)s THEN burden ELSE burden_before END / 100.0
      FROM judged WHERE was_listed AND NOT listed AND NOT %(supplement)s ORDER BY person_id
    RETURNING why
)
SELECT (SELECT count(*) FROM entries),
       (SELECT count(*) FROM entries WHERE movement = 'entered'),
       (SELECT count(*) FROM entries WHERE movement = 'stayed'),
       (SELECT count(*) FROM departures),
       (SELECT coalesce(jsonb_object_agg(why, n), '{{}}') FROM (
            SELECT why, count(*) AS n FROM departures GROUP BY why
       ) reasons)
"""

# Both counts are read from indexes alone.
PEOPLE = """
SELECT (SELECT count(*) FROM registry_person WHERE agency_id = %(agency)s)
     - (SELECT count(*) FROM registry_person WHERE agency_id = %(agency)s AND merged_into_id IS NOT NULL)
"""

# Two runs of the same data have the same; what changed since the list before is not part of it.
DIGEST = """
SELECT encode(sha256(convert_to(coalesce(string_agg(concat_ws(
           ' ', person_id, township_id, coalesce(category_id, 0), burden, own_total, own_in_scope
       ), E'\\n' ORDER BY person_id), ''), 'UTF8')), 'hex')
  FROM screening_listentry WHERE run_id = %s
"""


def draw_up(rule: Rule, *, at_month_end: bool) -> str:
    """The statement that writes entries and departures of a run and answers with its counts."""
    kind = ListKind(rule.kind)
    own = _OWN_OF_MONTH if at_month_end else _OWN_OF_DAY
    near = _NEAR_AT_MONTH if at_month_end else _NEAR_ON_DAY
    near = near.format(peak=peak(rule.base), base=rule.base)
    parts = _LISTED_BEFORE + own + _MOVED + (_GIVEN if rule.nets_earlier else "")
    found = _REACHED.format(
        parts=parts, base=rule.base, possible=POSSIBLE[kind], place=PLACE_OF_THE_DAY
    )
    status = _STATUS.format(asked=ASKED_WHETHER_INSURED[kind])
    write = _WRITE.format(base=rule.base, belongs=BELONGS[kind], why=WHY[kind])
    before = _BEFORE.format(base=rule.base)
    return f"WITH {before}, {_HUMANS}, {near}, {found}, {status}, {write}"


def values_of(rule: Rule) -> dict[str, Any]:
    """What the statement asks of the rule."""
    return {
        "limit": rule.limit,
        "other_limit": rule.other_limit,
        "memory": rule.memory_months,
        "groups": list(rule.groups),
        "listed_only": bool(rule.groups),
        "counted": list(COUNTED_PAYERS),
    }
