"""What administrators edit in the console: organisation, calendar, users; and the log-ins they watch."""

from __future__ import annotations

from assistance.accounts.admin import calendar, entry, logins, organisation, users

__all__ = ["calendar", "entry", "logins", "organisation", "users"]
