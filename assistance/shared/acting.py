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
    token = _facts.set({**(outer or {}), **{name: value for name, value in given.items() if value}})
    try:
        if outer is None:
            with connection.execute_wrapper(_tell):
                yield
        else:
            yield
    finally:
        _facts.reset(token)


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
    for name, ask in facts.items():
        if callable(ask):
            # Finding out may itself write (a session that has ended is removed).
            facts[name] = None
            facts[name] = ask()
    return facts
