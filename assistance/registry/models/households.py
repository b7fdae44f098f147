from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Division
from assistance.registry.models.people import Person
from assistance.registry.models.spans import ends_after_it_begins, no_overlap
from assistance.shared.tables import edited


class Household(models.Model):
    """People who share a household book, or share income and cost: 共同生活家庭成员."""

    number = models.CharField(_("household number"), max_length=40)
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("township")
    )
    created_at = models.DateTimeField(_("entered at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("household")
        verbose_name_plural = _("households")
        constraints = [
            models.UniqueConstraint(
                fields=["township", "number"], name="one_household_per_number_and_township"
            )
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.number


class HouseholdMember(models.Model):
    """Who belonged to a household, from when to when; the last day is inside."""

    class Relation(models.TextChoices):
        HEAD = "head", _("Head of the household")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Son or daughter")
        PARENT = "parent", _("Father or mother")
        GRANDPARENT = "grandparent", _("Grandparent")
        GRANDCHILD = "grandchild", _("Grandchild")
        SIBLING = "sibling", _("Brother or sister")
        OTHER = "other", _("Other relative or dependant")

    household = models.ForeignKey(
        Household, on_delete=models.PROTECT, related_name="members", verbose_name=_("household")
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("person")
    )
    relation = models.CharField(_("relation to the head"), max_length=12, choices=Relation)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("household member")
        verbose_name_plural = _("household members")
        constraints = [
            no_overlap("one_household_a_day", "person"),
            no_overlap("one_head_of_a_household_a_day", "household", among=Q(relation="head")),
            ends_after_it_begins("membership_ends_after_it_begins"),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.household} · {self.get_relation_display()}"
