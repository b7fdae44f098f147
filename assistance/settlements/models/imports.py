"""Bills that another system sends: who sends them, each delivery, and the rows nobody could book yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from assistance.accounts.models import Agency
from assistance.files.models import StoredFile
from assistance.settlements.models.bills import Settlement
from assistance.shared.fields import EncryptedTextField, money_field
from assistance.shared.tables import edited, written_once


class BillSource(models.Model):
    """A system that sends bills to an agency: the insurance platform of a city, a hospital's own."""

    class Meaning(models.TextChoices):
        # maf_pay is what was granted: it fills caps and years, our own figure stands beside it.
        RECORDED = "recorded", _("Assistance was granted there and is recorded here")
        SETTLED = "settled", _("Assistance is computed and granted here")

    code = models.SlugField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=80)
    agency = models.ForeignKey(
        Agency, on_delete=models.PROTECT, related_name="+", verbose_name=_("agency")
    )
    meaning = models.CharField(_("what a row means"), max_length=10, choices=Meaning)
    city = models.CharField(
        _("documents of"),
        max_length=20,
        blank=True,
        help_text=_("The place whose documents assist each bill; empty where none does."),
    )
    # What an administrator has written and somebody else has yet to release.
    draft = models.TextField(_("definition to be released"), blank=True)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    drafted_at = models.DateTimeField(_("drafted at"), null=True, editable=False)

    class Meta:
        verbose_name = _("source of bills")
        verbose_name_plural = _("sources of bills")
        triggers = edited(inserts=True)

    def __str__(self) -> str:
        return self.name


class SourceVersion(models.Model):
    """The columns, codes and formula of a source as they were released; written once."""

    source = models.ForeignKey(BillSource, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("definition"))
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    released_at = models.DateTimeField(_("released at"))

    class Meta:
        verbose_name = _("definition of a source")
        verbose_name_plural = _("definitions of sources")
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="one_number_per_source"),
            models.CheckConstraint(
                name="source_released_by_another",
                condition=Q(drafted_by__isnull=True)
                | Q(released_by__isnull=True)
                | ~Q(released_by=F("drafted_by")),
            ),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.source} v{self.number}"


class BillImport(models.Model):
    """One delivery, booked whole in one transaction; what became of its rows in figures.

    An upload waits until a worker takes it: one at a time for each source.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("To be booked")
        BOOKED = "booked", _("All booked")
        FAILED = "failed", _("Not booked")
        CANCELLED = "cancelled", _("Stopped")

    source = models.ForeignKey(
        BillSource, on_delete=models.PROTECT, related_name="deliveries", verbose_name=_("source")
    )
    version = models.ForeignKey(SourceVersion, on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.BOOKED)
    # Why it was not booked, or what is to be said about it.
    message = models.CharField(_("message"), max_length=400, blank=True)
    file_name = models.CharField(_("file"), max_length=200)
    # Of an upload, until it is half a year old.
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    started_at = models.DateTimeField(_("started at"))
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    rows = models.PositiveIntegerField(_("rows"), default=0)
    booked = models.PositiveIntegerField(_("booked"), default=0)
    refunded = models.PositiveIntegerField(_("refunds"), default=0)
    known = models.PositiveIntegerField(_("known already"), default=0)
    supplements = models.PositiveIntegerField(_("assistance settled later"), default=0)
    in_doubt = models.PositiveIntegerField(_("in doubt"), default=0)
    warned = models.PositiveIntegerField(_("with a warning"), default=0)
    fee_lines = models.PositiveIntegerField(_("fee lines"), default=0)
    total = money_field(verbose_name=_("total cost"), default=0)
    assistance = money_field(verbose_name=_("medical assistance"), default=0)

    class Meta:
        verbose_name = _("delivery of bills")
        verbose_name_plural = _("deliveries of bills")
        constraints = [
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(state="waiting"),
                name="one_waiting_delivery_per_source",
            )
        ]
        indexes = [
            models.Index(fields=["version", "-id"], name="import_by_version"),
            models.Index(fields=["source", "-id"], name="import_by_source"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} {self.started_at:%Y-%m-%d %H:%M}"


class BillInDoubt(models.Model):
    """A row that could not be booked, kept whole until somebody mends it or the missing fact comes."""

    class Reason(models.TextChoices):
        BAD_ROW = "bad_row", _("The row cannot be read")
        UNKNOWN_PERSON = "unknown_person", _("The person is not registered")
        DIFFERS = "differs", _("A bill of this number is booked with other figures")
        TWICE = "twice", _("The number stands twice in the file, with other figures")
        INVOICE = "invoice", _("The invoice counts already")
        NO_ORIGINAL = "no_original", _("Refund of a bill that is not here")
        LIFE = "life", _("Outside the life of the person")
        NO_BILL = "no_bill", _("Fee line of a bill that is not here")

    delivery = models.ForeignKey(BillImport, on_delete=models.PROTECT, related_name="doubts")
    line = models.PositiveIntegerField(_("row"))
    reason = models.CharField(_("reason"), max_length=16, choices=Reason)
    fault = models.CharField(_("what is wrong"), max_length=300, blank=True)
    # The bill's number at the source with the source's code before it, where the row gives one.
    number = models.CharField(_("number at the source"), max_length=60, blank=True)
    # The row as it came, as JSON; the digest finds it again once the person is registered.
    payload = EncryptedTextField(_("row as it came"))
    id_digest = models.BinaryField(max_length=32, null=True, editable=False)
    # The same row of the same source is in doubt once, however often it comes.
    row_digest = models.BinaryField(max_length=32, null=True, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("bill in doubt")
        verbose_name_plural = _("bills in doubt")
        indexes = [
            models.Index(
                fields=["id_digest"],
                condition=Q(settled_at__isnull=True),
                name="open_doubt_by_person",
            ),
            models.Index(fields=["delivery", "id"], name="doubt_by_delivery"),
            models.Index(fields=["row_digest"], name="doubt_by_row"),
            models.Index(fields=["-id"], condition=Q(settled_at__isnull=True), name="open_doubt"),
        ]

    def __str__(self) -> str:
        return f"{self.delivery} {self.line}"


class BillWarning(models.Model):
    """Something a person should look at in a bill that was booked all the same."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", _("The sums of the row do not agree")
        NAME = "name", _("The name is not that of the register")
        HUKOU = (
            "hukou",
            _(
                "Registered in another city: a person decides whether the rule is for this recipient"
            ),
        )
        AGENCY = (
            "agency",
            _(
                "The person belongs to another agency: a person decides by the documents of that agency"
            ),
        )
        NO_FIGURE = "no_figure", _("No own figure: a person decides what is due")
        FLOOR = (
            "floor",
            _("Floor values only: nothing is granted until the county's own version is released"),
        )
        PLACE = "place", _("The hospital was not designated on the fee date: no assistance")

    # A person decides what is due: nothing was computed, or nothing may be granted by it.
    OF_A_PERSON = (Kind.HUKOU, Kind.AGENCY, Kind.NO_FIGURE, Kind.FLOOR)

    delivery = models.ForeignKey(BillImport, on_delete=models.PROTECT, related_name="warnings")
    settlement = models.ForeignKey(Settlement, on_delete=models.PROTECT, related_name="warnings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # Of a sum that does not agree: its place in the source's definition, counted from 1.
    place = models.PositiveSmallIntegerField(_("sum"), null=True)
    # Why there is no figure, as it was said when the bill came.
    said = models.CharField(
        _("what is wrong"), max_length=300, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("warning of a bill")
        verbose_name_plural = _("warnings of bills")
        indexes = [models.Index(fields=["kind", "settlement"], name="warning_by_kind")]
        triggers = written_once()

    def __str__(self) -> str:
        return self.get_kind_display()
