"""When the clock rings for which work. The work knows by its rows what is due: rung more often, nothing is done twice."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from assistance.accounts.console import ConsoleAdmin
from assistance.jobs.queries.health import label


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ConsoleAdmin):
    """Tasks are neither added nor removed here; the health page tells of one that is switched off."""

    can_add = can_delete = False
    list_display = ["what", "task", "enabled", "interval", "crontab", "last_run_at"]
    list_select_related = ["interval", "crontab"]
    list_filter = ["enabled"]
    search_fields = ["task"]
    ordering = ["task"]
    fields = ["what", "task", "enabled", "interval", "crontab", "last_run_at"]
    readonly_fields = ["what", "task", "last_run_at"]

    @admin.display(description=_("Work"))
    def what(self, row: PeriodicTask) -> str:
        return label(row.task)


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(ConsoleAdmin):
    """Several tasks may follow one: it is not changed but another one chosen."""

    can_change = can_delete = False
    list_display = ["every", "period"]
    ordering = ["period", "every"]


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(ConsoleAdmin):
    """As above, by the hours of the county's day."""

    can_change = can_delete = False
    fields = ["minute", "hour", "day_of_week", "day_of_month", "month_of_year"]
    list_display = ["hour", "minute", "day_of_week", "day_of_month", "month_of_year"]
    ordering = ["hour", "minute"]
