"""What administrators edit in the console: organisation, calendar, users; and the log-ins they watch."""

from __future__ import annotations

from assistance.accounts.admin import calendar, logins, organisation, users

__all__ = ["calendar", "logins", "organisation", "users"]
