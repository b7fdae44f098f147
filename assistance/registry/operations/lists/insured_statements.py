"""The statements by which a list of the insured is compared. `held` is the latest insurance of each person
and kind; the outcome of a row is the first line of its CASE that holds, and what is in doubt is never
carried out."""

from __future__ import annotations

STAGED = """
DROP TABLE IF EXISTS staged, named, wanted, held;
CREATE TEMP TABLE staged (
    line integer, key bytea, name text, kind text, county_id bigint, township_id bigint,
    first_day date, last_day date, ends boolean, fault text, problems text, payload bytea
) ON COMMIT DROP
"""

# A number that stands twice with one insurance, or under two names: nobody knows which row is right.
TWICE = """
UPDATE staged SET fault = 'doubt', problems = '[["", "twice"]]'
FROM (
    SELECT key FROM staged WHERE key IS NOT NULL GROUP BY key
    HAVING count(DISTINCT name) > 1 OR count(kind) > count(DISTINCT kind)
) again
WHERE staged.key = again.key AND staged.fault IS NULL
"""

# One human under two numbers, a former one or a merged record's: his rows would be two insurances on the same days.
TWICE_NAMED = """
UPDATE staged SET fault = 'doubt', problems = '[["", "twice"]]'
FROM named, (
    SELECT person_id, kind FROM staged JOIN named USING (key) WHERE fault IS NULL
    GROUP BY person_id, kind HAVING count(*) > 1
) again
WHERE named.key = staged.key AND staged.fault IS NULL
    AND again.person_id = named.person_id AND again.kind = staged.kind
"""

_OURS = """
    (source.agency_id = %(agency)s
        OR (span.source_id IS NULL AND span.county_id = ANY(%(counties)s)))
"""

# All records of whoever the list names, or of a full list might miss.
WANTED = f"""
CREATE TEMP TABLE wanted ON COMMIT DROP AS
WITH roots AS (
    SELECT person_id AS id FROM named
    UNION
    SELECT coalesce(record.merged_into_id, record.id)
    FROM registry_enrolment span
    JOIN registry_person record ON record.id = span.person_id
    LEFT JOIN registry_listsource source ON source.id = span.source_id
    WHERE %(is_full)s AND span.voided_at IS NULL AND {_OURS}
        AND (span.last_day IS NULL OR span.last_day >= %(as_of)s)
)
SELECT id FROM roots
UNION
SELECT record.id FROM roots JOIN registry_person record ON record.merged_into_id = roots.id
"""

CURRENT = """
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT DISTINCT ON (coalesce(record.merged_into_id, record.id), span.kind)
    span.id, coalesce(record.merged_into_id, record.id) AS person_id, span.kind, span.county_id,
    county.name AS place, span.first_day, span.last_day, span.as_of, span.source_id,
    span.end_is_inferred, source.agency_id, source.department,
    max(coalesce(span.last_day, 'infinity'::date)) OVER (
        PARTITION BY coalesce(record.merged_into_id, record.id), span.kind
        ORDER BY span.first_day
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS former_last
FROM wanted
JOIN registry_enrolment span ON span.person_id = wanted.id
JOIN registry_person record ON record.id = span.person_id
JOIN accounts_division county ON county.id = span.county_id
LEFT JOIN registry_listsource source ON source.id = span.source_id
WHERE span.voided_at IS NULL
ORDER BY coalesce(record.merged_into_id, record.id), span.kind, span.first_day DESC
"""

_BEFORE = """
    CASE WHEN held_id IS NULL THEN NULL ELSE jsonb_build_object(
        'first', held_first, 'last', held_last, 'source', held_source, 'as_of', held_as_of,
        'inferred', held_inferred, 'county', held_county, 'place', held_place
    ) END
"""
# An insurance typed by hand is kept by the agency of its county, whoever typed it.
_OWNER = """
    coalesce(held.agency_id, CASE WHEN held.county_id = ANY(%(counties)s) THEN %(agency)s END,
        person.agency_id)
"""
_NOTHING_TO_END = "CASE WHEN %(is_full)s THEN 'unchanged' ELSE 'doubt:nothing_to_end' END"

MATCHED = f"""
WITH joined AS (
    SELECT staged.*, person.id AS person_id, person.name AS known_name, person.died_on,
        held.id AS held_id, held.first_day AS held_first, held.last_day AS held_last,
        held.source_id AS held_source, held.as_of AS held_as_of, held.county_id AS held_county,
        held.place AS held_place, held.end_is_inferred AS held_inferred, held.former_last,
        held.agency_id AS held_agency, {_OWNER} AS owner,
        staged.ends AND (staged.first_day IS NULL OR staged.last_day IS NULL) AS only_ends,
        CASE
            WHEN staged.first_day IS NOT NULL THEN staged.first_day
            WHEN held.last_day IS NULL OR held.last_day >= %(as_of)s
                THEN coalesce(held.first_day, %(as_of)s)
            ELSE %(as_of)s
        END AS first,
        CASE
            WHEN staged.ends THEN coalesce(staged.last_day, %(as_of)s::date - 1)
            WHEN %(has_last)s THEN staged.last_day
            WHEN held.last_day >= %(as_of)s
                AND (staged.first_day IS NULL OR staged.first_day <= held.last_day) THEN held.last_day
        END AS last
    FROM staged
    LEFT JOIN named ON named.key = staged.key
    LEFT JOIN registry_person person ON person.id = named.person_id
    LEFT JOIN held ON held.person_id = person.id AND held.kind = staged.kind
), judged AS (
    SELECT joined.*, CASE
        WHEN fault IS NOT NULL THEN fault
        WHEN person_id IS NULL AND (only_ends OR last < %(kept_from)s) THEN 'unchanged'
        WHEN person_id IS NULL AND last < first THEN 'doubt:earlier'
        WHEN person_id IS NULL AND %(is_older)s THEN 'doubt:older'
        WHEN person_id IS NULL AND township_id IS NULL THEN 'error:no_township'
        WHEN person_id IS NULL THEN 'new'
        WHEN name <> known_name THEN 'doubt:name'
        WHEN died_on < first OR (died_on IS NOT NULL AND last IS NULL) THEN 'doubt:died'
        WHEN held_id IS NULL AND only_ends THEN {_NOTHING_TO_END}
        WHEN held_id IS NULL AND last < %(kept_from)s THEN 'unchanged'
        WHEN held_id IS NULL AND last < first THEN 'doubt:earlier'
        WHEN held_id IS NULL AND %(is_older)s THEN 'doubt:older'
        WHEN held_id IS NULL THEN 'new'
        WHEN held_last < first AND only_ends THEN {_NOTHING_TO_END}
        WHEN held_last < first AND last < first THEN 'doubt:earlier'
        WHEN held_last < first AND (%(is_older)s OR held_as_of > %(as_of)s) THEN 'doubt:older'
        WHEN held_last < first THEN 'new'
        WHEN first = held_first AND last IS NOT DISTINCT FROM held_last
            AND county_id = held_county AND held_agency = %(agency)s THEN 'unchanged'
        WHEN only_ends AND held_last < %(as_of)s THEN 'unchanged'
        WHEN last < held_first THEN 'doubt:earlier'
        WHEN owner <> %(agency)s AND first > held_first AND NOT %(is_older)s AND NOT ends
            THEN 'moved'
        WHEN owner <> %(agency)s THEN 'doubt:insured_elsewhere'
        WHEN %(is_older)s OR held_as_of > %(as_of)s THEN 'doubt:older'
        WHEN first <= former_last THEN 'doubt:overlap'
        WHEN last < first THEN 'doubt:earlier'
        WHEN county_id <> held_county AND first > held_first AND NOT ends THEN 'moved'
        WHEN first = held_first AND county_id = held_county AND last IS NOT NULL
            AND (held_last IS NULL OR last < held_last) THEN 'ended'
        ELSE 'changed'
    END AS verdict
    FROM joined
)
INSERT INTO registry_listrow (
    listing_id, line, key, payload, skipped, outcome, problems, person_id, kind, county_id,
    township_id, first_day, last_day, enrolment_id, before
)
SELECT %(listing)s, line, key,
    CASE WHEN person_id IS NULL OR split_part(verdict, ':', 1) IN ('doubt', 'error')
        THEN payload ELSE ''::bytea END,
    false, split_part(verdict, ':', 1),
    CASE WHEN verdict LIKE '%%:%%'
        THEN jsonb_build_array(jsonb_build_array('', split_part(verdict, ':', 2)))
        ELSE coalesce(problems::jsonb, '[]'::jsonb) END,
    person_id, coalesce(kind, ''), county_id, township_id, first, last, held_id, {_BEFORE}
FROM judged WHERE verdict <> 'unchanged' ORDER BY line
"""

# Of the kinds and places the file has rows of; it says nothing about others.
ABSENT = f"""
WITH missing AS (
    SELECT held.*, person.name
    FROM held
    JOIN registry_person person ON person.id = held.person_id
    JOIN (SELECT held.id, {_OWNER} AS agency_id FROM held
        JOIN registry_person person ON person.id = held.person_id) owner ON owner.id = held.id
    WHERE owner.agency_id = %(agency)s
        AND (held.last_day IS NULL OR held.last_day >= %(as_of)s)
        AND held.kind IN (SELECT kind FROM staged)
        AND held.county_id IN (SELECT county_id FROM staged)
        AND NOT EXISTS (
            SELECT FROM staged JOIN named USING (key) WHERE named.person_id = held.person_id
                AND coalesce(staged.kind, held.kind) = held.kind
        )
), judged AS (
    SELECT missing.*, CASE
        WHEN source_id IS NULL THEN 'doubt:by_hand'
        WHEN %(is_older)s OR as_of > %(as_of)s THEN 'doubt:older'
        WHEN first_day >= %(as_of)s THEN 'doubt:just_begun'
        WHEN %(held)s THEN 'doubt:held'
        WHEN name = ANY(%(faulty_names)s) THEN 'doubt:maybe_faulty'
        ELSE 'ended'
    END AS verdict
    FROM missing
)
INSERT INTO registry_listrow (
    listing_id, payload, skipped, outcome, problems, person_id, kind, county_id, first_day,
    last_day, enrolment_id, before
)
SELECT %(listing)s, ''::bytea, false, split_part(verdict, ':', 1),
    CASE WHEN verdict LIKE '%%:%%'
        THEN jsonb_build_array(jsonb_build_array('', split_part(verdict, ':', 2)))
        ELSE '[]'::jsonb END,
    person_id, kind, county_id, first_day, %(as_of)s::date - 1, id,
    jsonb_build_object('first', first_day, 'last', last_day, 'source', source_id, 'as_of', as_of,
        'inferred', end_is_inferred, 'county', county_id, 'place', place)
FROM judged
"""
