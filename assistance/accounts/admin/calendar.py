from __future__ import annotations

from typing import Any

from django.contrib import admin
from import_export.results import Result

from assistance.accounts.console import ConsoleAdmin, TableAdmin, TableResource
from assistance.accounts.models import CalendarDay, CalendarYear


class CalendarDayResource(TableResource):
    def after_import(self, dataset: Any, result: Result, **options: Any) -> None:
        """The years of the imported days count as entered; a preview is rolled back with the rest."""
        super().after_import(dataset, result, **options)
        for day in CalendarDay.objects.dates("day", "year"):
            CalendarYear.objects.get_or_create(
                year=day.year, defaults={"source": options.get("file_name") or ""}
            )

    class Meta(TableResource.Meta):
        model = CalendarDay
        fields = ("day", "is_workday", "name")
        import_id_fields = ("day",)


@admin.register(CalendarDay)
class CalendarDayAdmin(TableAdmin):
    resource_classes = [CalendarDayResource]
    list_display = ["day", "name", "is_workday"]
    list_filter = ["is_workday"]
    date_hierarchy = "day"
    search_fields = ["name"]
    ordering = ["-day"]


@admin.register(CalendarYear)
class CalendarYearAdmin(ConsoleAdmin):
    list_display = ["year", "source"]
    ordering = ["-year"]
