"""The definition of a source: drafted by an administrator, released by somebody else."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.settlements.models import BillSource, SourceVersion
from assistance.settlements.permissions import check_may_draft_source, check_may_release_source
from assistance.settlements.sources import read_definition
from assistance.shared.errors import Refused


@transaction.atomic
def draft_source(source: BillSource, *, text: str, actor: User | None, at: datetime) -> BillSource:
    """Keep columns, codes and formula of a source for somebody else to release; the text in force gives
    no draft. Nothing is read by it yet.

    Raises NotAllowed, or BadSource with what is wrong with the text.
    """
    check_may_draft_source(actor)
    text = text.replace("\r\n", "\n")
    read_definition(text)
    source = BillSource.objects.select_for_update().get(pk=source.pk)
    last = source.versions.order_by("number").last()
    source.draft = "" if last is not None and last.text == text else text
    source.drafted_by, source.drafted_at = actor, at
    source.save(update_fields=["draft", "drafted_by", "drafted_at"])
    return source


@transaction.atomic
def release_source(
    source: BillSource, *, draft: str | None = None, actor: User | None, at: datetime
) -> SourceVersion:
    """Release the draft of a source as its next version, by which deliveries are read from now on.

    `draft` is the text that was on screen; another one is refused. Raises NotAllowed for whoever
    drafted it and whoever does not approve for the agency, or Refused.
    """
    source = BillSource.objects.select_for_update().get(pk=source.pk)
    check_may_release_source(actor, source)
    if not source.draft:
        raise Refused(_("There is no draft to release."))
    if draft is not None and draft.replace("\r\n", "\n").strip() != source.draft.strip():
        raise Refused(_("The draft has changed; look at it again."))
    last = source.versions.order_by("number").last()
    version = SourceVersion.objects.create(
        source=source,
        number=last.number + 1 if last else 1,
        text=source.draft,
        drafted_by=source.drafted_by,
        released_by=actor,
        released_at=at,
    )
    source.draft = ""
    source.save(update_fields=["draft"])
    return version
