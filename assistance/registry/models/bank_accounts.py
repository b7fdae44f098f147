from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.registry.models.people import Person
from assistance.shared.fields import EncryptedTextField


class BankAccount(models.Model):
    """An account money can be paid to. It counts only once a second person has checked it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="bank_accounts")
    holder_name = models.CharField(_("account holder"), max_length=60)
    bank = models.CharField(_("bank"), max_length=80)
    number = EncryptedTextField(_("account number"))
    number_digest = models.BinaryField(max_length=32, editable=False)
    holder_reason = models.CharField(
        _("why the holder is somebody else"), max_length=200, blank=True
    )
    is_social_security_card = models.BooleanField(_("social-security card"), default=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)
    retired_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number_digest"],
                condition=Q(retired_at__isnull=True),
                name="one_live_row_per_account",
            ),
            models.CheckConstraint(
                name="account_is_checked_by_another",
                condition=Q(checked_by__isnull=True)
                | Q(entered_by__isnull=True)
                | ~Q(checked_by=F("entered_by")),
            ),
        ]
        indexes = [models.Index(fields=["number_digest"], name="account_by_number")]

    def __str__(self) -> str:
        return f"{self.bank} · {self.holder_name}"
