from __future__ import annotations

from django.contrib.admin.apps import AdminConfig


class ConsoleConfig(AdminConfig):
    """Django's admin, branded and open to administrators only."""

    default_site = "assistance.accounts.console.Console"
