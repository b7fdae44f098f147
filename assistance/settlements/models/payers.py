"""Further payers that send files of their own, mostly long after the bill: who, each file, what nobody could book."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.jobs.models import ImportJob, ImportRow
from assistance.registry.models import Person
from assistance.settlements.models.bills import Settlement
from assistance.settlements.models.imports import BillImport, BillSource
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class Payer(models.TextChoices):
    """Who pays after the bill; the pack of a document says in which place (`payers.order`)."""

    ASSISTANCE = "assistance", _("Medical assistance")
    HUIMIN = "huimin", _("Huimin insurance")
    RARE_FUND = "rare_fund", _("Rare-disease fund")
    SUPPLEMENTARY = "supplementary", _("Supplementary insurance")
    UNION = "union", _("Trade union")
    CIVIL = "civil", _("Civil affairs")
    TAX = "tax", _("Tax office: premiums paid for recipients")


# What a file of its own may carry of the cost of bills; assistance comes with them, the tax office sends premiums.
SENDING_PAYERS = tuple(payer for payer in Payer if payer not in (Payer.ASSISTANCE, Payer.TAX))
# Whose files are taken in.
FILE_SENDERS = (*SENDING_PAYERS, Payer.TAX)


class PayerSource(models.Model):
    """A payer whose files an agency takes in."""

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    name = models.CharField(_("name"), max_length=60)
    payer = models.CharField(
        _("payer"),
        max_length=16,
        choices=[(payer.value, payer.label) for payer in FILE_SENDERS],
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("further payer")
        verbose_name_plural = _("further payers")
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="one_payer_of_a_name")
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.name

    @property
    def sends_premiums(self) -> bool:
        return self.payer == Payer.TAX


class PayerVersion(models.Model):
    """Columns and codes of a payer's files as they were released; written once."""

    source = models.ForeignKey(PayerSource, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("definition"))
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(_("released at"))

    class Meta:
        verbose_name = _("definition of a payer's files")
        verbose_name_plural = _("definitions of payers' files")
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="one_number_per_payer")
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.source} v{self.number}"


class PayerFile(ImportJob):
    """One file of a payer, booked in one transaction; what is in doubt waits beside it."""

    source = models.ForeignKey(
        PayerSource, on_delete=models.PROTECT, related_name="files", verbose_name=_("payer")
    )
    # By which definition it was read.
    version = models.ForeignKey(PayerVersion, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta(ImportJob.Meta):
        abstract = False
        verbose_name = _("file of a payer")
        verbose_name_plural = _("files of payers")
        indexes = [models.Index(fields=["agency", "-id"], name="payer_file_by_agency")]


class PayerDoubt(ImportRow):
    """A row that was not booked, kept encrypted until the bill or the person comes, or somebody decides."""

    class Reason(models.TextChoices):
        BAD_ROW = "bad_row", _("The row cannot be read")
        UNKNOWN_PERSON = "unknown_person", _("The person is not registered")
        NO_BILL = "no_bill", _("The bill is not here yet")
        SEVERAL = "several", _("Several bills fit")
        OVER = "over", _("More than the remaining cost")
        DIFFERS = "differs", _("A payment of this number is booked with other figures")
        NO_ORIGINAL = "no_original", _("Takes back a payment that is not here")
        NAME = "name", _("The name is not that of the register")
        TWICE = "twice", _("The number stands twice in the file, with other figures")
        PREMIUM = "premium", _("A premium of the year is recorded with another amount")
        NOT_INSURED = "not_insured", _("No resident insurance of the year is on record")
        NOT_DUE = "not_due", _("Not recognised when the insurance of the year began")

    file = models.ForeignKey(PayerFile, on_delete=models.PROTECT, related_name="doubts")
    # By which definition it was read last; empty: by that of the file.
    version = models.ForeignKey(PayerVersion, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    # By which it is found again once the person is registered; empty where the row gives no id number.
    id_digest = models.BinaryField(max_length=32, null=True, editable=False)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("person")
    )
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("payment in doubt")
        verbose_name_plural = _("payments in doubt")
        constraints = [
            # The same row of a file that comes again is not put in doubt a second time.
            models.UniqueConstraint(fields=["file", "line"], name="one_doubt_per_line"),
        ]
        indexes = [
            models.Index(
                fields=["reason", "id"],
                condition=Q(settled_at__isnull=True),
                name="open_payer_doubt",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.line}"


class LaterPayment(models.Model):
    """What a further payer gave after the bill was settled; of the bill, or of person and year.

    Written once. Taking back is a row of its own with the exact negative amount.
    """

    Payer = Payer

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="later_payments")
    settlement = models.ForeignKey(
        Settlement, on_delete=models.PROTECT, null=True, related_name="later_payments"
    )
    benefit_year = models.PositiveSmallIntegerField(_("benefit year"))
    payer = models.CharField(_("payer"), max_length=16, choices=Payer)
    amount = money_field(verbose_name=_("amount"))
    # What of it fell on the in-scope cost; empty: all of it.
    in_scope_part = money_field(verbose_name=_("of the in-scope cost"), null=True)
    paid_on = models.DateField(_("paid on"))
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="taken_back_by"
    )
    source_id = models.CharField(_("number at the source"), max_length=60)
    # How often this number is booked: more than once after files that were undone.
    attempt = models.PositiveSmallIntegerField(default=1, db_default=1, editable=False)
    # It came with the bills of an insurance system, or in a payer's own file.
    sender = models.ForeignKey(BillSource, on_delete=models.PROTECT, null=True, related_name="+")
    delivery = models.ForeignKey(
        BillImport, on_delete=models.PROTECT, null=True, related_name="later_payments"
    )
    payer_source = models.ForeignKey(
        PayerSource, on_delete=models.PROTECT, null=True, related_name="payments"
    )
    file = models.ForeignKey(
        PayerFile, on_delete=models.PROTECT, null=True, related_name="payments"
    )
    # When it was written here: rows that waited are booked long after their file.
    booked_at = models.DateTimeField(_("booked at"))

    class Meta:
        verbose_name = _("later payment")
        verbose_name_plural = _("later payments")
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "source_id"], name="one_later_payment_per_source_id"
            ),
            models.UniqueConstraint(
                fields=["payer_source", "source_id", "attempt"],
                name="one_payment_per_payers_number",
            ),
            models.CheckConstraint(
                name="later_payment_has_one_sender",
                condition=Q(sender__isnull=False, payer_source__isnull=True)
                | Q(sender__isnull=True, payer_source__isnull=False, file__isnull=False),
            ),
            models.CheckConstraint(
                name="later_payment_sign",
                condition=Q(takes_back__isnull=True, amount__gt=0)
                | Q(takes_back__isnull=False, amount__lt=0),
            ),
        ]
        indexes = [models.Index(fields=["person", "benefit_year"], name="later_payment_by_year")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.get_payer_display()} {self.amount}"
