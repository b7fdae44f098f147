from django.db import migrations

# The statement that notes many updated rows at once, for EXECUTE inside of the trigger, where the rows are.
MANY = """
CREATE FUNCTION shared_history_of_many(relation oid, ignored text[], hidden text[])
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT format(
        $statement$
        INSERT INTO shared_rowchange
            (at, table_name, row_id, kind, changes, user_id, request, source, reason)
        SELECT clock_timestamp(), %L, found.id, 'update', found.changes,
            (who.facts ->> 'user')::bigint, coalesce(who.facts ->> 'request', ''),
            coalesce(who.facts ->> 'source', ''), coalesce(who.facts ->> 'reason', '')
        FROM (
            SELECT n.id, %s AS changes
            FROM old_rows o JOIN new_rows n ON n.id = o.id AND n IS DISTINCT FROM o
            OFFSET 0
        ) AS found CROSS JOIN (
            SELECT coalesce(nullif(current_setting('assistance.acting', true), ''), '{}')::jsonb AS facts
        ) AS who
        WHERE found.changes <> '{}'
        $statement$,
        class.relname,
        string_agg(
            format(
                $column$
                CASE WHEN o.%1$I IS DISTINCT FROM n.%1$I THEN jsonb_build_object(%1$L, jsonb_build_array(%2$s))
                     ELSE '{}' END
                $column$,
                attname,
                CASE WHEN attname = ANY(hidden) THEN 'NULL, NULL' ELSE format('o.%1$I, n.%1$I', attname) END
            ),
            ' || ' ORDER BY attnum
        )
    )
    FROM pg_attribute JOIN pg_class class ON class.oid = attrelid
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attname <> ALL(ignored)
    GROUP BY class.relname
$$
"""
# As before, without a join for every row.
DIFFERENCE = """
CREATE OR REPLACE FUNCTION shared_row_difference(old jsonb, new jsonb, ignored text[], hidden text[])
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_object_agg(
        key, jsonb_build_array(
            CASE WHEN key <> ALL(hidden) THEN old -> key END,
            CASE WHEN key <> ALL(hidden) THEN new -> key END
        )
    )
    FROM jsonb_object_keys(CASE old WHEN '{}' THEN new ELSE old END) AS key
    WHERE old -> key IS DISTINCT FROM new -> key AND key <> ALL(ignored)
$$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION shared_row_difference(old jsonb, new jsonb, ignored text[], hidden text[])
RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_object_agg(
        key, jsonb_build_array(
            CASE WHEN key <> ALL(hidden) THEN o.value END,
            CASE WHEN key <> ALL(hidden) THEN n.value END
        )
    )
    FROM jsonb_each(old) o FULL JOIN jsonb_each(new) n USING (key)
    WHERE o.value IS DISTINCT FROM n.value AND key <> ALL(ignored)
$$
"""


class Migration(migrations.Migration):
    dependencies = [("shared", "0002_removed_rows")]

    operations = [
        migrations.RunSQL(MANY, "DROP FUNCTION shared_history_of_many(oid, text[], text[])"),
        migrations.RunSQL(DIFFERENCE, BEFORE),
    ]
