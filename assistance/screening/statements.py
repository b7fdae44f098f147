"""The one statement that draws up a list: who was looked at, who stands on it, who has left it and why.

It reads the running totals of the person-years, so a month costs the same however many bills there are, and it
sees one moment: entries and departures come from the same snapshot. Records of one human count together, under
the record that answers for him. Amounts are fen until they are written.
"""

from __future__ import annotations

from typing import Any

from assistance.entitlements.models import MONTHS
from assistance.screening.rules import Rule
from assistance.screening.states import ListKind
from assistance.settlements.recount import COUNTED_PAYERS

_ROOT = "coalesce(record.merged_into_id, record.id)"


def peak(column: str) -> str:
    """The largest of the twelve totals: who never reaches a limit is not looked at. A total of a month may
    lie below that of the month before, because a refund counts in the month of its bill."""
    return f"GREATEST({', '.join(f'{column}[{month}]' for month in range(1, MONTHS + 1))})"


# Everybody who stood on the list before, under the record that answers for him now, with the cost he had then:
# on a supplement stands who is new, or had more.
_BEFORE = f"""
before AS (
    SELECT {_ROOT} AS person_id, (100 * max(entry.{{base}}))::bigint AS own
      FROM screening_listentry entry
      JOIN registry_person record ON record.id = entry.person_id
     WHERE entry.run_id = ANY(%(previous)s::bigint[])
     GROUP BY 1
)"""

# Accounts that can matter: by their peak, of humans with several records, and of those on the list before.
_ACCOUNTS = """
accounts AS (
    SELECT id FROM entitlements_personyear
     WHERE year = %(year)s AND {peak} >= %(limit)s
     UNION
    SELECT account.id FROM entitlements_personyear account
      JOIN (
        SELECT id FROM registry_person WHERE merged_into_id IS NOT NULL
         UNION
        SELECT merged_into_id FROM registry_person WHERE merged_into_id IS NOT NULL
         UNION
        SELECT person_id FROM before
      ) several ON several.id = account.person_id
     WHERE account.year = %(year)s
)"""

_OWN_OF_MONTH = f"""
own AS (
    SELECT {_ROOT} AS person_id, sum(account.own_total[%(month)s])::bigint AS own_total,
           sum(account.own_in_scope[%(month)s])::bigint AS own_in_scope
      FROM accounts
      JOIN entitlements_personyear account ON account.id = accounts.id
      JOIN registry_person record ON record.id = account.person_id
     GROUP BY 1
)"""

# Within a month: the total at the end of the month before, and the bills since.
_OWN_OF_DAY = f"""
own AS (
    SELECT {_ROOT} AS person_id, sum(part.own_total)::bigint AS own_total,
           sum(part.own_in_scope)::bigint AS own_in_scope
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
     GROUP BY 1
)"""

# Money of the bottom line already given for the year (AMB-31), whatever came back taken off.
_GIVEN = f"""
given AS (
    SELECT {_ROOT} AS person_id, (100 * sum(entry.amount))::bigint AS amount
      FROM entitlements_entry entry
      JOIN entitlements_personyear account ON account.id = entry.account_id
      JOIN registry_person record ON record.id = account.person_id
     WHERE entry.bucket = 'bottom_line' AND account.year = %(year)s AND %(nets)s
     GROUP BY 1
)"""

_LOOKED = """
looked AS (
    SELECT person.id AS person_id, person.agency_id, person.township_id, person.died_on,
           coalesce(own.own_total, 0) AS own_total, coalesce(own.own_in_scope, 0) AS own_in_scope,
           coalesce(own.{base}, 0) - coalesce(given.amount, 0) AS burden,
           before.person_id IS NOT NULL AS was_listed, before.own AS own_before
      FROM own
      FULL JOIN before ON before.person_id = own.person_id
      LEFT JOIN given ON given.person_id = own.person_id
      JOIN registry_person person ON person.id = coalesce(own.person_id, before.person_id)
     WHERE before.person_id IS NOT NULL
        OR (own.{base} >= %(limit)s AND person.agency_id = %(agency)s)
)"""

# What held for them on the day, of all their records.
_STATUS = """
humans AS (
    SELECT person_id AS root, person_id AS record FROM looked
     UNION ALL
    SELECT merged.merged_into_id, merged.id FROM registry_person merged
      JOIN looked ON looked.person_id = merged.merged_into_id
),
spans AS (
    SELECT humans.root, span.category_id, category.code, category."order",
           span.first_day <= %(as_of)s AND (span.last_day IS NULL OR span.last_day >= %(as_of)s) AS holds,
           span.last_day < %(as_of)s AS ended, span.last_day
      FROM humans
      JOIN registry_recipientspan span ON span.person_id = humans.record
      JOIN registry_recipientcategory category ON category.id = span.category_id
     WHERE span.voided_at IS NULL
),
status AS (
    SELECT root, bool_or(holds) AS recipient,
           (array_agg(category_id ORDER BY "order", category_id) FILTER (WHERE holds))[1] AS category_id,
           coalesce(bool_or(holds AND code = ANY(%(groups)s)), false) AS in_groups,
           bool_or(ended) AS exited,
           max(last_day) FILTER (WHERE ended) + 1 AS exited_on
      FROM spans GROUP BY root
),
insured AS (
    SELECT DISTINCT humans.root FROM humans
      JOIN registry_enrolment enrolment ON enrolment.person_id = humans.record
     WHERE enrolment.voided_at IS NULL AND enrolment.first_day <= %(as_of)s
       AND (enrolment.last_day IS NULL OR enrolment.last_day >= %(as_of)s)
),
known AS (
    SELECT looked.*, status.category_id, coalesce(status.recipient, false) AS recipient,
           coalesce(status.in_groups, false) AS in_groups, insured.root IS NOT NULL AS insured,
           coalesce(looked.died_on <= %(as_of)s, false) AS dead,
           coalesce(status.exited, false) AND (
               %(memory)s::int IS NULL
               OR (status.exited_on + make_interval(months => %(memory)s::int))::date >= %(as_of)s
           ) AS relapse
      FROM looked
      LEFT JOIN status ON status.root = looked.person_id
      LEFT JOIN insured ON insured.root = looked.person_id
)"""

_BELONGS = {
    ListKind.ZHIPIN: """NOT recipient AND insured
        AND NOT (%(other_limit)s::bigint IS NOT NULL AND relapse AND burden >= %(other_limit)s::bigint)""",
    ListKind.FANPIN: "NOT recipient AND insured AND relapse",
    ListKind.WATCH: "recipient",
    ListKind.ALARM: "NOT recipient AND insured",
    ListKind.BOTTOM_LINE: "recipient AND (in_groups OR NOT %(listed_only)s)",
}
# The first that holds is why somebody left; `in_year` is whether both lists count the same year.
_WHY = {
    kind: f"""CASE WHEN dead THEN 'died' WHEN agency_id <> %(agency)s THEN 'other_agency'
        {cause} WHEN burden < %(limit)s AND NOT %(in_year)s THEN 'new_year'
        WHEN burden < %(limit)s THEN 'below' ELSE 'other_list' END"""
    for kind, cause in {
        ListKind.ZHIPIN: "WHEN recipient THEN 'recognised' WHEN NOT insured THEN 'not_insured'",
        ListKind.FANPIN: """WHEN recipient THEN 'recognised' WHEN NOT insured THEN 'not_insured'
            WHEN NOT relapse THEN 'forgotten'""",
        ListKind.WATCH: "WHEN NOT recipient THEN 'left_status'",
        ListKind.ALARM: "WHEN recipient THEN 'recognised' WHEN NOT insured THEN 'not_insured'",
        ListKind.BOTTOM_LINE: """WHEN NOT recipient THEN 'left_status'
            WHEN %(listed_only)s AND NOT in_groups THEN 'left_status'""",
    }.items()
}

_WRITE = """
judged AS (
    SELECT known.*, NOT dead AND agency_id = %(agency)s AND burden >= %(limit)s AND ({belongs})
               AND NOT (%(supplement)s AND was_listed AND {base} <= own_before) AS listed
      FROM known
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
    SELECT %(run)s, person_id, township_id, {why}, burden / 100.0
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

PEOPLE = "SELECT count(*) FROM registry_person WHERE agency_id = %s AND merged_into_id IS NULL"

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
    by_month = [_ACCOUNTS.format(peak=peak(rule.base)), _OWN_OF_MONTH]
    own = by_month if at_month_end else [_OWN_OF_DAY]
    parts = [_BEFORE.format(base=rule.base), *own, _GIVEN, _LOOKED.format(base=rule.base), _STATUS]
    write = _WRITE.format(base=rule.base, belongs=_BELONGS[kind], why=_WHY[kind])
    return f"WITH {','.join(parts)}, {write}"


def values_of(rule: Rule) -> dict[str, Any]:
    """What the statement asks of the rule."""
    return {
        "limit": rule.limit,
        "other_limit": rule.other_limit,
        "memory": rule.memory_months,
        "groups": list(rule.groups),
        "listed_only": bool(rule.groups),
        "nets": rule.nets_earlier,
        "counted": list(COUNTED_PAYERS),
    }
