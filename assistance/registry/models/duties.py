"""What is owed to every recipient besides aid: insurance, its premium, and that aid reaches him."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.registry.models.people import Person
from assistance.shared.fields import money_field
from assistance.shared.tables import edited


class Subsidy(models.Model):
    """The premium of a person's resident insurance of a year, paid by the public (资助参保)."""

    class Way(models.TextChoices):
        PAID_FOR = "paid_for", _("Paid by the medical-security office on the person's behalf")
        REFUNDED = "refunded", _("Paid by the person and refunded")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="subsidies")
    year = models.PositiveSmallIntegerField(_("year of insurance"))
    # The county whose public purse pays: the place of insurance (ZS22-2.1.3).
    county = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("place of insurance")
    )
    # The premium has two parts (B-30).
    basic = money_field(verbose_name=_("premium of basic insurance"))
    big_illness = money_field(verbose_name=_("premium of big-illness insurance"), default=0)
    paid_on = models.DateField(_("paid on"))
    way = models.CharField(_("way"), max_length=10, choices=Way, default=Way.PAID_FOR)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("premium subsidy")
        verbose_name_plural = _("premium subsidies")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "year"],
                condition=Q(voided_at__isnull=True),
                name="one_premium_subsidy_a_year",
            ),
            models.CheckConstraint(
                name="premium_subsidy_is_positive", condition=Q(basic__gt=0, big_illness__gte=0)
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return str(self.year)


class Duty(models.TextChoices):
    """The monthly checks (B-14)."""

    INSURE = "insure", _("Recognised and not insured")
    SUBSIDISE = "subsidise", _("Insured and the premium not subsidised")
    ASSIST = "assist", _("Own cost in the month and no assistance")
    # Where the document has the treasury buy it (ZS22 二(四)2).
    HUIMIN = "huimin", _("Recognised and without the huimin insurance of the year")


class DutyNote(models.Model):
    """Who looks after somebody on a to-do list of a month, or why nothing is to be done."""

    class Outcome(models.TextChoices):
        OPEN = "", _("To do")
        ELSEWHERE = "elsewhere", _("Insured in another place")
        EMPLOYEE = "employee", _("Insured as an employee")
        DECLINED = "declined", _("Does not want to, told of the consequences")
        NOT_DUE = "not_due", _("Not entitled, or not this year")
        LEFT = "left", _("Died, moved away or about to be ended")
        REQUESTED = "requested", _("Passed on to the office that has to act")
        OTHER = "other", _("Another reason")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="duty_notes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    duty = models.CharField(_("check"), max_length=10, choices=Duty)
    # The first day of the month that was checked: what is still so is on the list of the next one.
    month = models.DateField(_("month"))
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    outcome = models.CharField(_("reason"), max_length=10, choices=Outcome, blank=True)
    note = models.CharField(_("explanation"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("note on a to-do list")
        verbose_name_plural = _("notes on to-do lists")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "duty", "month"], name="one_note_per_person_duty_and_month"
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_duty_display()}"
