from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.payments.models.awards import Award
from assistance.payments.models.ledger import Programme
from assistance.payments.states import RecoveryState
from assistance.registry.models import Person
from assistance.shared.fields import money_field
from assistance.shared.tables import edited


class Recovery(models.Model):
    """Money that was paid too much out of one award and is claimed back.

    What has come back, been waived or been taken off the claim are its entries; `state` follows them and
    is written by the operations alone.
    """

    class Reason(models.TextChoices):
        FIGURES = "figures", _("Figures entered or computed wrongly")
        FACTS = "facts", _("Facts turned out otherwise")
        NEW_AID = "new_aid", _("Aid of other departments known later")
        BILL_REVERSED = "bill_reversed", _("A bill was reversed or refunded")
        NOT_ENTITLED = "not_entitled", _("No right to the subsidy in the year")
        TWICE = "twice", _("Helped twice for the same cost")
        FRAUD = "fraud", _("Obtained by deceit")

    number = models.CharField(_("number"), max_length=40, unique=True)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="recoveries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="recoveries")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    programme = models.CharField(_("programme"), max_length=20, choices=Programme)
    benefit_year = models.PositiveSmallIntegerField(_("benefit year"))
    amount = money_field(verbose_name=_("amount claimed back"))
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    explanation = models.CharField(_("explanation"), max_length=500)
    # The case that established it and the award it concerns, unique: never claimed twice.
    source = models.CharField(_("source"), max_length=80, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=RecoveryState, default=RecoveryState.OPEN
    )
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    opened_at = models.DateTimeField(_("opened at"))
    # The written decision: the person was heard before it and told of the remedies with it.
    decision_number = models.CharField(_("decision number"), max_length=60, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    heard_on = models.DateField(_("person heard on"), null=True, blank=True)
    remedies_told_on = models.DateField(_("told of the remedies on"), null=True, blank=True)
    due_on = models.DateField(_("to be repaid by"), null=True, blank=True)

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        constraints = [
            models.CheckConstraint(name="recovery_is_positive", condition=Q(amount__gt=0)),
            models.CheckConstraint(
                name="recovery_state_is_known", condition=Q(state__in=RecoveryState.values)
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "-id"], name="recovery_by_state"),
            models.Index(fields=["person", "benefit_year"], name="recovery_by_person_year"),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.number


class RecoveryEntry(models.Model):
    """What makes a claim smaller. It counts once a second person has confirmed it."""

    class Kind(models.TextChoices):
        REPAYMENT = "repayment", _("Repayment")
        WAIVER = "waiver", _("Waiver")
        REDUCTION = "reduction", _("Reduction by a later decision")

    recovery = models.ForeignKey(Recovery, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = money_field(verbose_name=_("amount"))
    on = models.DateField(_("day"))
    # Of a repayment the number of the bank slip, of a waiver that of its paper.
    reference = models.CharField(_("number of the slip or paper"), max_length=60)
    note = models.CharField(_("note"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True)
    rejected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rejected_at = models.DateTimeField(_("rejected at"), null=True, blank=True)
    rejected_because = models.CharField(_("rejected because"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("entry of a recovery")
        verbose_name_plural = _("entries of recoveries")
        constraints = [
            models.CheckConstraint(name="recovery_entry_is_positive", condition=Q(amount__gt=0)),
            models.UniqueConstraint(
                fields=["recovery", "kind", "reference"],
                condition=Q(rejected_at__isnull=True),
                name="one_recovery_entry_per_reference",
            ),
            models.CheckConstraint(
                name="recovery_entry_is_confirmed_by_another",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")),
            ),
            models.CheckConstraint(
                name="recovery_entry_is_confirmed_or_rejected",
                condition=Q(confirmed_at__isnull=True) | Q(rejected_at__isnull=True),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.recovery} {self.kind} {self.amount}"


class Instalment(models.Model):
    """One part of an agreed plan of repayment; what has come back fills the parts in their order."""

    recovery = models.ForeignKey(Recovery, on_delete=models.CASCADE, related_name="instalments")
    due_on = models.DateField(_("due on"))
    amount = money_field(verbose_name=_("amount"))

    class Meta:
        verbose_name = _("instalment")
        verbose_name_plural = _("instalments")
        constraints = [
            models.UniqueConstraint(fields=["recovery", "due_on"], name="one_instalment_per_day"),
            models.CheckConstraint(name="instalment_is_positive", condition=Q(amount__gt=0)),
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.recovery} {self.due_on:%Y-%m-%d}"
