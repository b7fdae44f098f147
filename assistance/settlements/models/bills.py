from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import Person
from assistance.shared.fields import money_field
from assistance.shared.tables import edited, written_once


class Setting(models.TextChoices):
    """Where the cost arose; the codes the calculation knows."""

    INPATIENT = "inpatient", _("Inpatient")
    SPECIAL_OUTPATIENT = "special_outpatient", _("Special-disease outpatient")
    OUTPATIENT = "outpatient", _("Ordinary outpatient")
    PHARMACY = "pharmacy", _("Pharmacy")


class Settlement(models.Model):
    """A medical bill, typed or from the insurance system. Written once; undone by an exact negative twin."""

    class Source(models.TextChoices):
        TYPED = "typed", _("Typed in")
        INSURANCE = "insurance", _("Insurance system")

    # Found by `bill_by_person_year`; an index more would cost every row that comes in.
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="settlements"
    )
    source = models.CharField(_("source"), max_length=12, choices=Source)
    source_id = models.CharField(_("number at the source"), max_length=60)
    settled_on = models.DateField(_("settled on"))
    # The year the fee date falls in: caps and accumulators belong to it for ever.
    benefit_year = models.GeneratedField(
        expression=ExtractYear("settled_on"),
        output_field=models.SmallIntegerField(),
        db_persist=True,
        verbose_name=_("benefit year"),
    )
    service_from = models.DateField(_("admitted on"), null=True, blank=True)
    service_to = models.DateField(_("discharged on"), null=True, blank=True)
    setting = models.CharField(_("setting"), max_length=20, choices=Setting)
    institution = models.CharField(_("hospital"), max_length=80)
    designated = models.BooleanField(
        _("designated institution within mainland China"), default=True
    )
    total = money_field(verbose_name=_("total cost"))
    in_scope = money_field(verbose_name=_("in-scope cost"))
    basic = money_field(verbose_name=_("basic insurance"), default=0)
    supplementary = money_field(verbose_name=_("supplementary insurance"), default=0)
    big_illness = money_field(verbose_name=_("big-illness insurance"), default=0)
    assistance = money_field(verbose_name=_("medical assistance"), default=0)
    invoice_code = models.CharField(_("invoice code"), max_length=20, blank=True)
    invoice_number = models.CharField(_("invoice number"), max_length=20, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )
    # On a twin: why the bill it reverses was wrong.
    reversed_because = models.CharField(_("reason"), max_length=200, blank=True)
    # Of a bill that was sent: its visit, the kind of visit in the sender's code, and what our own rule
    # gives; `assistance` is what counts.
    visit_id = models.CharField(_("visit"), max_length=40, blank=True)
    med_type = models.CharField(_("kind of visit"), max_length=6, blank=True)
    own_figure = money_field(verbose_name=_("assistance by our own rule"), null=True, blank=True)
    own_version = models.CharField(_("by the version"), max_length=40, blank=True)
    # The file and row it came in. Written in the delivery's own transaction and never deleted, so the
    # database need not look the delivery up once a row.
    delivery = models.ForeignKey(
        "settlements.BillImport",
        on_delete=models.PROTECT,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    line = models.PositiveIntegerField(_("row"), null=True)
    # As the sender gave them; the hospital is looked up and the diagnosis judged elsewhere.
    institution_code = models.CharField(_("code of the hospital"), max_length=20, blank=True)
    disease_code = models.CharField(_("code of the diagnosis"), max_length=20, blank=True)
    disease_name = models.CharField(_("diagnosis"), max_length=80, blank=True)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("bill")
        verbose_name_plural = _("bills")
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="one_bill_per_source_id"),
            models.CheckConstraint(
                name="bill_payers_within_cost",
                condition=Q(
                    reverses__isnull=True,
                    total__gte=F("basic") + F("supplementary") + F("big_illness") + F("assistance"),
                    in_scope__lte=F("total"),
                    in_scope__gte=0,
                    basic__gte=0,
                    supplementary__gte=0,
                    big_illness__gte=0,
                    assistance__gte=0,
                )
                | Q(reverses__isnull=False, total__lte=0),
            ),
            # Specification 0.4. Bills from before it was asked stay as they are.
            models.CheckConstraint(
                name="bill_insurers_within_scope",
                condition=Q(reverses__isnull=False)
                | Q(in_scope__gte=F("basic") + F("supplementary") + F("big_illness")),
            ),
            models.CheckConstraint(
                name="stay_ends_after_it_begins",
                condition=Q(service_from__isnull=True)
                | Q(service_to__isnull=True)
                | Q(service_to__gte=F("service_from")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "benefit_year", "settled_on"], name="bill_by_person_year"
            ),
            models.Index(
                fields=["id"],
                condition=~Q(disease_code="") | ~Q(disease_name=""),
                name="bill_with_diagnosis",
            ),
            models.Index(fields=["-settled_on", "-id"], name="bill_by_day"),
            models.Index(
                fields=["-settled_on", "-id"],
                condition=Q(own_figure__isnull=False) & ~Q(own_figure=F("assistance")),
                name="bill_that_differs",
            ),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.settled_on:%Y-%m-%d} {self.institution}"

    @property
    def insurance(self) -> Decimal:
        """All insurers together, as the Jingning rule deducts them."""
        total: Decimal = self.basic + self.supplementary + self.big_illness
        return total


class InvoiceUse(models.Model):
    """An invoice counts once, while its bill is not reversed: reversing deletes the row."""

    code = models.CharField(_("invoice code"), max_length=20, blank=True)
    number = models.CharField(_("invoice number"), max_length=20)
    settlement = models.OneToOneField(
        Settlement, on_delete=models.PROTECT, related_name="invoice_use"
    )

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="one_live_bill_per_invoice")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.number}".strip()


class OtherAid(models.Model):
    """Help from elsewhere for the cost of a year. A wrong row is voided and written again."""

    class Giver(models.TextChoices):
        GOVERNMENT = "government", _("Government department")
        UNION = "union", _("Trade union")
        DISABLED_FEDERATION = "disabled_federation", _("Disabled persons' federation")
        RED_CROSS = "red_cross", _("Red Cross")
        CHARITY = "charity", _("Charity")
        PRIVATE_INSURANCE = "private_insurance", _("Private insurance")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="other_aid")
    benefit_year = models.PositiveSmallIntegerField(_("benefit year"))
    giver = models.CharField(_("given by"), max_length=20, choices=Giver)
    amount = money_field(verbose_name=_("amount"))
    given_on = models.DateField(_("given on"))
    paper = models.CharField(_("paper"), max_length=120)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    voided_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("other aid")
        verbose_name_plural = _("other aid")
        constraints = [
            models.CheckConstraint(name="other_aid_is_positive", condition=Q(amount__gt=0))
        ]
        indexes = [models.Index(fields=["person", "benefit_year"], name="aid_by_person_year")]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.get_giver_display()} {self.amount}"
