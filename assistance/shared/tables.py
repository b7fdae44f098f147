"""Triggers for the tables that are written once."""

from __future__ import annotations

import pgtrigger


def written_once() -> list[pgtrigger.Trigger]:
    """Refuse UPDATE and DELETE: a correction is a new row."""
    return [
        pgtrigger.Protect(name="written_once", operation=pgtrigger.Update | pgtrigger.Delete),
    ]
