from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.files.models import StoredFile
from assistance.registry.models.people import Person
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited


class AccountReason(models.TextChoices):
    """Why money goes to another account than the patient's social-security card (JN21 二(三)2(4))."""

    NO_CARD = "no_card", _("The patient has no social-security card yet")
    CARD_UNUSABLE = "card_unusable", _("The card is lost, frozen or without its bank function")
    GUARDIAN = "guardian", _("Guardian of a minor or of somebody without legal capacity")
    RELATIVE = "relative", _("Relative whom the patient has authorised in writing")
    INSTITUTION = "institution", _("Institution that cares for the patient")
    HEIR = "heir", _("Heir of the patient who has died")
    OTHER = "other", _("Another reason")


# What can be said of an account of the patient's own; the others are for somebody else's.
OWN_REASONS = frozenset({AccountReason.NO_CARD, AccountReason.CARD_UNUSABLE, AccountReason.OTHER})


class BankAccount(models.Model):
    """An account money can be paid to. It counts only once a second person has checked it.

    Any other than the patient's own social-security card has a reason of the list and a paper.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="bank_accounts")
    holder_name = models.CharField(_("account holder"), max_length=60)
    bank = models.CharField(_("bank"), max_length=80)
    number = EncryptedTextField(_("account number"))
    number_digest = models.BinaryField(max_length=32, editable=False)
    reason = models.CharField(
        _("why not the social-security card"), max_length=20, choices=AccountReason, blank=True
    )
    holder_reason = models.CharField(_("explanation"), max_length=200, blank=True)
    paper = models.ForeignKey(
        StoredFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("paper"),
    )
    # Whoever entered the number has confirmed it although its check digit is wrong.
    odd_number_confirmed = models.BooleanField(_("odd number confirmed"), default=False)
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
                name="another_account_has_a_reason",
                condition=Q(is_social_security_card=True) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="account_is_checked_by_another",
                condition=Q(checked_by__isnull=True)
                | Q(entered_by__isnull=True)
                | ~Q(checked_by=F("entered_by")),
            ),
        ]
        indexes = [models.Index(fields=["number_digest"], name="account_by_number")]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.bank} · {self.holder_name}"

    @property
    def is_somebody_elses(self) -> bool:
        return self.reason != "" and AccountReason(self.reason) not in OWN_REASONS
