from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.payments.models.awards import Award
from assistance.payments.models.ledger import Programme
from assistance.payments.states import BatchState, LineOutcome
from assistance.shared.fields import EncryptedTextField, money_field
from assistance.shared.tables import edited, written_once


class Batch(models.Model):
    """A payment run: drawn up by one officer, confirmed by another, handed to the bank once.

    Only `move_batch` of the operations writes `state`.
    """

    number = models.CharField(_("number"), max_length=40, unique=True)
    programme = models.CharField(_("programme"), max_length=20, choices=Programme)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=12, choices=BatchState, default=BatchState.DRAFT
    )
    drawn_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    drawn_up_at = models.DateTimeField(_("drawn up at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    sent_at = models.DateTimeField(_("handed to the bank at"), null=True)
    file_digest = models.CharField(_("digest of the bank file"), max_length=64, blank=True)
    closed_at = models.DateTimeField(_("answered in full at"), null=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    discarded_at = models.DateTimeField(_("discarded at"), null=True)
    discarded_because = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        constraints = [
            models.CheckConstraint(
                name="batch_is_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("drawn_up_by")),
            ),
            models.CheckConstraint(
                name="batch_state_is_known", condition=Q(state__in=BatchState.values)
            ),
            models.CheckConstraint(
                name="batch_is_sent_once_confirmed",
                condition=~Q(state__in=["sent", "closed"])
                | (Q(confirmed_by__isnull=False, sent_at__isnull=False) & ~Q(file_digest="")),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.number


class BatchLine(models.Model):
    """One payment of a batch, with the account as it was when the batch was drawn up."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField(_("no."))
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="batch_lines")
    holder_name = models.CharField(_("account holder"), max_length=60)
    bank = models.CharField(_("bank"), max_length=80)
    account_number = EncryptedTextField(_("account number"))
    amount = money_field(verbose_name=_("amount"))
    outcome = models.CharField(
        _("outcome"), max_length=10, choices=LineOutcome, default=LineOutcome.PENDING
    )
    bank_reason = models.CharField(_("bank's reason"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    dropped_because = models.CharField(_("taken out because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("batch line")
        verbose_name_plural = _("batch lines")
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_line_per_position"),
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(outcome__in=["pending", "paid"]),
                name="one_live_batch_line_per_award",
            ),
            models.CheckConstraint(name="batch_line_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="batch_line_outcome_is_known", condition=Q(outcome__in=LineOutcome.values)
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.batch} #{self.position}"


class BankReturn(models.Model):
    """A return file that was read. A digest is unique within its batch, so no file counts twice.

    Banks answer in files without a batch number: next month's may be the same byte for byte.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="returns")
    digest = models.CharField(_("digest"), max_length=64)
    filename = models.CharField(_("file name"), max_length=200, blank=True)
    paid = models.PositiveIntegerField(_("paid"))
    failed = models.PositiveIntegerField(_("failed"))
    read_at = models.DateTimeField(_("read at"))
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("bank return")
        verbose_name_plural = _("bank returns")
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "digest"], name="one_reading_of_a_return_file"
            ),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.batch} {self.read_at:%Y-%m-%d}"
