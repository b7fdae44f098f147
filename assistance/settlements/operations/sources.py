from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assistance.accounts.models import User
from assistance.settlements.models import BillSource, SourceVersion
from assistance.settlements.sources import read_definition


@transaction.atomic
def release_source(
    source: BillSource, *, text: str, actor: User | None, at: datetime
) -> SourceVersion:
    """Release columns, codes and formula of a source as its next version; the same text adds none.

    Raises BadSource with what is wrong with the text, and stores nothing.
    """
    read_definition(text)
    BillSource.objects.select_for_update().get(pk=source.pk)
    last = source.versions.order_by("number").last()
    if last is not None and last.text == text:
        return last
    return SourceVersion.objects.create(
        source=source,
        number=last.number + 1 if last else 1,
        text=text,
        released_by=actor,
        released_at=at,
    )
