"""Who is writing, told to the database beside each writing statement, where the history triggers read it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection

WRITING = ("INSERT", "UPDATE", "DELETE", "WITH", "MERGE")
Facts = dict[str, Any]
_facts: ContextVar[Facts | None] = ContextVar("acting", default=None)


@contextmanager
def acting(
    *,
    user: int | Callable[[], int | None] | None = None,
    request: str = "",
    source: str = "",
    reason: str | Callable[[], str] = "",
) -> Iterator[None]:
    """All changes of rows until the end are by `user`, in this request or by this task or command.

    Inside of another `acting` only what is given replaces what was. A function is asked at the first
    writing statement: a page that writes nothing need not know who looks.
    """
    outer = _facts.get()
    given = {"user": user, "request": request, "source": source, "reason": reason}
    facts = {**(outer or {}), **{name: value for name, value in given.items() if value}}
    token = _facts.set(facts)
    try:
        if outer is None:
            with connection.execute_wrapper(_tell):
                yield
            _forget(facts)
        else:
            yield
            outer["told"] = facts.get("told", False)
    finally:
        _facts.reset(token)


def _forget(facts: Facts) -> None:
    """In a transaction that goes on, what was told would go on too."""
    if facts.get("told") and connection.in_atomic_block and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('assistance.acting', '', true)")


def _tell(
    execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """In the same round trip, and only for this transaction."""
    cursor = context["cursor"]
    text = sql if isinstance(sql, str) else ""
    if many or getattr(cursor, "name", None) or not text.lstrip()[:6].upper().startswith(WRITING):
        return execute(sql, params, many, context)
    facts = json.dumps(_resolved()).replace("'", "''")
    if params is not None:
        facts = facts.replace("%", "%%")
    result = execute(
        f"SELECT set_config('assistance.acting', '{facts}', true); {text}", params, many, context
    )
    while cursor.nextset():
        pass
    return result


def _resolved() -> Facts:
    facts = _facts.get() or {}
    facts["told"] = True
    for name, ask in [*facts.items()]:
        if callable(ask):
            # Finding out may itself write (a session that has ended is removed).
            facts[name] = None
            facts[name] = ask()
    return facts
