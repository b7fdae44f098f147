from __future__ import annotations

from functools import cached_property
from typing import Any

from axes.models import AccessAttempt
from axes.models import AccessLog as AxesAccessLog
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.accounts.roles import Role
from assistance.shared.tables import edited, written_once


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
        triggers = edited()

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
        triggers = edited()

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
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.division} → {self.agency}"


class CalendarYear(models.Model):
    """A year whose holidays and make-up working days (调休) have been entered."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        triggers = edited()

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
        triggers = edited()

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


class User(AbstractUser):
    """Somebody who logs in. No account is a superuser: rights come from roles and scope alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("full name"), max_length=60)
    agency = models.ForeignKey(
        Agency,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("agency"),
    )
    township = models.ForeignKey(
        Division,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="users",
        verbose_name=_("township"),
        help_text=_("Required for township roles."),
    )
    is_demo = models.BooleanField(_("demo account"), default=False, editable=False)
    must_change_password = models.BooleanField(
        _("must change the password"), default=False, editable=False
    )

    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_superuser=False), name="nobody_is_a_superuser"
            )
        ]
        triggers = edited(inserts=True, hidden=["password"], ignored=["last_login"])

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def set_password(self, raw_password: str | None) -> None:
        """Whoever sets his own password has changed it; an administrator's reset asks again."""
        super().set_password(raw_password)
        self.must_change_password = False

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held, read once per request."""
        names = self.groups.values_list("name", flat=True) if self.pk else ()
        known = {role.value for role in Role}
        return frozenset(Role(name) for name in names if name in known)

    def has_role(self, *roles: Role) -> bool:
        return self.is_active and not self.roles.isdisjoint(roles)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("roles", None)
        super().refresh_from_db(*args, **kwargs)


class UserChange(models.Model):
    """What an administrator did to an account. Written only by the operations on users."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Created")
        CHANGED = "changed", _("Changed")
        ACTIVATED = "activated", _("Activated")
        DEACTIVATED = "deactivated", _("Deactivated")
        PASSWORD = "password", _("Password reset")
        UNLOCKED = "unlocked", _("Lock lifted")

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="changes", verbose_name=_("user")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    note = models.TextField(_("what changed"), blank=True)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of an account")
        verbose_name_plural = _("changes of the account")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"


class RoleGroup(Group):
    """A role as the console shows it: a group whose name is a role, with its members."""

    class Meta:
        proxy = True
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    @property
    def label(self) -> str:
        return str(Role(self.name).label) if self.name in Role.values else self.name

    def __str__(self) -> str:
        return self.label


class FailedLogin(AccessAttempt):  # type: ignore[misc]  # the package has no types
    """Wrong passwords since the last right one: the evidence for a lock."""

    class Meta:
        proxy = True
        verbose_name = _("failed log-in")
        verbose_name_plural = _("failed log-ins and locks")


class Login(AxesAccessLog):  # type: ignore[misc]  # the package has no types
    class Meta:
        proxy = True
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")


class RoleMembership(User.groups.through):  # type: ignore[misc,name-defined]  # made by Django
    """Who has which role, so that a change of it leaves a trace whatever wrote it."""

    class Meta:
        proxy = True
        verbose_name = _("role of a user")
        verbose_name_plural = _("roles of users")
        triggers = edited(inserts=True)
