"""What a bill consists of, where its sender tells."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.settlements.models.bills import Settlement
from assistance.settlements.models.imports import BillImport
from assistance.shared.fields import money_field
from assistance.shared.tables import written_once


class FeeLine(models.Model):
    """One line of the costs of a bill (费用明细), as sent; nothing is computed from it."""

    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="fee_lines")
    delivery = models.ForeignKey(
        BillImport, on_delete=models.PROTECT, related_name="lines", db_index=False
    )
    number = models.CharField(_("line number"), max_length=40)
    occurred_on = models.DateField(_("day"), null=True)
    code = models.CharField(_("catalogue code"), max_length=60, blank=True)
    name = models.CharField(_("item"), max_length=200)
    # In the sender's code: 01 class A, 02 class B, 03 class C.
    level = models.CharField(_("class"), max_length=6, blank=True)
    quantity = models.DecimalField(_("quantity"), max_digits=16, decimal_places=4)
    amount = money_field(verbose_name=_("amount"))
    outside = money_field(verbose_name=_("outside the catalogue"), default=0)
    over_limit = money_field(verbose_name=_("above the limit price"), default=0)
    paid_first = money_field(verbose_name=_("own share before insurance"), default=0)
    in_scope = money_field(verbose_name=_("in-scope cost"), default=0)

    class Meta:
        verbose_name = _("fee line")
        verbose_name_plural = _("fee lines")
        constraints = [
            models.UniqueConstraint(fields=["settlement", "number"], name="one_fee_line_per_number")
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.name} {self.amount}"
