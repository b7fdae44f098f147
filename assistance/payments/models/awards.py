from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.payments.models.ledger import FundYear, Programme
from assistance.payments.states import AwardState
from assistance.registry.models import BankAccount, Person
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class Award(models.Model):
    """What is owed to whom. Only `move_awards` of the operations writes `state`."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    programme = models.CharField(_("programme"), max_length=20, choices=Programme)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="awards")
    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The confirmed claim by which the heirs of the person are paid.
    claim = models.ForeignKey(
        "payments.HeirClaim", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount = money_field(verbose_name=_("amount"))
    benefit_year = models.PositiveSmallIntegerField(_("benefit year"))
    fund_year = models.ForeignKey(FundYear, on_delete=models.PROTECT, related_name="awards")
    # The reference under which its money was reserved ("application:JN-2026-00012:1"), unique: an award
    # is never made twice, and no money is reserved for two awards.
    source = models.CharField(_("source"), max_length=60, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=AwardState, default=AwardState.DUE)
    state_since = models.DateTimeField(_("since"))
    state_reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("made at"))

    class Meta:
        verbose_name = _("award")
        verbose_name_plural = _("awards")
        constraints = [
            models.CheckConstraint(name="award_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="award_state_is_known", condition=Q(state__in=AwardState.values)
            ),
            models.CheckConstraint(
                name="award_to_be_paid_has_an_account",
                condition=Q(account__isnull=False) | Q(state__in=["held", "cancelled"]),
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "-id"], name="award_by_state")]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.number


class AwardChange(models.Model):
    """Every move of an award: who, when, why. A change of its account or fund year is a row without a move."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="changes")
    from_state = models.CharField(max_length=12, choices=AwardState, blank=True)
    to_state = models.CharField(max_length=12, choices=AwardState)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of an award")
        verbose_name_plural = _("changes of awards")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.award} → {self.to_state}"
