"""What each row of a payer's file would do, for the preview, and did: the record of a file that was undone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.jobs.models import ImportRow
from assistance.registry.models import Person
from assistance.settlements.models.bills import Settlement
from assistance.settlements.models.payers import PayerDoubt, PayerFile
from assistance.shared.fields import money_field


class PayerLine(ImportRow):
    """A filled row of a file with its fate, at first as it would be, once the file is booked as it is."""

    class Fate(models.TextChoices):
        BOOK = "book", _("Book")
        TAKE_BACK = "take_back", _("Payment taken back")
        KNOWN = "known", _("Known already")
        REPEATED = "repeated", _("Stands twice in the file")
        DOUBT = "doubt", _("In doubt")

    file = models.ForeignKey(PayerFile, on_delete=models.CASCADE, related_name="lines")
    fate = models.CharField(_("outcome"), max_length=10, choices=Fate)
    # Only of a row in doubt.
    reason = models.CharField(
        _("reason"), max_length=16, choices=PayerDoubt.Reason, blank=True, default=""
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    settlement = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("bill")
    )
    # What is booked; empty for a row that is not.
    amount = money_field(verbose_name=_("amount"), null=True)

    class Meta:
        verbose_name = _("row of a payer's file")
        verbose_name_plural = _("rows of payers' files")
        constraints = [
            models.UniqueConstraint(fields=["file", "line"], name="one_fate_per_payers_line"),
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.line}"
