from __future__ import annotations

from assistance.trail.queries.access import (
    accesses_visible_to,
    account_changes_visible_to,
    alarms_visible_to,
    checks_visible_to,
    console_actions_visible_to,
    log_ins_visible_to,
    wrong_tries_visible_to,
)
from assistance.trail.queries.chain import Checked, Finding, Wrong, chain_head, check_chain
from assistance.trail.queries.health import chain_checks
from assistance.trail.queries.history import (
    about,
    changes_visible_to,
    described,
    table_choices,
    table_label,
)
from assistance.trail.queries.keys import needs_older_key

__all__ = [
    "Checked",
    "Finding",
    "Wrong",
    "about",
    "accesses_visible_to",
    "account_changes_visible_to",
    "alarms_visible_to",
    "chain_checks",
    "chain_head",
    "changes_visible_to",
    "check_chain",
    "checks_visible_to",
    "console_actions_visible_to",
    "described",
    "log_ins_visible_to",
    "needs_older_key",
    "table_choices",
    "table_label",
    "wrong_tries_visible_to",
]
