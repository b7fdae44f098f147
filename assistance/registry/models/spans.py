"""What rows with a first and a last day have in common. The last day is inside."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value


def no_overlap(name: str, *fields: str, among: Q | None = None) -> ExclusionConstraint:
    """Rows that agree in `fields` may not overlap in [first_day, last_day] unless voided; `among` narrows it."""
    days = Func(
        F("first_day"),
        F("last_day"),
        Value("[]"),
        function="daterange",
        output_field=DateRangeField(),
    )
    same = [(field, RangeOperators.EQUAL) for field in fields]
    return ExclusionConstraint(
        name=name,
        expressions=[*same, (days, RangeOperators.OVERLAPS)],
        condition=Q(voided_at__isnull=True) & (among or Q()),
    )


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day"))
    )
