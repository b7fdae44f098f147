"""Deadlines and thresholds of stages, and letterheads; applications are worked on, not administered."""

from __future__ import annotations

from django.contrib import admin

from assistance.accounts.console import ConsoleAdmin
from assistance.cases.models import LetterHead, StageDeadline, StuckThreshold


@admin.register(StageDeadline)
class StageDeadlineAdmin(ConsoleAdmin):
    list_display = ["agency", "state", "days"]
    list_select_related = ["agency"]
    list_filter = ["state", "agency"]
    autocomplete_fields = ["agency"]
    ordering = ["agency__code", "state"]


@admin.register(LetterHead)
class LetterHeadAdmin(ConsoleAdmin):
    list_display = ["agency", "authority", "prefix"]
    list_select_related = ["agency"]
    autocomplete_fields = ["agency"]
    ordering = ["agency__code"]


@admin.register(StuckThreshold)
class StuckThresholdAdmin(StageDeadlineAdmin):
    pass
