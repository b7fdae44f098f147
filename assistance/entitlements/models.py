from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.registry.models import Person
from assistance.shared.fields import money_field
from assistance.shared.tables import written_once

MONTHS = 12


def no_cost() -> list[int]:
    return [0] * MONTHS


class Bucket(models.TextChoices):
    """What an annual maximum is counted on."""

    JINGNING = "jn21", _("Jingning high-expense subsidy")
    # Beside every annual maximum (ZS22 二(五)1, AMB-48).
    BOTTOM_LINE = "bottom_line", _("Bottom-line payment")
    INPATIENT = "assist_in", _("Assistance with inpatient bills")
    OUTPATIENT = "assist_out", _("Assistance with outpatient bills")


class PersonYear(models.Model):
    """One person's account of one benefit year; its row lock serialises everything that spends it."""

    # Found by the unique rows, which begin with it.
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, db_index=False, related_name="years"
    )
    year = models.PositiveSmallIntegerField(_("benefit year"))
    # What the person paid by the end of each month, January first, in fen, after every insurer, assistance
    # and huimin insurance: of the whole cost, and of the in-scope cost.
    own_total = ArrayField(models.BigIntegerField(), size=MONTHS, default=no_cost, editable=False)
    own_in_scope = ArrayField(
        models.BigIntegerField(), size=MONTHS, default=no_cost, editable=False
    )

    class Meta:
        verbose_name = _("person-year account")
        verbose_name_plural = _("person-year accounts")
        constraints = [
            models.UniqueConstraint(fields=["person", "year"], name="one_account_per_person_year")
        ]

    def __str__(self) -> str:
        return str(self.year)


class Entry(models.Model):
    """A movement of a person-year account. Granted is positive; taking back is a negative entry."""

    class Kind(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REVERSED = "reversed", _("Reversed")
        RECOVERED = "recovered", _("Recovered")
        OPENING = "opening", _("Opening balance")

    account = models.ForeignKey(PersonYear, on_delete=models.PROTECT, related_name="entries")
    bucket = models.CharField(_("bucket"), max_length=20, choices=Bucket)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    amount = money_field(verbose_name=_("amount"))
    # What caused it, unique: a retried operation books once. A reversal names the entry it takes back.
    source = models.CharField(_("source"), max_length=80, unique=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.CheckConstraint(
                name="entry_sign_follows_kind",
                condition=Q(kind__in=["granted", "opening"], amount__gte=0)
                | Q(kind__in=["reversed", "recovered"], amount__lte=0),
            ),
            models.CheckConstraint(
                name="only_a_reversal_names_an_entry",
                condition=Q(kind="reversed", reverses__isnull=False)
                | (~Q(kind="reversed") & Q(reverses__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["account"],
                condition=Q(bucket="bottom_line"),
                name="entry_of_the_bottom_line",
            )
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.source} {self.amount}"
