"""A valid answer to every path about lists that draw themselves up."""

from __future__ import annotations

from collections.abc import Mapping

from tests.permissions.sample import Answer

DRAWN: Mapping[str, Answer] = {
    "list_period": lambda s: ([s.drawn.run.period_id], {}),
    "draw_up_list": lambda s: ([s.drawn.due.pk], {"kind": "trial", "note": "核对"}),
    "list_run": lambda s: ([s.drawn.run.pk], {}),
    "stop_list": lambda s: ([s.drawn.waiting.pk], {}),
    "list_departures": lambda s: ([s.drawn.run.pk], {}),
    "compare_lists": lambda s: ([s.drawn.run.pk, s.drawn.before.pk], {}),
    "list_entry": lambda s: ([s.drawn.entry.pk], {}),
    "sign_list_sources": lambda s: ([], {"source": "", "complete_to": "2024-02-29"}),
    "set_list_threshold": lambda s: (
        [],
        {"amount": "40000", "first_day": "2024-01-01", "decision": "景医保〔2024〕1号"},
    ),
}
