"""The statements of the comparison. `held` is the latest recognition of each person and category.

The outcome of a row is the first line of its CASE that holds; what is in doubt is never carried out.
Rows that change nothing, nearly all of a usual month, are counted and not kept. Most are told at once
by `STANDING`; only the others are staged and compared, and only what stands for nobody can be missing.
"""

from __future__ import annotations

STAGED = """
DROP TABLE IF EXISTS staged, loose, named, wanted, held, payloads;
CREATE TEMP TABLE loose (id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE staged (
    line integer, key bytea, name text, category_id bigint, township_id bigint, first_day date,
    last_day date, ends boolean, fault text, problems text
) ON COMMIT DROP
"""

# Every recognition that holds, each as the line a row would have that changes nothing about it; no line
# where more has to be asked: another keeper, a death, merged records, a former number, a later recognition.
STANDING = """
WITH spans AS MATERIALIZED (
    SELECT span.id, CASE
        WHEN source.agency_id = %(agency)s AND source.department = %(department)s
            AND person.died_on IS NULL AND person.merged_into_id IS NULL
            AND person.certificate_type = %(document)s AND position(E'\n' IN person.name) = 0
            AND person.id NOT IN (
                SELECT merged_into_id FROM registry_person WHERE merged_into_id IS NOT NULL
            )
            AND person.id NOT IN (SELECT person_id FROM registry_personnumber)
            AND (span.last_day IS NULL OR NOT EXISTS (
                SELECT FROM registry_recipientspan later
                WHERE later.person_id = span.person_id AND later.category_id = span.category_id
                    AND later.voided_at IS NULL AND later.first_day > span.first_day
            ))
        THEN encode(person.id_digest, 'hex') || E'\t' || person.name || E'\t' || span.category_id
            || E'\t' || CASE WHEN %(has_first)s THEN (span.first_day - '0001-01-01')::text ELSE '' END
            || E'\t' || CASE WHEN %(has_last)s
                THEN coalesce((span.last_day - '0001-01-01')::text, '') ELSE '' END
        END AS line
    FROM registry_recipientspan span
    JOIN registry_person person ON person.id = span.person_id
    LEFT JOIN registry_listsource source ON source.id = span.source_id
    WHERE span.voided_at IS NULL AND span.category_id = ANY(%(categories)s)
        AND (span.last_day IS NULL OR span.last_day >= %(as_of)s)
)
SELECT string_agg(line, E'\n') FILTER (WHERE line IS NOT NULL),
    array_agg(id) FILTER (WHERE line IS NOT NULL), array_agg(id) FILTER (WHERE line IS NULL)
FROM spans
"""

# Whom a number names: by the present one first, then by one he had before; of merged records the one
# that answers. Somebody whose number was corrected would else be new and, missing from the list, ended.
NAMED = """
CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT DISTINCT ON (numbers.key)
    numbers.key, coalesce(record.merged_into_id, record.id) AS person_id
FROM (
    SELECT id_digest AS key, id AS person_id, 0 AS former
    FROM registry_person WHERE certificate_type = %(document)s
    UNION ALL
    SELECT digest, person_id, 1 FROM registry_personnumber WHERE certificate_type = %(document)s
) numbers
JOIN registry_person record ON record.id = numbers.person_id
WHERE numbers.key IN (SELECT key FROM staged)
ORDER BY numbers.key, numbers.former
"""

# One human under two numbers, a former one or a merged record's: nobody knows which row is right.
TWICE_NAMED = """
UPDATE staged SET fault = 'doubt', problems = '[["", "twice"]]'
FROM named, (
    SELECT person_id, category_id FROM staged JOIN named USING (key) WHERE fault IS NULL
    GROUP BY person_id, category_id HAVING count(*) > 1
) again
WHERE named.key = staged.key AND staged.fault IS NULL
    AND again.person_id = named.person_id AND again.category_id = staged.category_id
"""

# All records of whoever a staged row or a loose recognition is about.
WANTED = """
CREATE TEMP TABLE wanted ON COMMIT DROP AS
WITH roots AS (
    SELECT person_id AS id FROM named
    UNION
    SELECT coalesce(record.merged_into_id, record.id) FROM loose
    JOIN registry_recipientspan span ON span.id = loose.id
    JOIN registry_person record ON record.id = span.person_id
)
SELECT id FROM roots
UNION
SELECT record.id FROM roots JOIN registry_person record ON record.merged_into_id = roots.id
"""

CURRENT = """
CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT DISTINCT ON (coalesce(record.merged_into_id, record.id), span.category_id)
    span.id, coalesce(record.merged_into_id, record.id) AS person_id, span.category_id, span.first_day, span.last_day, span.as_of,
    span.source_id, span.end_is_inferred, source.agency_id, source.department,
    max(coalesce(span.last_day, 'infinity'::date)) OVER (
        PARTITION BY coalesce(record.merged_into_id, record.id), span.category_id
        ORDER BY span.first_day
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS former_last
FROM wanted
JOIN registry_recipientspan span ON span.person_id = wanted.id
JOIN registry_person record ON record.id = span.person_id
LEFT JOIN registry_listsource source ON source.id = span.source_id
WHERE span.voided_at IS NULL AND span.category_id = ANY(%(categories)s)
ORDER BY coalesce(record.merged_into_id, record.id), span.category_id, span.first_day DESC
"""

_BEFORE = """
    CASE WHEN held_id IS NULL THEN NULL ELSE jsonb_build_object(
        'first', held_first, 'last', held_last, 'source', held_source, 'as_of', held_as_of,
        'inferred', held_inferred
    ) END
"""

MATCHED = f"""
WITH joined AS (
    SELECT staged.*, person.id AS person_id, person.name AS known_name, person.died_on,
        held.id AS held_id, held.first_day AS held_first, held.last_day AS held_last,
        held.source_id AS held_source, held.as_of AS held_as_of,
        held.end_is_inferred AS held_inferred, held.former_last,
        coalesce(held.agency_id, person.agency_id) AS owner, held.department AS owner_department,
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
    LEFT JOIN held ON held.person_id = person.id AND held.category_id = staged.category_id
), judged AS (
    SELECT joined.*, CASE
        WHEN fault IS NOT NULL THEN fault
        WHEN person_id IS NULL AND ends THEN 'doubt:nothing_to_end'
        WHEN person_id IS NULL AND last < first THEN 'doubt:earlier'
        WHEN person_id IS NULL AND %(is_older)s THEN 'doubt:older'
        WHEN person_id IS NULL AND township_id IS NULL THEN 'error:no_township'
        WHEN person_id IS NULL THEN 'new'
        WHEN name <> known_name THEN 'doubt:name'
        WHEN died_on < first OR (died_on IS NOT NULL AND last IS NULL) THEN 'doubt:died'
        WHEN held_id IS NULL AND ends THEN 'doubt:nothing_to_end'
        WHEN held_id IS NULL AND last < first THEN 'doubt:earlier'
        WHEN held_id IS NULL AND %(is_older)s THEN 'doubt:older'
        WHEN held_id IS NULL THEN 'new'
        WHEN held_last < first AND ends THEN 'doubt:nothing_to_end'
        WHEN held_last < first AND last < first THEN 'doubt:earlier'
        WHEN held_last < first AND (%(is_older)s OR held_as_of > %(as_of)s) THEN 'doubt:older'
        WHEN held_last < first AND held_inferred AND owner <> %(agency)s
            AND owner_department = %(department)s AND first - held_last <= %(move_days)s THEN 'moved'
        WHEN held_last < first THEN 'new'
        WHEN last < held_first THEN 'doubt:earlier'
        WHEN first = held_first AND last IS NOT DISTINCT FROM held_last
            AND owner = %(agency)s AND owner_department = %(department)s THEN 'unchanged'
        WHEN owner <> %(agency)s AND owner_department = %(department)s AND first > held_first
            AND NOT %(is_older)s AND NOT ends THEN 'moved'
        WHEN owner <> %(agency)s THEN 'doubt:elsewhere'
        WHEN owner_department <> %(department)s THEN 'doubt:other_department'
        WHEN %(is_older)s OR held_as_of > %(as_of)s THEN 'doubt:older'
        WHEN first <= former_last THEN 'doubt:overlap'
        WHEN last < first THEN 'doubt:earlier'
        WHEN first = held_first AND last IS NOT NULL AND (held_last IS NULL OR last < held_last)
            THEN 'ended'
        ELSE 'changed'
    END AS verdict
    FROM joined
)
INSERT INTO registry_listrow (
    listing_id, line, key, payload, skipped, outcome, problems, person_id, category_id,
    township_id, first_day, last_day, span_id, before
)
SELECT %(listing)s, line, key, ''::bytea, false, split_part(verdict, ':', 1),
    CASE WHEN verdict LIKE '%%:%%'
        THEN jsonb_build_array(jsonb_build_array('', split_part(verdict, ':', 2)))
        ELSE coalesce(problems::jsonb, '[]'::jsonb) END,
    person_id, category_id, township_id, first, last, held_id, {_BEFORE}
FROM judged WHERE verdict <> 'unchanged'
"""

ABSENT = """
WITH missing AS (
    SELECT held.*, person.name, coalesce(held.agency_id, person.agency_id) AS owner
    FROM held JOIN registry_person person ON person.id = held.person_id
    WHERE held.id IN (SELECT id FROM loose)
        AND (held.last_day IS NULL OR held.last_day >= %(as_of)s)
        AND coalesce(held.agency_id, person.agency_id) = %(agency)s
        AND coalesce(held.department, %(department)s) = %(department)s
        AND NOT EXISTS (
            SELECT FROM staged JOIN named USING (key) WHERE named.person_id = held.person_id
                AND coalesce(staged.category_id, held.category_id) = held.category_id
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
    listing_id, payload, skipped, outcome, problems, person_id, category_id, first_day, last_day,
    span_id, before
)
SELECT %(listing)s, ''::bytea, false, split_part(verdict, ':', 1),
    CASE WHEN verdict LIKE '%%:%%'
        THEN jsonb_build_array(jsonb_build_array('', split_part(verdict, ':', 2)))
        ELSE '[]'::jsonb END,
    person_id, category_id, first_day, %(as_of)s::date - 1, id,
    jsonb_build_object('first', first_day, 'last', last_day, 'source', source_id, 'as_of', as_of,
        'inferred', end_is_inferred)
FROM judged
"""

# Where the rule asks for the household registration: somebody registered elsewhere is not simply new.
ELSEWHERE = """
UPDATE registry_listrow gone SET outcome = 'doubt', problems = '[["", "hukou"]]'::jsonb
FROM registry_residence home
JOIN accounts_division place ON place.id = home.division_id
LEFT JOIN accounts_division above ON above.id = place.parent_id
WHERE gone.listing_id = %(listing)s AND gone.outcome = 'new' AND home.person_id = gone.person_id
    AND home.kind = 'hukou' AND home.voided_at IS NULL
    AND daterange(home.first_day, home.last_day, '[]') @> gone.first_day
    AND place.id <> %(hukou_in)s AND place.parent_id IS DISTINCT FROM %(hukou_in)s
    AND above.parent_id IS DISTINCT FROM %(hukou_in)s
"""

# Ended in one category and new in another on the same list: the end is put before the beginning.
PAIRED = """
UPDATE registry_listrow gone SET outcome = 'moved', last_day = come.first_day - 1
FROM registry_listrow come
WHERE gone.listing_id = %(listing)s AND come.listing_id = %(listing)s
    AND gone.outcome = 'ended' AND gone.line IS NULL AND come.outcome = 'new'
    AND come.person_id = gone.person_id AND come.category_id <> gone.category_id
    AND come.first_day > gone.first_day
"""

PAYLOADS = """
UPDATE registry_listrow SET payload = payloads.payload FROM payloads
WHERE payloads.id = registry_listrow.id
"""
