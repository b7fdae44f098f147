"""Our own figure as later knowledge gives it: beside the one that was computed when the bill came."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.calculation import Line, Step, line_from_plain
from assistance.registry.models import PersonChange
from assistance.settlements.models.bills import Settlement
from assistance.settlements.models.payers import LaterPayment
from assistance.settlements.models.psychiatric import PsychiatricMark
from assistance.shared.fields import money_field
from assistance.shared.tables import written_once

MONTHS = 12


class LateFigure(models.Model):
    """A figure that took the place of another one, with what had become known; the newest is in force.

    What was granted stays as it is: the difference is for a person.
    """

    settlement = models.ForeignKey(
        Settlement,
        on_delete=models.PROTECT,
        db_index=False,
        related_name="late_figures",
        verbose_name=_("bill"),
    )
    # Empty: nobody had asked for a figure of this bill, as the person was no recipient then.
    before = money_field(verbose_name=_("our figure before"), null=True)
    figure = money_field(verbose_name=_("assistance by our own rule"))
    own_version = models.CharField(_("by the version"), max_length=40, blank=True)
    # The steps that lead to it, as `calculation` gives them.
    lines = models.JSONField(_("explanation"), default=list)
    # What was written of this human since the look before, the newest of each kind.
    change = models.ForeignKey(
        PersonChange, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    refund = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    payment = models.ForeignKey(
        LaterPayment, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    mark = models.ForeignKey(
        PsychiatricMark, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("figure by later knowledge")
        verbose_name_plural = _("figures by later knowledge")
        constraints = [
            models.CheckConstraint(
                name="late_figure_has_a_cause",
                condition=Q(change__isnull=False)
                | Q(refund__isnull=False)
                | Q(payment__isnull=False)
                | Q(mark__isnull=False),
            )
        ]
        indexes = [models.Index(fields=["settlement", "-id"], name="late_figure_of_bill")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.settlement} {self.figure}"

    @property
    def steps(self) -> list[Line]:
        return [line_from_plain(line) for line in self.lines]

    @property
    def looks_back(self) -> tuple[date, int] | None:
        """The day of the recognition that reaches back to the bill, and by how many months."""
        found: Any = next(
            (one.values for one in self.steps if one.code is Step.BILL_LOOKBACK), None
        )
        if found is None:
            return None
        day, first = found["recognised_on"], found["first"]
        return day, (day.year - first.year) * MONTHS + day.month - first.month


class LateLook(models.Model):
    """Until where a look for later knowledge has gone: the next one begins there."""

    at = models.DateTimeField(_("at"))
    last_change = models.BigIntegerField(_("last change of a person"), default=0)
    last_bill = models.BigIntegerField(_("last bill"), default=0)
    last_payment = models.BigIntegerField(_("last later payment"), default=0)

    class Meta:
        verbose_name = _("look for later knowledge")
        verbose_name_plural = _("looks for later knowledge")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
