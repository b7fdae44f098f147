"""Places, the offices that answer for them, the calendar, and what is counted."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.shared.tables import edited


class Division(models.Model):
    """An administrative division (GB/T 2260 and the township codes below it)."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province")
        CITY = "city", _("City")
        COUNTY = "county", _("County")
        TOWNSHIP = "township", _("Township")

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("official name"), max_length=60)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.name


class Agency(models.Model):
    """An office that handles assistance (经办机构): a tree of its own, beside the divisions."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("official name"), max_length=80)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("directed by"),
    )
    telephone = models.CharField(
        _("telephone for complaints"),
        max_length=30,
        blank=True,
        help_text=_("Printed on public notices."),
    )

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.name


class AgencyArea(models.Model):
    """Which agency answers for a recognition area; the nearest division upwards that has a row wins."""

    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, related_name="areas", verbose_name=_("agency")
    )
    division = models.OneToOneField(
        Division, on_delete=models.PROTECT, related_name="agency_area", verbose_name=_("division")
    )

    class Meta:
        verbose_name = _("area of an agency")
        verbose_name_plural = _("areas of agencies")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.division} → {self.agency}"


class CalendarYear(models.Model):
    """A year whose holidays and make-up working days (调休) have been entered."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that is not what its weekday says: a holiday, or a weekend worked in exchange (调休)."""

    day = models.DateField(_("day"), unique=True)
    is_workday = models.BooleanField(_("working day"))
    name = models.CharField(_("holiday"), max_length=60)

    class Meta:
        verbose_name = _("calendar day")
        verbose_name_plural = _("working-day calendar")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"


class NumberSeries(models.Model):
    """The last number given out in a series and year. Written only by `next_number`."""

    name = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "year"], name="one_series_per_year")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}: {self.last}"


class Tries(models.Model):
    """How often something limited was tried by one address or about one thing. Written only by `count_try`."""

    # A keyed digest: nobody reads addresses or case numbers out of this table.
    key = models.BinaryField(max_length=32, unique=True)
    since = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.since:%Y-%m-%d %H:%M}: {self.count}"
