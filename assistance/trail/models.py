from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from assistance.shared.tables import written_once


class ChainLink(models.Model):
    """Rows of a written-once table as they were when they were sealed, chained to the link before.

    `rows` packs each row's id (8 bytes) and digest (32 bytes); `digest` is keyed, so that whoever
    can write the database but does not have the key cannot forge a chain.
    """

    number = models.PositiveIntegerField(_("number"), unique=True)
    table_name = models.CharField(_("table"), max_length=63)
    first_id = models.BigIntegerField(_("first row"))
    last_id = models.BigIntegerField(_("last row"))
    count = models.PositiveIntegerField(_("rows"))
    # The columns that the table had: one that came later is not in these digests.
    columns = models.JSONField(_("columns"))
    rows = models.BinaryField()
    previous = models.CharField(_("link before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    sealed_at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("link of the chain")
        verbose_name_plural = _("links of the chain")
        indexes = [models.Index(fields=["table_name", "-number"], name="link_by_table")]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


class ChainCheck(models.Model):
    """What going through the whole chain found. Findings name table and row, never what stands in it."""

    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    links = models.PositiveIntegerField(_("links"))
    rows = models.PositiveBigIntegerField(_("rows"))
    found = models.PositiveIntegerField(_("findings"))
    # The first of them, one a line: [what, table, row].
    findings = models.JSONField(_("what was found"), default=list)
    # Number and digest of the last link.
    head = models.CharField(_("last link"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("check of the chain")
        verbose_name_plural = _("checks of the chain")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.finished_at:%Y-%m-%d %H:%M}: {self.found}"


class Removal(models.Model):
    """Rows of a written-once table that were removed when their term was over, under which rule."""

    table_name = models.CharField(_("table"), max_length=63)
    # All rows up to this one may be gone.
    last_id = models.BigIntegerField(_("last row"))
    count = models.PositiveIntegerField(_("rows"))
    rule = models.CharField(_("rule"), max_length=40)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("removal after the term")
        verbose_name_plural = _("removals after the term")
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.table_name} ≤ {self.last_id}"
