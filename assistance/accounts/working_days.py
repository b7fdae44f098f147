"""Working days as an expression of the database, so that lists are filtered and ordered by them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import (
    Case,
    DateField,
    F,
    Func,
    IntegerField,
    OuterRef,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest
from django.db.models.sql.compiler import SQLCompiler

from assistance.accounts.models import CalendarDay

MONDAY = date(1970, 1, 5)
WEEK, WEEKDAYS = 7, 5


class _WeekdaysUpTo(Func):
    """How many days from Monday to Friday there are from a Monday long ago up to and including a day."""

    template = (
        "(((%(expressions)s) - DATE '1970-01-05') / 7 * 5"
        " + LEAST(MOD((%(expressions)s) - DATE '1970-01-05', 7) + 1, 5))"
    )
    output_field = IntegerField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        sql, params = super().as_sql(compiler, connection, *args, **kwargs)
        # The day stands in it twice.
        return sql, (*params, *params)


def working_days_since(field: str, today: date) -> Combinable:
    """Working days after the day of `field` up to and including `today`, as `WorkCalendar` counts them.

    `field` is a day or a moment, whose day is that of the connection's time zone. Never negative.
    """
    since = Cast(F(field), DateField())
    weekdays = Value(_weekdays_up_to(today)) - _WeekdaysUpTo(since)
    after = CalendarDay.objects.filter(
        day__gt=Cast(OuterRef(field), DateField()), day__lte=today
    ).order_by()
    differs = Case(
        When(is_workday=True, day__iso_week_day__gt=WEEKDAYS, then=1),
        When(is_workday=False, day__iso_week_day__lte=WEEKDAYS, then=-1),
        default=0,
        output_field=IntegerField(),
    )
    # A plain function: an aggregate would group by the rows.
    total = Func(differs, function="SUM", output_field=IntegerField())
    corrections = Subquery(after.annotate(total=total).values("total"))
    return Greatest(weekdays + Coalesce(corrections, 0), 0, output_field=IntegerField())


def _weekdays_up_to(day: date) -> int:
    weeks, rest = divmod((day - MONDAY).days, WEEK)
    return weeks * WEEKDAYS + min(rest + 1, WEEKDAYS)
