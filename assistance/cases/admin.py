"""The deadlines of the stages; applications are worked on, not administered."""

from __future__ import annotations

from django.contrib import admin

from assistance.accounts.console import ConsoleAdmin
from assistance.cases.models import StageDeadline


@admin.register(StageDeadline)
class StageDeadlineAdmin(ConsoleAdmin):
    list_display = ["agency", "state", "days"]
    list_select_related = ["agency"]
    list_filter = ["state", "agency"]
    autocomplete_fields = ["agency"]
    ordering = ["agency__code", "state"]
