from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class Programme(models.TextChoices):
    """What money is paid for. One programme draws on one fund."""

    JINGNING = "jn21", _("Jingning high-expense subsidy")
    BOTTOM_LINE = "bottom_line", _("Bottom-line payment")


# For which a person applies; the others are granted without an application.
APPLIED_FOR = (Programme.JINGNING,)


class FundSource(models.Model):
    """Who gives to the special bottom-line fund (ZS22 二(五)2): its money has an account and a ledger of its own."""

    class Kind(models.TextChoices):
        FISCAL = "fiscal", _("Public finance")
        CHARITY = "charity", _("Charity")
        RED_CROSS = "red_cross", _("Red Cross")
        OTHER = "other", _("Other giver")

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("source of the special fund")
        verbose_name_plural = _("sources of the special fund")
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="one_fund_source_of_a_name")
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.name


class FundYear(models.Model):
    """A programme's money in one calendar year of payment. Its row lock guards the balance."""

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="fund_years", verbose_name=_("agency")
    )
    programme = models.CharField(_("programme"), max_length=20, choices=Programme)
    year = models.PositiveSmallIntegerField(_("year of payment"))
    # Empty: the assistance fund itself.
    source = models.ForeignKey(
        FundSource,
        on_delete=models.PROTECT,
        null=True,
        related_name="fund_years",
        verbose_name=_("source of the special fund"),
    )

    class Meta:
        verbose_name = _("fund account")
        verbose_name_plural = _("fund accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "programme", "year", "source"],
                nulls_distinct=False,
                name="one_fund_account_per_year",
            ),
            models.CheckConstraint(
                name="only_the_bottom_line_has_sources",
                condition=Q(source__isnull=True) | Q(programme="bottom_line"),
            ),
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        name = f"{self.get_programme_display()} {self.year}"
        return f"{name} · {self.source}" if self.source_id else name


class LedgerAccount(models.TextChoices):
    """The accounts of a fund year. Money moves from one to another; they always sum to zero.

    APPROPRIATED is where the money came from: zero or negative, minus what the year was given. The
    five others are zero or positive and together make up exactly that sum.
    """

    APPROPRIATED = "appropriated", _("Appropriated")
    AVAILABLE = "available", _("Available")
    RESERVED = "reserved", _("Reserved for approved cases")
    IN_TRANSIT = "in_transit", _("With the bank")
    PAID_OUT = "paid_out", _("Paid out")
    # Come back from who was paid too much, until the fund supervisor sees it in the fiscal account.
    RECOVERED = "recovered", _("Recovered, not yet confirmed")


class LedgerTransaction(models.Model):
    class Kind(models.TextChoices):
        BUDGET = "budget", _("Budget")
        TOP_UP = "top_up", _("Top-up")
        CARRY_OVER = "carry_over", _("Carried over")
        CORRECTION = "correction", _("Entry taken back")
        RESERVE = "reserve", _("Reserved")
        RELEASE = "release", _("Released")
        SEND = "send", _("Sent to the bank")
        PAY = "pay", _("Paid")
        BOUNCE = "bounce", _("Returned by the bank")
        RECOVER = "recover", _("Repaid")
        RESTORE = "restore", _("Repayment confirmed")
        CAME_BACK = "came_back", _("Came back after payment")

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
        constraints = [
            models.CheckConstraint(
                name="ledger_kind_is_known",
                condition=Q(
                    kind__in=[
                        "budget",
                        "top_up",
                        "carry_over",
                        "correction",
                        "reserve",
                        "release",
                        "send",
                        "pay",
                        "bounce",
                        "recover",
                        "restore",
                        "came_back",
                    ]
                ),
            )
        ]
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
