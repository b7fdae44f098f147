"""What decides who gets in: the rules, second factors, passwords used before, sessions, substitutes."""

from __future__ import annotations

from datetime import date
from typing import Self

import pgtrigger
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.accounts.roles import TOWNSHIP_ROLES, Role
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited

USER = "accounts.User"


class EntryRules(models.Model):
    """How long passwords, sessions and unused accounts last. There is one row."""

    password_days = models.PositiveSmallIntegerField(
        _("days a password lasts"), default=90, help_text=_("0: it does not expire.")
    )
    first_password_days = models.PositiveSmallIntegerField(
        _("days a first password lasts that an officer gave"), default=7
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("minutes without work until the session ends"), default=15
    )
    session_hours = models.PositiveSmallIntegerField(
        _("hours until a session ends in any case"), default=8
    )
    dormant_days = models.PositiveSmallIntegerField(
        _("days without a log-in until an account counts as dormant"), default=90
    )
    deactivate_dormant = models.BooleanField(
        _("deactivate dormant accounts every night"), default=False
    )

    class Meta:
        verbose_name = _("rules of entry")
        verbose_name_plural = _("rules of entry")
        triggers = edited()
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="one_row_of_entry_rules"),
            models.CheckConstraint(
                condition=models.Q(idle_minutes__range=(5, 60), session_hours__range=(1, 12))
                & models.Q(password_days__lte=365, dormant_days__range=(30, 365)),
                name="entry_rules_within_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(first_password_days__range=(1, 30)),
                name="first_password_within_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class RoleRule(models.Model):
    """Whether a role needs a second factor; a role without a row follows `roles.SECOND_FACTOR`."""

    role = models.CharField(_("role"), max_length=30, unique=True, choices=Role)
    second_factor = models.BooleanField(_("a second factor is required"))

    class Meta:
        verbose_name = _("second factor of a role")
        verbose_name_plural = _("second factors by role")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.get_role_display()


class SecondFactor(models.Model):
    """The secret that a user's telephone shares with us (RFC 6238), since a code of it was given."""

    user = models.OneToOneField(
        USER, on_delete=models.PROTECT, related_name="second_factor", verbose_name=_("user")
    )
    secret = EncryptedTextField(_("secret"), default="")
    confirmed_at = models.DateTimeField(_("set up at"), null=True)
    # The step of thirty seconds whose code was taken last: a code is good once.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")
        triggers = edited(hidden=["secret"], ignored=["last_step"])

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """A code for the day on which the telephone is lost; shown once, kept as a keyed digest."""

    factor = models.ForeignKey(SecondFactor, on_delete=models.CASCADE, related_name="codes")
    digest = models.BinaryField(max_length=32)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["factor", "digest"], name="a_recovery_code_once")
        ]

    def __str__(self) -> str:
        return str(self.used_at or "")


class FactorReset(models.Model):
    """A lost second factor is taken off: asked for by one officer, done by another."""

    user = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="factor_resets", verbose_name=_("user")
    )
    reason = models.CharField(_("reason"), max_length=200)
    asked_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked for by")
    )
    asked_at = models.DateTimeField(_("asked for at"))
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    granted = models.BooleanField(_("granted"), null=True)

    class Meta:
        verbose_name = _("reset of a second factor")
        verbose_name_plural = _("resets of second factors")
        triggers = edited(inserts=True)
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("decided_by")),
                name="factor_reset_by_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("user"))
                & ~models.Q(decided_by=models.F("user")),
                name="nobody_resets_his_own_factor",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(decided_at=None),
                name="one_open_factor_reset",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.reason}"


class PasswordUsed(models.Model):
    """The hash of a password that was somebody's: the last five are not taken again."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="passwords_used")
    encoded = models.CharField(max_length=128)
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="passwords_used_stay", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class UserSession(AbstractBaseSession):
    """A session that knows whose it is, so that it can be shown to him and ended for him."""

    user = models.ForeignKey(USER, on_delete=models.CASCADE, null=True, related_name="sessions")
    started_at = models.DateTimeField(_("since"), null=True)
    seen_at = models.DateTimeField(_("last seen"), null=True)
    address = models.CharField(_("address"), max_length=60, blank=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")  # type: ignore[assignment]  # the stubs know words alone
        verbose_name_plural = _("sessions")  # type: ignore[assignment]

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        raise NotImplementedError("Sessions are read by assistance.accounts.sessions.")


class SubstitutionQuerySet(models.QuerySet["Substitution"]):
    def in_force(self, on: date) -> Self:
        """Those that lend a role that day: nobody lends more than he has, nor elsewhere than where he has it."""
        here = models.Q(absent__township=models.F("substitute__township"))
        return self.filter(
            here | ~models.Q(role__in=TOWNSHIP_ROLES),
            first_day__lte=on,
            last_day__gte=on,
            revoked_at=None,
            absent__is_active=True,
            absent__agency=models.F("substitute__agency"),
            absent__groups__name=models.F("role"),
        )


class Substitution(models.Model):
    """Somebody holds the role of somebody absent, for days or until it is revoked."""

    absent = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="absences", verbose_name=_("person absent")
    )
    substitute = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="substitutions", verbose_name=_("substitute")
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(_("reason"), max_length=200)
    ordered_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("ordered by")
    )
    ordered_at = models.DateTimeField(_("substitution ordered at"))
    revoked_at = models.DateTimeField(_("revoked at"), null=True, editable=False)

    objects = SubstitutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        triggers = [
            *edited(inserts=True),
            pgtrigger.Protect(name="substitutions_stay", operation=pgtrigger.Delete),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(absent=models.F("substitute")),
                name="nobody_stands_in_for_himself",
            ),
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="substitution_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.substitute} ← {self.absent}"
