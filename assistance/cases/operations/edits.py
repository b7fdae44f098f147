"""Noting who changed what in a case, and what somebody has typed and not sent yet."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from assistance.accounts.models import User
from assistance.cases.models import Application, CaseEdit, FormDraft
from assistance.settlements.models import Settlement

LONGEST_VALUE = 300
LONGEST_DRAFT = 20_000
# A draft is personal data: what nobody came back for in a month is not kept.
DRAFT_LIFE = timedelta(days=30)
Values = Mapping[str, Any]


def note_edits(
    application: Application,
    part: CaseEdit.Part,
    before: Values,
    after: Values,
    *,
    bill: Settlement | None = None,
    actor: User,
    at: datetime,
) -> None:
    """Leave a row for every value that changed. Call it before `touch`, which makes the next version."""
    CaseEdit.objects.bulk_create(
        CaseEdit(
            application=application,
            version=application.version + 1,
            part=part,
            bill=bill,
            field=field,
            old=_text(before[field]),
            new=_text(after[field]),
            by=actor,
            at=at,
        )
        for field in after
        if before[field] != after[field]
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)[:LONGEST_VALUE]


@transaction.atomic
def save_draft(user: User, form: str, subject: str, *, values: Values, at: datetime) -> None:
    """Keep what `user` has typed into `form` about `subject`, over what was kept before; text only."""
    text = json.dumps(dict(values), ensure_ascii=False)
    if len(text) > LONGEST_DRAFT:
        return
    FormDraft.objects.filter(saved_at__lt=at - DRAFT_LIFE).delete()
    FormDraft.objects.update_or_create(
        user=user, form=form, subject=subject, defaults={"values": text, "saved_at": at}
    )


def discard_draft(user: User, form: str, subject: str) -> None:
    """Forget what was typed: it was sent, or is not wanted."""
    FormDraft.objects.filter(user=user, form=form, subject=subject).delete()
