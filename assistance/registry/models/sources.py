from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.shared.tables import edited


class Department(models.TextChoices):
    """Who recognises: civil affairs and the others that send lists."""

    CIVIL_AFFAIRS = "civil_affairs", _("Civil affairs")
    DISABLED = "disabled", _("Disabled persons' federation")
    AGRICULTURE = "agriculture", _("Agriculture and rural affairs")
    VETERANS = "veterans", _("Veterans affairs")
    UNION = "union", _("Trade union")
    HEALTH = "health", _("Health commission")
    ORGANISATION = "organisation", _("Organisation department")
    HUMAN_RESOURCES = "human_resources", _("Human resources and social security")
    INSURANCE = "insurance", _("Medical insurance office")
    OTHER = "other", _("Another department")


class ListSource(models.Model):
    """A list that a department sends to an agency again and again, and how it is to be read.

    The medical insurance office sends who is insured; all others send whom they recognise.
    """

    class EndMeaning(models.TextChoices):
        LAST_INSIDE = "inside", _("The last day on which it holds")
        FIRST_OUTSIDE = "outside", _("The first day on which it no longer holds")

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    department = models.CharField(_("department"), max_length=20, choices=Department)
    name = models.CharField(_("name of the list"), max_length=60)
    categories = models.ManyToManyField(
        "registry.RecipientCategory", related_name="+", verbose_name=_("categories it holds")
    )
    is_full = models.BooleanField(
        _("names everybody"),
        default=True,
        help_text=_("Whoever is missing from a full list is ended. Unticked: a list of changes."),
    )
    end_meaning = models.CharField(
        _("an end date means"), max_length=10, choices=EndMeaning, default=EndMeaning.LAST_INSIDE
    )
    # Which heading means which field, where the usual names do not tell.
    headings = models.JSONField(_("headings"), default=dict, blank=True)
    guard_percent = models.DecimalField(
        _("share of ends that needs a second person (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal("5.00"),
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    due_day = models.PositiveSmallIntegerField(
        _("expected by this day of the month"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(28)],
    )
    # Where the rule asks for it (Wenzhou): a new recognition of somebody registered elsewhere is in doubt.
    hukou_in = models.ForeignKey(
        Division,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("only people registered in"),
        help_text=_("Empty: the household registration is not asked for."),
    )
    # From this day the department and we read the same register: no half-yearly reconciliation.
    shared_since = models.DateField(
        _("data shared since"),
        null=True,
        blank=True,
        help_text=_("Empty: the list is reconciled with the register every half-year."),
    )
    # Where the insured belong whose row names no township of the agency.
    township = models.ForeignKey(
        Division,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("township of people without one"),
        help_text=_("Of the insured alone. Empty: such a row waits until the file names one."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("source of a list")
        verbose_name_plural = _("sources of lists")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "department", "name"], name="one_source_of_a_name"
            ),
            models.CheckConstraint(
                name="list_source_due_day", condition=Q(due_day__gte=1, due_day__lte=28)
            ),
            models.CheckConstraint(
                name="list_source_guard",
                condition=Q(guard_percent__gte=0, guard_percent__lte=100),
            ),
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.get_department_display()} · {self.name}"

    @property
    def is_of_insured(self) -> bool:
        """Whether its rows are insurances and not recognitions."""
        return self.department == Department.INSURANCE

    @property
    def lane(self) -> str:
        """One import at a time for each department and agency."""
        return f"recipients:{self.agency_id}:{self.department}"
