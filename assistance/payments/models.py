from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.payments.states import AwardState, BatchState, LineOutcome
from assistance.registry.models import BankAccount, Person
from assistance.shared.fields import EncryptedTextField, money_field
from assistance.shared.tables import written_once


class Programme(models.TextChoices):
    """What money is paid for. One programme draws on one fund."""

    JINGNING = "jn21", _("Jingning high-expense subsidy")


class FundYear(models.Model):
    """A programme's money in one calendar year of payment. Its row lock guards the balance."""

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="fund_years", verbose_name=_("agency")
    )
    programme = models.CharField(_("programme"), max_length=20, choices=Programme)
    year = models.PositiveSmallIntegerField(_("year of payment"))

    class Meta:
        verbose_name = _("fund account")
        verbose_name_plural = _("fund accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "programme", "year"], name="one_fund_account_per_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_programme_display()} {self.year}"


class LedgerAccount(models.TextChoices):
    """The accounts of a fund year. Money moves from one to another; they always sum to zero."""

    APPROPRIATED = "appropriated", _("Appropriated")  # the budget it came from: negative
    AVAILABLE = "available", _("Available")
    RESERVED = "reserved", _("Reserved for approved cases")
    IN_TRANSIT = "in_transit", _("With the bank")
    PAID_OUT = "paid_out", _("Paid out")


class LedgerTransaction(models.Model):
    class Kind(models.TextChoices):
        BUDGET = "budget", _("Budget")
        TOP_UP = "top_up", _("Top-up")
        CARRY_OVER = "carry_over", _("Carried over")
        RESERVE = "reserve", _("Reserved")
        RELEASE = "release", _("Released")
        SEND = "send", _("Sent to the bank")
        PAY = "pay", _("Paid")
        BOUNCE = "bounce", _("Returned by the bank")

    fund_year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="transactions")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # Unique: a retried operation books once.
    reference = models.CharField(_("reference"), max_length=80, unique=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        indexes = [models.Index(fields=["fund_year", "id"], name="transaction_by_fund")]
        triggers = written_once()

    def __str__(self) -> str:
        return self.reference


def _sums_to_zero() -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name="sums_to_zero",
        operation=pgtrigger.Insert,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=[("rest", "numeric")],
        func="""
            SELECT SUM(amount) INTO rest FROM payments_ledgerline
            WHERE transaction_id = NEW.transaction_id;
            IF rest <> 0 THEN
                RAISE EXCEPTION 'ledger transaction % does not sum to zero', NEW.transaction_id;
            END IF;
            RETURN NULL;
        """,
    )


class LedgerLine(models.Model):
    """One side of a transaction. A deferred trigger refuses a transaction that does not sum to zero."""

    transaction = models.ForeignKey(
        LedgerTransaction, on_delete=models.PROTECT, related_name="lines"
    )
    account = models.CharField(_("account"), max_length=12, choices=LedgerAccount)
    amount = money_field(verbose_name=_("amount"))

    class Meta:
        verbose_name = _("ledger line")
        verbose_name_plural = _("ledger lines")
        constraints = [
            models.UniqueConstraint(fields=["transaction", "account"], name="one_line_per_account"),
            models.CheckConstraint(name="ledger_line_is_not_zero", condition=~Q(amount=0)),
        ]
        triggers = [*written_once(), _sums_to_zero()]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"


class Award(models.Model):
    """What is owed to whom. Only `_move` of the operations writes `state`."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    programme = models.CharField(_("programme"), max_length=20, choices=Programme)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="awards")
    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount = money_field(verbose_name=_("amount"))
    benefit_year = models.PositiveSmallIntegerField(_("benefit year"))
    fund_year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="awards")
    # What it follows from (an application's number), unique: an award is never made twice.
    source = models.CharField(_("source"), max_length=60, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=AwardState, default=AwardState.DUE)
    state_since = models.DateTimeField(_("since"))
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.CheckConstraint(name="award_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="award_state_is_known", condition=Q(state__in=AwardState.values)
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "-id"], name="award_by_state")]

    def __str__(self) -> str:
        return self.number


class AwardChange(models.Model):
    """Every move of an award: who, when, why."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="changes")
    from_state = models.CharField(max_length=12, choices=AwardState, blank=True)
    to_state = models.CharField(max_length=12, choices=AwardState)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.award} → {self.to_state}"


class Batch(models.Model):
    """A payment run: drawn up by one officer, confirmed by another, handed to the bank once."""

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
        ]

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
        ]

    def __str__(self) -> str:
        return f"{self.batch} #{self.position}"


class BankReturn(models.Model):
    """A return file that was read. The digest is unique, so no file counts twice."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="returns")
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    paid = models.PositiveIntegerField(_("paid"))
    failed = models.PositiveIntegerField(_("failed"))
    read_at = models.DateTimeField(_("read at"))
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("bank return")
        verbose_name_plural = _("bank returns")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.batch} {self.read_at:%Y-%m-%d}"
