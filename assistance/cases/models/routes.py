"""How an application reached the county other than by the township on the day it was typed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assistance.accounts.models import Division
from assistance.cases.models.applications import Application
from assistance.files.models import StoredFile
from assistance.shared.tables import edited, written_once


class EmployerReview(models.Model):
    """The signed first review of an employee's employer (JN21 二(三)2(1)), filed at the county window."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="employer_reviews"
    )
    employer = models.CharField(_("employer"), max_length=120)
    credit_code = models.CharField(_("unified social credit code"), max_length=18)
    opinion = models.CharField(_("employer's opinion"), max_length=500)
    signed_on = models.DateField(_("signed on"))
    scan = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("signed paper")
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    filed_at = models.DateTimeField(_("filed at"))

    class Meta:
        verbose_name = _("employer's first review")
        verbose_name_plural = _("employers' first reviews")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.application} {self.employer}"


class EarlierReceipt(models.Model):
    """Papers handed in before the day they were typed. That day counts once a second person confirms it."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("To be confirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        REJECTED = "rejected", _("Not confirmed")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="earlier_receipts"
    )
    claimed_on = models.DateField(_("handed in on"))
    # The day that counts until the other one is confirmed.
    typed_on = models.DateField(_("typed on"))
    reason = models.CharField(_("why it was typed later"), max_length=300)
    proof = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name=_("proof")
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("earlier day of receipt")
        verbose_name_plural = _("earlier days of receipt")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(outcome="open"),
                name="one_open_earlier_receipt",
            ),
            models.CheckConstraint(
                name="earlier_receipt_is_earlier", condition=Q(claimed_on__lt=F("typed_on"))
            ),
            models.CheckConstraint(
                name="earlier_receipt_takes_two_people",
                condition=Q(outcome="open")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("entered_by")),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.application} {self.claimed_on:%Y-%m-%d}"


class HandOver(models.Model):
    """A case that goes from one township to another, with its clock and its history."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("To be accepted")
        ACCEPTED = "accepted", pgettext_lazy("hand-over", "Accepted")
        DECLINED = "declined", _("Declined")
        TAKEN_BACK = "taken_back", _("Taken back")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="hand_overs"
    )
    from_township = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("from township")
    )
    to_township = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("to township")
    )
    reason = models.CharField(_("reason"), max_length=300)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(outcome="open"), name="one_open_hand_over"
            ),
            models.CheckConstraint(
                name="hand_over_goes_elsewhere", condition=~Q(from_township=F("to_township"))
            ),
            models.CheckConstraint(
                name="hand_over_is_accepted_by_another",
                condition=~Q(outcome="accepted")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.application} → {self.to_township}"
