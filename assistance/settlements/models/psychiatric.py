"""Which bills are for the treatment of mental illness (ZS22 二(一)4): a maintained list proposes, a person decides."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.registry.models.spans import ends_after_it_begins
from assistance.settlements.models.bills import Settlement
from assistance.shared.fields import money_field
from assistance.shared.tables import edited


class PsychiatricTerm(models.Model):
    """A diagnosis that means treatment of mental illness, or may mean it, from its first day on."""

    class Kind(models.TextChoices):
        CODE = "code", _("Code begins with")
        NAME = "name", _("Name contains")

    class Verdict(models.TextChoices):
        YES = "yes", _("Treatment of mental illness")
        UNCLEAR = "unclear", _("A person decides")

    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    text = models.CharField(_("text"), max_length=40)
    verdict = models.CharField(_("means"), max_length=8, choices=Verdict)
    source = models.CharField(_("source"), max_length=120)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("diagnosis of mental illness")
        verbose_name_plural = _("diagnoses of mental illness")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "text", "first_day"], name="one_term_from_a_day"
            ),
            ends_after_it_begins("term_ends_after_it_begins"),
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.text}"


class PsychiatricMark(models.Model):
    """What the list says about a bill, and what a person decided; the decision counts."""

    settlement = models.OneToOneField(
        Settlement, on_delete=models.PROTECT, related_name="psychiatric_mark"
    )
    proposal = models.CharField(_("proposed"), max_length=8, choices=PsychiatricTerm.Verdict)
    # The term as it was when it proposed: terms are edited.
    because = models.CharField(_("because of"), max_length=80)
    decided = models.BooleanField(_("decided"), null=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    # What our own rule gives the bill by the decision; empty where no document gives an amount. What was
    # granted stays as it is: the difference is for a person.
    own_figure = money_field(verbose_name=_("assistance by our own rule"), null=True)
    own_version = models.CharField(_("by the version"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("mark of mental illness")
        verbose_name_plural = _("marks of mental illness")
        constraints = [
            models.CheckConstraint(
                name="mark_is_decided_whole",
                condition=Q(decided__isnull=True, decided_at__isnull=True)
                | Q(decided__isnull=False, decided_at__isnull=False) & ~Q(reason=""),
            )
        ]
        indexes = [
            models.Index(
                fields=["-id"],
                condition=Q(decided__isnull=True, proposal="unclear"),
                name="mark_to_be_decided",
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.settlement} {self.get_proposal_display()}"

    @property
    def counts(self) -> bool:
        """Whether the calculation takes the bill as treatment of mental illness."""
        if self.decided is not None:
            return self.decided
        return self.proposal == PsychiatricTerm.Verdict.YES

    @property
    def difference(self) -> Decimal | None:
        """Yuan by which our figure after the decision is above what was granted; below, a negative."""
        return None if self.own_figure is None else self.own_figure - self.settlement.assistance
