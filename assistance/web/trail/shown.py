"""What a check of the chain found, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from assistance.trail.models import ChainCheck
from assistance.trail.queries import Wrong, table_label

WORDS = {
    Wrong.ROW_ALTERED: _("altered"),
    Wrong.ROW_MISSING: _("removed"),
    Wrong.ROW_INSERTED: _("put in afterwards"),
    Wrong.LINK_ALTERED: _("link of the chain altered"),
    Wrong.LINK_MISSING: _("link of the chain missing"),
    Wrong.ANCHOR_MISSING: _("printed link not in the chain"),
    Wrong.TABLE_CHANGED: _("table has changed, cannot be checked"),
}


@dataclass(frozen=True, slots=True)
class ShownCheck:
    finished_at: datetime
    found: int
    links: int
    rows: int
    shown: list[str]


def shown(check: ChainCheck) -> ShownCheck:
    lines = [
        f"{table_label(table)} {row}: {WORDS[Wrong(what)]}" for what, table, row in check.findings
    ]
    return ShownCheck(check.finished_at, check.found, check.links, check.rows, lines)
