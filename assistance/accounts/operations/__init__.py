"""Writing the organisation, its users, its calendar, and the numbers that are given out."""

from __future__ import annotations

from assistance.accounts.operations.calendar import import_calendar
from assistance.accounts.operations.numbers import next_number
from assistance.accounts.operations.organisation import import_agencies, import_divisions
from assistance.accounts.operations.tables import ImportRefused
from assistance.accounts.operations.tries import count_try
from assistance.accounts.operations.users import (
    change_user,
    check_administrator_remains,
    check_assignment,
    create_user,
    lift_lock,
    lock,
    set_password,
    set_roles,
    unlock,
)

__all__ = [
    "ImportRefused",
    "change_user",
    "check_administrator_remains",
    "check_assignment",
    "count_try",
    "create_user",
    "import_agencies",
    "import_calendar",
    "import_divisions",
    "lift_lock",
    "lock",
    "next_number",
    "set_password",
    "set_roles",
    "unlock",
]
