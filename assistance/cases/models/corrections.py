from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.calculation.codes import Missing
from assistance.cases.models.applications import Application
from assistance.cases.models.notices import NoticeLine
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class Correction(models.Model):
    """An amount that was found wrong after it was agreed to, and what became of it. Seen inside alone."""

    class Reason(models.TextChoices):
        FIGURES = "figures", _("Figures of a bill")
        FACTS = "facts", _("Facts of the patient")
        AID = "aid", _("Aid of other departments")
        EXCLUSION = "exclusion", _("A bill that does not count, or does")
        OTHER = "other", _("Another error")

    class Outcome(models.TextChoices):
        ORDERED = "ordered", _("Correction ordered")
        DISMISSED = "dismissed", _("The amount is right")
        OVERTAKEN = "overtaken", _("The case went back for another reason")

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="corrections"
    )
    reason = models.CharField(_("what is wrong"), max_length=12, choices=Reason)
    finding = models.CharField(_("finding"), max_length=500)
    first_amount = money_field(verbose_name=_("amount agreed to"))
    found_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    found_at = models.DateTimeField(_("found at"))
    # The line under notice that the order stopped.
    line = models.ForeignKey(
        NoticeLine, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    answer = models.CharField(_("decision"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    # Written when the case is agreed to again; zero when it is refused then.
    corrected_amount = money_field(verbose_name=_("corrected amount"), null=True, blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(outcome=""),
                name="one_open_correction_per_case",
            ),
            models.CheckConstraint(
                name="correction_is_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("found_by")),
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.application} {self.found_at:%Y-%m-%d}"


class Ruling(models.Model):
    """A reviewer's decision, with its reason, on a fact that the calculation left to a person."""

    class Fact(models.TextChoices):
        INSURANCE_DIFFERS = Missing.INSURANCE_DIFFERS, _("insurance of the year and of the day")
        HUKOU_DIFFERS = (
            Missing.HUKOU_DIFFERS,
            _("household registration of the year and of the day"),
        )

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="rulings")
    fact = models.CharField(_("fact"), max_length=20, choices=Fact)
    reason = models.CharField(_("reason"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        constraints = [
            models.UniqueConstraint(fields=["application", "fact"], name="one_ruling_per_fact")
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.application} {self.fact}"
