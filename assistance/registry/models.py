from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency, Division
from assistance.shared.fields import EncryptedTextField
from assistance.shared.tables import written_once


def _no_overlap(name: str, *fields: str) -> ExclusionConstraint:
    """Rows that agree in `fields` may not overlap in [first_day, last_day] unless voided."""
    days = Func(
        F("first_day"),
        F("last_day"),
        Value("[]"),
        function="daterange",
        output_field=DateRangeField(),
    )
    same = [(field, RangeOperators.EQUAL) for field in fields]
    return ExclusionConstraint(
        name=name,
        expressions=[*same, (days, RangeOperators.OVERLAPS)],
        condition=Q(voided_at__isnull=True),
    )


def _ends_after_it_begins(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day"))
    )


class Sex(models.TextChoices):
    FEMALE = "2", _("Female")
    MALE = "1", _("Male")
    UNKNOWN = "0", _("Unknown")


class CertificateType(models.TextChoices):
    """psn_cert_type of the national interface; the road registers resident identity cards."""

    RESIDENT_ID = "01", _("Resident identity card")


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
    phone = EncryptedTextField(_("phone"), blank=True, default="")
    died_on = models.DateField(_("died on"), null=True, blank=True)
    # Derived from the residences by the operations that write them: who answers for this person today.
    township = models.ForeignKey(
        Division, on_delete=models.PROTECT, related_name="+", verbose_name=_("township")
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
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
            )
        ]
        indexes = [
            models.Index(fields=["agency", "pinyin_key", "id"], name="person_by_agency_and_name"),
            models.Index(
                fields=["township", "pinyin_key", "id"], name="person_by_township_and_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Residence(models.Model):
    """Where a person is registered (hukou) or lives, from when to when."""

    class Kind(models.TextChoices):
        HUKOU = "hukou", _("Household registration")
        LIVING = "living", _("Actual residence")

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
            _no_overlap("one_residence_of_a_kind_a_day", "person", "kind"),
            _ends_after_it_begins("residence_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.division} {self.village}".strip()


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

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        constraints = [
            _no_overlap("one_recognition_of_a_category_a_day", "person", "category"),
            _ends_after_it_begins("recognition_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.first_day:%Y-%m-%d}"


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

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            _no_overlap("one_enrolment_of_a_kind_a_day", "person", "kind"),
            _ends_after_it_begins("enrolment_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.county}"


class BankAccount(models.Model):
    """An account money can be paid to. It counts only once a second person has checked it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="bank_accounts")
    holder_name = models.CharField(_("account holder"), max_length=60)
    bank = models.CharField(_("bank"), max_length=80)
    number = EncryptedTextField(_("account number"))
    number_digest = models.BinaryField(max_length=32, editable=False)
    is_social_security_card = models.BooleanField(_("social-security card"), default=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    entered_at = models.DateTimeField(_("entered at"))
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    retired_at = models.DateTimeField(_("no longer used since"), null=True, blank=True)
    retired_because = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("bank account")
        verbose_name_plural = _("bank accounts")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "number_digest"],
                condition=Q(retired_at__isnull=True),
                name="one_live_row_per_account",
            ),
            models.CheckConstraint(
                name="account_is_checked_by_another",
                condition=Q(checked_by__isnull=True)
                | Q(entered_by__isnull=True)
                | ~Q(checked_by=F("entered_by")),
            ),
        ]
        indexes = [models.Index(fields=["number_digest"], name="account_by_number")]

    def __str__(self) -> str:
        return f"{self.bank} · {self.holder_name}"


class AccessLog(models.Model):
    """Who looked at, searched for or took out personal data, when and why."""

    class Kind(models.TextChoices):
        LOOKUP = "lookup", _("Looked up by number and name")
        EXPORT = "export", _("Exported a list")
        BANK_FILE = "bank_file", _("Downloaded a bank file")
        PRINT = "print", _("Printed a sheet")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # What was opened, in words without personal data: "applications, 312 rows".
    subject = models.CharField(_("subject"), max_length=200)
    request_id = models.CharField(max_length=32)

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_kind_display()}"
