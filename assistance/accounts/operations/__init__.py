"""Writing the organisation, its users, its calendar, and the numbers that are given out."""

from __future__ import annotations

from assistance.accounts.operations.alarms import count_refused, ring
from assistance.accounts.operations.calendar import import_calendar
from assistance.accounts.operations.factors import (
    ask_factor_reset,
    confirm_factor,
    decide_factor_reset,
    give_code,
    renew_recovery_codes,
)
from assistance.accounts.operations.numbers import next_number
from assistance.accounts.operations.organisation import import_agencies, import_divisions
from assistance.accounts.operations.passwords import (
    change_own_password,
    doubt_password,
    set_password,
)
from assistance.accounts.operations.sessions import (
    deactivate_dormant,
    end_sessions,
    end_sessions_of,
    note_log_in,
    set_role_rule,
)
from assistance.accounts.operations.substitutes import (
    check_substitution,
    order_substitution,
    revoke_substitution,
)
from assistance.accounts.operations.tables import ImportRefused
from assistance.accounts.operations.tries import count_try
from assistance.accounts.operations.users import (
    change_user,
    check_assignment,
    check_officer_remains,
    check_substitutions_stay,
    create_user,
    lift_lock,
    lock,
    set_roles,
    unlock,
)

__all__ = [
    "ImportRefused",
    "ask_factor_reset",
    "change_own_password",
    "change_user",
    "check_assignment",
    "check_officer_remains",
    "check_substitution",
    "check_substitutions_stay",
    "confirm_factor",
    "count_refused",
    "count_try",
    "create_user",
    "deactivate_dormant",
    "decide_factor_reset",
    "doubt_password",
    "end_sessions",
    "end_sessions_of",
    "give_code",
    "import_agencies",
    "import_calendar",
    "import_divisions",
    "lift_lock",
    "lock",
    "next_number",
    "note_log_in",
    "order_substitution",
    "renew_recovery_codes",
    "revoke_substitution",
    "ring",
    "set_password",
    "set_role_rule",
    "set_roles",
    "unlock",
]
