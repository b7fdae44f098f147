from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from assistance.shared.tables import HISTORY, written_once


class RowChange(models.Model):
    """What a row of an edited table was and became. Written by triggers alone; relates to nothing.

    `changes` maps a column to [before, after]; encrypted columns are hex of their cipher text.
    """

    class Kind(models.TextChoices):
        INSERT = "insert", _("Entered")
        UPDATE = "update", _("Changed")
        DELETE = "delete", _("Removed")

    at = models.DateTimeField(_("at"), db_default=Now())
    table_name = models.CharField(_("table"), max_length=63)
    row_id = models.BigIntegerField(_("row"))
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    changes = models.JSONField(_("changes"))
    # Empty: nobody was logged in; `source` then names the task or the command.
    user_id = models.BigIntegerField(_("user"), null=True)
    request = models.CharField(_("request"), max_length=32, blank=True, default="")
    source = models.CharField(_("task or command"), max_length=80, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")

    class Meta:
        db_table = HISTORY
        verbose_name = _("change of a row")
        verbose_name_plural = _("changes of rows")
        indexes = [
            models.Index(fields=["table_name", "row_id", "id"], name="row_change_by_row"),
            models.Index(fields=["user_id", "id"], name="row_change_by_user"),
            models.Index(
                fields=["request"],
                name="row_change_by_request",
                condition=~models.Q(request=""),
            ),
            # Whom a removed row named: few rows are ever removed.
            GinIndex(
                OpClass("changes", name="jsonb_path_ops"),
                name="row_change_of_removed",
                condition=models.Q(kind="delete"),
            ),
        ]
        triggers = written_once()

    def __str__(self) -> str:
        return f"{self.table_name} {self.row_id}: {self.kind}"
