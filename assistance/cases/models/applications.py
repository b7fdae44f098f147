from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.cases.states import UNDER_WAY, State
from assistance.payments.models import Award, Programme, Recovery
from assistance.policies.models import Assessment
from assistance.registry.models import BankAccount, Person
from assistance.settlements.models import Setting, Settlement
from assistance.shared.fields import EncryptedTextField, money_field
from assistance.shared.tables import edited


class Group(models.TextChoices):
    """The two groups of JN21 二(一)."""

    HARDSHIP = "HARDSHIP", _("Person in hardship on the register")
    OTHER_ILL = "OTHER_ILL", _("Other person in hardship through illness")


class Exclusion(models.TextChoices):
    """The six cases of JN21 二(二)3 whose cost does not count."""

    WORK_INJURY = "WORK_INJURY", _("Work injury")
    THIRD_PARTY = "THIRD_PARTY", _("A third party has to pay")
    PUBLIC_HEALTH = "PUBLIC_HEALTH", _("Public health has to pay")
    COSMETIC = "COSMETIC", _("Cosmetic treatment")
    ABROAD_OR_NON_DESIGNATED = (
        "ABROAD_OR_NON_DESIGNATED",
        _("Abroad or not a designated institution"),
    )
    CRIME = "CRIME", _("Unlawful act or crime")


class Application(models.Model):
    """One application of one person for one programme and year.

    `state` is written by `cases.operations.moves.move` alone. `version` goes out with every form and
    must come back unchanged.
    """

    class Relation(models.TextChoices):
        SELF = "self", _("The patient")
        GUARDIAN = "guardian", _("Guardian")
        HEIR = "heir", _("Heir")
        AGENT = "agent", _("Agent")

    class Origin(models.TextChoices):
        APPLICATION = "application", _("Application")
        OFFICIAL = "official", _("Official correction")

    number = models.CharField(_("case number"), max_length=40, unique=True)
    programme = models.CharField(_("programme"), max_length=20, choices=Programme)
    benefit_year = models.PositiveSmallIntegerField(_("year of the cost"))
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="applications", verbose_name=_("patient")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("township")
    )
    applicant_name = models.CharField(_("applicant"), max_length=60)
    applicant_relation = models.CharField(
        _("applicant is"), max_length=10, choices=Relation, default=Relation.SELF
    )
    applicant_kinship = models.CharField(
        _("applicant's relation to the patient"), max_length=30, blank=True
    )
    applicant_id_number = EncryptedTextField(_("applicant's id number"), blank=True, default="")
    # Where the applicant is in the register himself.
    applicant_person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    applicant_phone = EncryptedTextField(_("applicant's phone"), blank=True, default="")
    applicant_phone_digest = models.BinaryField(max_length=32, editable=False, default=b"")
    received_on = models.DateField(_("received on"))
    # The decided case of the same person and year that this one goes on from: the year is computed anew
    # over all its bills, and what was granted before is deducted.
    previous = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="further",
        verbose_name=_("earlier case of the year"),
    )
    origin = models.CharField(
        _("opened by"), max_length=12, choices=Origin, default=Origin.APPLICATION
    )
    # Why the office corrects what it has paid, without an applicant.
    official_reason = models.CharField(_("reason of the correction"), max_length=500, blank=True)
    # Why money is claimed back, where that is proposed.
    recovery_reason = models.CharField(
        _("reason of the recovery"), max_length=16, choices=Recovery.Reason, blank=True
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))

    state = models.CharField(_("state"), max_length=16, choices=State, default=State.DRAFT)
    state_since = models.DateTimeField(_("since"))
    deadline_on = models.DateField(_("due on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    # Whom the county has given its review to; see Assignment. Others may stand in for him.
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("assigned to"),
    )

    account = models.ForeignKey(
        BankAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("account to pay to"),
    )
    # The amount last proposed or granted, with what it was computed from.
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount = money_field(verbose_name=_("amount"), null=True, blank=True)
    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, null=True, blank=True, related_name="application"
    )

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = [
            models.CheckConstraint(
                name="application_state_is_known", condition=Q(state__in=State.values)
            ),
            models.UniqueConstraint(
                fields=["person", "programme", "benefit_year"],
                condition=Q(state__in=sorted(UNDER_WAY)),
                name="one_application_under_way_per_year",
            ),
            models.CheckConstraint(
                name="official_case_says_why",
                condition=~Q(origin="official")
                | (Q(previous__isnull=False) & ~Q(official_reason="")),
            ),
            models.CheckConstraint(
                name="approved_has_an_award",
                condition=~Q(state="approved") | Q(award__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "state", "-id"], name="application_by_agency"),
            models.Index(fields=["township", "state", "-id"], name="application_by_township"),
            models.Index(fields=["person", "benefit_year"], name="application_by_person_year"),
            models.Index(
                fields=["applicant_phone_digest"],
                condition=~Q(applicant_phone_digest=b""),
                name="application_by_phone",
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.number

    @property
    def state_enum(self) -> State:
        return State(self.state)


class FactSheet(models.Model):
    """The facts of a case as the township declared them, or as the county accepted them."""

    class Kind(models.TextChoices):
        DECLARED = "declared", _("Declared")
        ACCEPTED = "accepted", _("Accepted")

    class GateOutcome(models.TextChoices):
        PENDING = "pending", _("Not decided yet")
        NEGATIVE = "negative", _("Not recognised")
        POSITIVE = "positive", _("Recognised")

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="fact_sheets"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    group = models.CharField(_("group"), max_length=10, choices=Group, blank=True)
    hukou_in_county = models.BooleanField(_("household registration in the county"), null=True)
    insured_in_county = models.BooleanField(
        _("basic insurance in the county in the year of the cost"), null=True
    )
    insured_since = models.DateField(
        _("insured in the county without a gap since"), null=True, blank=True
    )
    # JN21 二(三)1: who is not on the register must have applied for 特困/低保/低边 first.
    gate_applied_on = models.DateField(_("applied to civil affairs on"), null=True, blank=True)
    gate_kind = models.CharField(_("applied for"), max_length=20, blank=True)
    gate_authority = models.CharField(_("decided by"), max_length=80, blank=True)
    gate_outcome = models.CharField(_("outcome"), max_length=10, choices=GateOutcome, blank=True)
    gate_paper = models.CharField(_("paper and number"), max_length=120, blank=True)
    other_aid = money_field(
        verbose_name=_("aid of other departments"),
        default=0,
        help_text=_("Government, union, disabled persons' federation, Red Cross; not charity."),
    )
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("fact sheet")
        verbose_name_plural = _("fact sheets")
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="one_sheet_of_a_kind"),
            models.CheckConstraint(name="sheet_aid_is_not_negative", condition=Q(other_aid__gte=0)),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.application} {self.kind}"


class FactItem(models.Model):
    """A bill as it enters the computation: its own figures, and what a person judged about it."""

    sheet = models.ForeignKey(FactSheet, on_delete=models.CASCADE, related_name="items")
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="+")
    setting = models.CharField(_("setting"), max_length=20, choices=Setting)
    total = money_field(verbose_name=_("total cost"))
    insurance = money_field(verbose_name=_("insurance"))
    assistance = money_field(verbose_name=_("medical assistance"))
    other_aid = money_field(verbose_name=_("other aid for this bill"), default=0)
    therapeutic = models.BooleanField(_("therapeutic"), default=True)
    exclusion = models.CharField(
        _("excluded because"), max_length=30, choices=Exclusion, blank=True
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("bill in the case")
        verbose_name_plural = _("bills in the case")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "settlement"], name="one_item_per_bill"),
        ]
        triggers = edited()

    FIGURES: ClassVar = (
        "setting",
        "total",
        "insurance",
        "assistance",
        "other_aid",
        "therapeutic",
        "exclusion",
    )

    def __str__(self) -> str:
        return f"{self.sheet} {self.settlement_id}"
