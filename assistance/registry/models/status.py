from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.registry.models.people import Person
from assistance.registry.models.sources import ListSource
from assistance.registry.models.spans import ends_after_it_begins, no_overlap
from assistance.shared.tables import edited


class RecipientCategory(models.Model):
    """Code table of recognised categories (特困, 低保 …). `code` is what the calculation speaks."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=40)
    is_hardship = models.BooleanField(
        _("on the civil-affairs register of people in hardship"),
        default=False,
        help_text=_("Counts as 困难人员 in Jingning (JN21 二(一)1)."),
    )
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("recipient category")
        verbose_name_plural = _("recipient categories")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.name


class RecipientSpan(models.Model):
    """Recognition of a person in a category. Corrections void the row and add another."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="recipient_spans")
    category = models.ForeignKey(
        RecipientCategory, on_delete=models.PROTECT, related_name="+", verbose_name=_("category")
    )
    recognised_by = models.CharField(_("recognised by"), max_length=80)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The list that keeps it, and the day from which that list last said so; none: typed by hand.
    source = models.ForeignKey(
        ListSource, on_delete=models.PROTECT, null=True, blank=True, related_name="spans"
    )
    as_of = models.DateField(null=True, blank=True, editable=False)
    # Its last day was concluded from an absence, not stated: a move may still correct it.
    end_is_inferred = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        constraints = [
            no_overlap("one_recognition_of_a_category_a_day", "person", "category"),
            ends_after_it_begins("recognition_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(
                fields=["source", "category", "person"],
                condition=models.Q(voided_at__isnull=True),
                name="recognition_by_source",
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.category.name


class Enrolment(models.Model):
    """Basic medical insurance of a person in one county, resident or employee."""

    class Kind(models.TextChoices):
        RESIDENT = "390", _("Resident insurance")
        EMPLOYEE = "310", _("Employee insurance")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="enrolments")
    kind = models.CharField(_("insurance"), max_length=6, choices=Kind)
    county = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("place of insurance")
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)
    # As of a recognition: the list of the insured that keeps it; none: typed by hand.
    source = models.ForeignKey(
        ListSource, on_delete=models.PROTECT, null=True, blank=True, related_name="enrolments"
    )
    as_of = models.DateField(null=True, blank=True, editable=False)
    end_is_inferred = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            no_overlap("one_enrolment_of_a_kind_a_day", "person", "kind"),
            ends_after_it_begins("enrolment_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(
                fields=["source", "kind", "person"],
                condition=models.Q(voided_at__isnull=True),
                name="enrolment_by_source",
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.county}"
