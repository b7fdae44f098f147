"""What every list of the trail is narrowed by: days and a user."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.timezone import localtime, make_aware
from django.utils.translation import gettext_lazy as _

ANY = ("", _("All"))
NEWEST: dict[str, tuple[str | Promise, tuple[str, ...]]] = {"newest": (_("Newest first"), ("-id",))}
# A day beyond the calendar's last has no end.
IN_OUR_DAYS = [MinValueValidator(date(1990, 1, 1)), MaxValueValidator(date(2190, 1, 1))]


class Days(forms.Form):
    first = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=IN_OUR_DAYS,
    )
    last = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=IN_OUR_DAYS,
    )
    who = forms.CharField(label=_("User"), required=False, max_length=60)


def in_days(wanted: Mapping[str, Any], moment: str = "at") -> Q:
    """The rows of the days asked for; `moment` is their column."""
    found = Q()
    if wanted["first"]:
        found &= Q(**{f"{moment}__gte": _day_begins(wanted["first"])})
    if wanted["last"]:
        found &= Q(**{f"{moment}__lt": _day_begins(wanted["last"] + timedelta(days=1))})
    return found


def second(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else "—"


def _day_begins(day: date) -> datetime:
    return make_aware(datetime.combine(day, time.min))
