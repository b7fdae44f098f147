"""The offices lists are pushed to, who works there, and what each may be told."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.screening.states import PUSHED, ListKind, PartnerKind, PushedField
from assistance.shared.tables import edited

PUSHED_LISTS = [(kind.value, kind.label) for kind in ListKind if kind in PUSHED]
LONGEST_TERM = 60


class PartnerOffice(models.Model):
    """An office that verifies or helps the people of an agency; one of a city serves the agencies below it too."""

    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    kind = models.CharField(_("kind of office"), max_length=15, choices=PartnerKind)
    name = models.CharField(_("name of the office"), max_length=80)
    township = models.ForeignKey(
        Division,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("township"),
        help_text=_("Of a township office alone: it is told of its own people."),
    )
    recognises = models.BooleanField(
        _("recognises recipients"),
        default=False,
        help_text=_("Offices that do are told of the risk pools and of large costs."),
    )
    by_file = models.BooleanField(
        _("gets its lists as files"),
        default=False,
        help_text=_("It has no accounts here; the reviewer hands the file over and types answers."),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("working days to answer"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_TERM)],
    )
    since = models.DateField(
        _("receives lists since"), help_text=_("Lists drawn up earlier are not pushed to it.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("partner office")
        verbose_name_plural = _("partner offices")
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "township", "name"],
                nulls_distinct=False,
                name="one_partner_office_of_a_name",
            ),
            models.CheckConstraint(
                name="township_office_has_its_township",
                condition=Q(kind=PartnerKind.TOWNSHIP, township__isnull=False)
                | (~Q(kind=PartnerKind.TOWNSHIP) & Q(township__isnull=True)),
                violation_error_message=_("A township office has a township, and no other has."),
            ),
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.name


class PartnerMember(models.Model):
    """To which office somebody with the partner's role belongs: to one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="partner_member",
        verbose_name=_("user"),
        limit_choices_to={"groups__name": "partner"},
    )
    office = models.ForeignKey(
        PartnerOffice,
        on_delete=models.PROTECT,
        related_name="members",
        verbose_name=_("partner office"),
    )

    class Meta:
        verbose_name = _("member of a partner office")
        verbose_name_plural = _("members of partner offices")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.user} · {self.office}"


class PushField(models.Model):
    """That offices of a kind are told this field of a list. The database refuses what no partner may know."""

    kind = models.CharField(_("kind of office"), max_length=15, choices=PartnerKind)
    list = models.CharField(_("list"), max_length=12, choices=PUSHED_LISTS)
    field = models.CharField(_("field"), max_length=15, choices=PushedField)

    class Meta:
        verbose_name = _("field told to partners")
        verbose_name_plural = _("fields told to partners")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "list", "field"], name="one_field_per_office_and_list"
            ),
            models.CheckConstraint(
                name="no_illness_bill_or_account_is_told",
                condition=Q(field__in=PushedField.values),
            ),
        ]
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_list_display()} · {self.get_field_display()}"
