from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from assistance.registry.models.spans import ends_after_it_begins
from assistance.shared.tables import edited


class Institution(models.Model):
    """A designated hospital or pharmacy from its first to its last day; a new level is a new row."""

    class Kind(models.TextChoices):
        HOSPITAL = "hospital", _("Hospital")
        CLINIC = "clinic", _("Clinic or health centre")
        PHARMACY = "pharmacy", _("Pharmacy")

    class Level(models.TextChoices):
        THIRD = "3", _("Level three")
        SECOND = "2", _("Level two")
        FIRST = "1", _("Level one")
        NONE = "0", _("Without a level")

    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    level = models.CharField(_("level"), max_length=1, choices=Level, default=Level.NONE)
    place = models.CharField(_("place"), max_length=40)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("designated institution")
        verbose_name_plural = _("designated institutions")
        constraints = [
            ExclusionConstraint(
                name="one_designation_a_day",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(
                            F("first_day"),
                            F("last_day"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
            ends_after_it_begins("designation_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["name"], name="institution_by_name")]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.name} {self.first_day}"

    def clean(self) -> None:
        """Before the constraints are asked: the database knows no span that ends before it begins."""
        first: date | None = self.first_day
        if first is not None and self.last_day is not None and self.last_day < first:
            raise ValidationError({"last_day": _("It is before the first day.")})
