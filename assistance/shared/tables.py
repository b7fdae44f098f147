"""The three classes of tables: written once, edited, derived.

A model says which it is: `triggers = written_once()`, `triggers = edited()`; what is derived has no
history and stands with its reason in `assistance/trail/classes.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

import pgtrigger

# Named and not imported: the model of the history is itself written once.
HISTORY = "shared_rowchange"

# Whoever writes is told by `assistance.shared.acting`, beside the statement.
_CONTEXT = """(
    SELECT coalesce(nullif(current_setting('assistance.acting', true), ''), '{}')::jsonb AS facts
) AS who"""
_NOTE = f"""
INSERT INTO {HISTORY}
    (at, table_name, row_id, kind, changes, user_id, request, source, reason)
SELECT clock_timestamp(), TG_TABLE_NAME, %(row)s.id, lower(TG_OP), found.changes,
    (who.facts ->> 'user')::bigint, coalesce(who.facts ->> 'request', ''),
    coalesce(who.facts ->> 'source', ''), coalesce(who.facts ->> 'reason', '')
FROM %(rows)s CROSS JOIN LATERAL (
    SELECT shared_row_difference(%(old)s, %(new)s, '%(ignored)s', '%(hidden)s') AS changes
) AS found CROSS JOIN {_CONTEXT}
WHERE found.changes IS NOT NULL;
RETURN NULL;
"""
# The plan of a trigger's statement is made once for a connection, mostly for a row or none: joined by it, two tables
# of many thousand rows take minutes. Many rows have a statement of their own, planned for them, column by column.
_MANY = """
IF (SELECT count(*) FROM (SELECT FROM new_rows LIMIT 50) few) = 50 THEN
    EXECUTE shared_history_of_many(TG_RELID, '%(ignored)s', '%(hidden)s');
    RETURN NULL;
END IF;
"""
_PARTS = {
    "update": {
        "row": "n",
        "rows": "old_rows o JOIN new_rows n ON n.id = o.id AND n IS DISTINCT FROM o",
        "old": "to_jsonb(o)",
        "new": "to_jsonb(n)",
    },
    "delete": {"row": "o", "rows": "old_rows o", "old": "to_jsonb(o)", "new": "'{}'"},
    "insert": {"row": "n", "rows": "new_rows n", "old": "'{}'", "new": "to_jsonb(n)"},
}
_OPERATIONS = {
    "update": (pgtrigger.Update, pgtrigger.Referencing(old="old_rows", new="new_rows")),  # type: ignore[no-untyped-call]
    "delete": (pgtrigger.Delete, pgtrigger.Referencing(old="old_rows")),  # type: ignore[no-untyped-call]
    "insert": (pgtrigger.Insert, pgtrigger.Referencing(new="new_rows")),  # type: ignore[no-untyped-call]
}


def written_once() -> list[pgtrigger.Trigger]:
    """Refuse UPDATE and DELETE: a correction is a new row."""
    return [
        pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete),
    ]


def edited(
    *, ignored: Iterable[str] = (), hidden: Iterable[str] = (), inserts: bool = False
) -> list[pgtrigger.Trigger]:
    """Keep every change of a row as a `RowChange`: what it was, what it became, who, in which request.

    Columns `ignored` are no news; of columns `hidden` only is kept that they changed. An insertion
    is the row itself and is noted only with `inserts`. The triggers run once a statement, so that a
    list of many thousand rows costs one statement more; encrypted columns go over as they are.
    """
    kinds = ("update", "delete", *(("insert",) if inserts else ()))
    lists = {"ignored": _array(ignored), "hidden": _array(hidden)}
    return [
        pgtrigger.Trigger(
            name=f"history_{kind}",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=_OPERATIONS[kind][0],
            referencing=_OPERATIONS[kind][1],
            func=((_MANY if kind == "update" else "") + _NOTE) % {**_PARTS[kind], **lists},
        )
        for kind in kinds
    ]


def _array(names: Iterable[str]) -> str:
    return "{" + ",".join(names) + "}"
