from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.registry.models.spans import ends_after_it_begins, no_overlap
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import edited


class Sex(models.TextChoices):
    FEMALE = "2", _("Female")
    MALE = "1", _("Male")
    UNKNOWN = "0", _("Unknown")


class CertificateType(models.TextChoices):
    """psn_cert_type of the national interface. A disability card (09) identifies nobody.

    PROVISIONAL is our own: a newborn has a number of ours until the household register gives one.
    """

    RESIDENT_ID = "01", _("Resident identity card")
    HONG_KONG_MACAU = "04", _("Mainland travel permit for Hong Kong and Macau residents")
    TAIWAN = "06", _("Mainland travel permit for Taiwan residents")
    PERMANENT_RESIDENCE = "07", _("Foreign permanent resident id card")
    FOREIGN_PASSPORT = "08", _("Foreign passport")
    PASSPORT = "16", _("Chinese passport")
    RESIDENCE_PERMIT = "17", _("Residence permit for Hong Kong, Macau and Taiwan residents")
    PROVISIONAL = "TEMP", _("Provisional number (newborn)")


class Person(models.Model):
    name = models.CharField(_("name"), max_length=60)
    pinyin_key = models.CharField(max_length=120, editable=False, db_index=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, default=Sex.UNKNOWN)
    born_on = models.DateField(_("date of birth"))
    certificate_type = models.CharField(
        _("kind of document"),
        max_length=6,
        choices=CertificateType,
        default=CertificateType.RESIDENT_ID,
    )
    id_number = EncryptedTextField(_("id number"))
    id_digest = models.BinaryField(max_length=32, editable=False)
    # The last four places, by which one is looked for on the telephone.
    tail_digest = models.BinaryField(max_length=32, editable=False, default=b"")
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    phone_digest = models.BinaryField(max_length=32, editable=False, default=b"")
    died_on = models.DateField(_("died on"), null=True, blank=True)
    # Derived from the residences by the operations that write them: who answers for this person today.
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("township")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    # Another record of the same human, which answers for both; written by the merging alone. One level
    # deep: a record others are merged into is never merged itself.
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_records",
        verbose_name=_("merged into"),
    )
    created_at = models.DateTimeField(_("entered at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                fields=["certificate_type", "id_digest"], name="one_person_per_number"
            ),
            models.CheckConstraint(
                name="record_is_not_merged_into_itself", condition=~Q(merged_into=F("id"))
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "pinyin_key", "id"], name="person_by_agency_and_name"),
            models.Index(
                fields=["township", "pinyin_key", "id"], name="person_by_township_and_name"
            ),
            models.Index(fields=["tail_digest"], name="person_by_tail"),
            models.Index(
                fields=["phone_digest"],
                condition=~models.Q(phone_digest=b""),
                name="person_by_phone",
            ),
            # A list asks thousands of people for nothing but these columns.
            models.Index(
                fields=["id"],
                include=["agency", "township", "died_on", "merged_into"],
                name="person_of_lists",
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return self.name


class Residence(models.Model):
    """Where a person is registered (hukou) or lives, from when to when.

    Where help is managed by the area of recognition (ZS22 二(一)2) and that is another one, it has an entry too.
    The kinds sort by who decides about the agency.
    """

    class Kind(models.TextChoices):
        HUKOU = "hukou", _("Household registration")
        LIVING = "living", _("Actual residence")
        AREA = "area", _("Area of recognition")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="residences")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("township")
    )
    village = models.CharField(_("village or community"), max_length=60, blank=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("residence")
        verbose_name_plural = _("residences")
        constraints = [
            no_overlap("one_residence_of_a_kind_a_day", "person", "kind"),
            ends_after_it_begins("residence_ends_after_it_begins"),
        ]
        # By these a list of a day finds who has moved since.
        indexes = [
            models.Index(
                fields=["first_day"], condition=Q(voided_at__isnull=True), name="residence_begins"
            ),
            models.Index(
                fields=["last_day"],
                condition=Q(voided_at__isnull=True, last_day__isnull=False),
                name="residence_ends",
            ),
        ]
        triggers = edited()

    def __str__(self) -> str:
        return f"{self.division} {self.village}".strip()
