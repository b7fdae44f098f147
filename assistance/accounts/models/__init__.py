from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from axes.models import AccessAttempt, AccessFailureLog
from axes.models import AccessLog as AxesAccessLog
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models.alarms import Alarm
from assistance.accounts.models.entry import (
    EntryRules,
    FactorReset,
    PasswordUsed,
    RecoveryCode,
    RoleRule,
    SecondFactor,
    Substitution,
    UserSession,
)
from assistance.accounts.models.exclusion import roles_exclude_each_other
from assistance.accounts.models.places import (
    Agency,
    AgencyArea,
    CalendarDay,
    CalendarYear,
    Division,
    NumberSeries,
    Tries,
)
from assistance.accounts.roles import Role
from assistance.shared.tables import edited, written_once

__all__ = [
    "Agency",
    "AgencyArea",
    "Alarm",
    "CalendarDay",
    "CalendarYear",
    "Division",
    "EntryRules",
    "FactorReset",
    "FailedLogin",
    "Login",
    "NumberSeries",
    "PasswordUsed",
    "RecoveryCode",
    "RoleGroup",
    "RoleMembership",
    "RoleRule",
    "SecondFactor",
    "Substitution",
    "Tries",
    "User",
    "UserChange",
    "UserSession",
    "WrongTry",
]


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
    password_changed_at = models.DateTimeField(_("password changed at"), null=True, editable=False)
    # Of a password that an officer gave: from then on it opens nothing.
    password_lapses_at = models.DateTimeField(
        _("first password lapses at"), null=True, editable=False
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
        self.password_lapses_at = None

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held today, own and as a substitute, read once per request."""
        if not self.pk:
            return frozenset()
        lent = Substitution.objects.in_force(timezone.localdate())
        for_others = lent.filter(substitute=self.pk)
        own = self.groups.order_by().values_list("name", flat=True)
        return _known(own.union(for_others.values_list("role", flat=True)))

    @property
    def assigned_roles(self) -> frozenset[Role]:
        """The roles that were given for good."""
        return _known(self.groups.values_list("name", flat=True) if self.pk else ())

    def has_role(self, *roles: Role) -> bool:
        return self.is_active and not self.roles.isdisjoint(roles)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        self.__dict__.pop("roles", None)
        super().refresh_from_db(*args, **kwargs)


def _known(names: Iterable[str]) -> frozenset[Role]:
    return frozenset(Role(name) for name in names if name in Role.values)


class UserChange(models.Model):
    """What an administrator did to an account. Written only by the operations on users."""

    class Kind(models.TextChoices):
        CREATED = "created", _("Created")
        CHANGED = "changed", _("Changed")
        ACTIVATED = "activated", _("Activated")
        DEACTIVATED = "deactivated", _("Deactivated")
        PASSWORD = "password", _("Password reset")
        UNLOCKED = "unlocked", _("Lock lifted")
        FACTOR = "factor", _("Second factor set up")
        RECOVERY = "recovery", _("Recovery codes made anew")
        FACTOR_RESET = "factor_reset", _("Second factor taken off")
        SESSIONS = "sessions", _("Sessions ended")
        SUBSTITUTE = "substitute", _("Substitution")

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


class RoleMembership(User.groups.through):  # type: ignore[misc,name-defined]  # made by Django
    """Who has which role: a change of it leaves a trace, and roles that exclude each other do not meet."""

    class Meta:
        proxy = True
        verbose_name = _("role of a user")
        verbose_name_plural = _("roles of users")
        triggers = [*edited(inserts=True), roles_exclude_each_other()]


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
    """Wrong passwords and codes since the last right one: what a lock rests on."""

    class Meta:
        proxy = True
        verbose_name = _("failed log-in")
        verbose_name_plural = _("failed log-ins and locks")


class WrongTry(AccessFailureLog):  # type: ignore[misc]  # the package has no types
    """Every single wrong try: it stays when the lock is lifted."""

    class Meta:
        proxy = True
        verbose_name = _("wrong try")
        verbose_name_plural = _("wrong tries")


class Login(AxesAccessLog):  # type: ignore[misc]  # the package has no types
    class Meta:
        proxy = True
        verbose_name = _("log-in")
        verbose_name_plural = _("log-ins")
