"""Papers of a case: added, voided, and what became of their originals."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.cases.models import Application, Evidence, EvidenceKind, Original, OriginalChange
from assistance.cases.operations.moves import locked, take_part
from assistance.cases.papers import papers_of
from assistance.cases.permissions import check_may_add_evidence, may_record_original
from assistance.cases.queries import evidence_of
from assistance.files.checks import Unfit
from assistance.files.models import StoredFile
from assistance.files.operations import keep
from assistance.shared.errors import NotAllowed, Refused

MOST_PAPERS = 80
LONGEST_REASON = 200
NEXT_ORIGINAL: dict[str, frozenset[str]] = {
    Original.NOT_SEEN: frozenset({Original.SEEN, Original.KEPT}),
    Original.SEEN: frozenset({Original.KEPT}),
    Original.KEPT: frozenset({Original.RETURNED}),
    Original.RETURNED: frozenset(),
}


@transaction.atomic
def add_evidence(
    application: Application,
    *,
    kind: str,
    papers: Sequence[File[Any] | StoredFile],
    note: str = "",
    original: str = Original.NOT_SEEN,
    actor: User,
    at: datetime,
) -> list[Evidence]:
    """Add papers of one kind, all or none; a file already kept may be referred to again.

    The same file as the same paper, sent a second time, is the paper that is there already.
    The version of the case stays: a paper more makes nobody's open form wrong. Raises NotAllowed outside
    draft, returned and county review, `Unfit` naming the file that cannot be kept, Refused for too many.
    """
    application = locked(application, version=None)
    take_part(application, check_may_add_evidence(actor, application), actor=actor)
    if kind not in {paper.kind for paper in papers_of(application.programme)}:
        raise Refused(_("This programme has no such kind of paper."))
    if not papers:
        raise Refused(_("Choose at least one file."))
    if evidence_of(application).count() + len(papers) > MOST_PAPERS:
        raise Refused(_("A case holds at most %(most)s papers.") % {"most": MOST_PAPERS})
    return [
        _add(application, EvidenceKind(kind), paper, note.strip(), original, actor, at)
        for paper in papers
    ]


def _add(
    application: Application,
    kind: EvidenceKind,
    paper: File[Any] | StoredFile,
    note: str,
    original: str,
    actor: User,
    at: datetime,
) -> Evidence:
    file = _kept(paper, actor, at)
    # Pressed twice: the application is locked, so the first is there by now. The file left over is swept.
    known = evidence_of(application).filter(kind=kind, file__sha256=file.sha256).first()
    if known is not None:
        return known
    row = Evidence.objects.create(
        application=application,
        kind=kind,
        file=file,
        note=note,
        added_by=actor,
        added_at=at,
    )
    if original != Original.NOT_SEEN:
        _record(row, original, "", actor, at)
    return row


def _kept(paper: File[Any] | StoredFile, actor: User, at: datetime) -> StoredFile:
    if isinstance(paper, StoredFile):
        return paper
    try:
        return keep(paper, actor=actor, at=at)
    except Unfit as error:
        # Of several at once, which.
        raise Unfit(
            _("%(name)s: %(sentence)s") % {"name": paper.name, "sentence": error}
        ) from error


def bring_papers(
    earlier: Application,
    application: Application,
    *,
    kinds: Collection[str],
    actor: User,
    at: datetime,
) -> None:
    """Refer to the papers of an earlier case, of these kinds, in a case that is just being opened."""
    Evidence.objects.bulk_create(
        Evidence(
            application=application,
            kind=row.kind,
            file=row.file,
            note=row.note,
            added_by=actor,
            added_at=at,
            copied_from=row,
        )
        for row in evidence_of(earlier).filter(kind__in=kinds)
    )


@transaction.atomic
def void_evidence(evidence: Evidence, *, reason: str, actor: User, at: datetime) -> Evidence:
    """Take a paper out of the case; it stays to be read. Raises NotAllowed as adding does, or Refused."""
    application = locked(evidence.application, version=None)
    take_part(application, check_may_add_evidence(actor, application), actor=actor)
    evidence = Evidence.objects.select_related("application", "file").get(pk=evidence.pk)
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise Refused(_("Give a reason."))
    if evidence.voided_at is not None:
        raise Refused(_("This paper has already been voided."))
    evidence.voided_by = actor
    evidence.voided_at = at
    evidence.voided_because = reason
    evidence.save(update_fields=["voided_by", "voided_at", "voided_because"])
    return evidence


@transaction.atomic
def record_original(
    evidence: Evidence, *, original: str, note: str = "", actor: User, at: datetime
) -> Evidence:
    """Note that the original was seen, kept or given back: in that order, each once, by name and time.

    Raises NotAllowed, or Refused for a step that does not follow.
    """
    application = locked(evidence.application, version=None)
    if not may_record_original(actor, application):
        raise NotAllowed(_("Your role does not allow this for this case."))
    evidence = Evidence.objects.select_related("application", "file").get(pk=evidence.pk)
    if evidence.voided_at is not None:
        raise Refused(_("This paper has already been voided."))
    if original not in NEXT_ORIGINAL[evidence.original]:
        raise Refused(
            _("The original is “%(before)s”; it cannot become “%(after)s”.")
            % {
                "before": Original(evidence.original).label,
                "after": dict(Original.choices).get(original, original),
            }
        )
    _record(evidence, original, note.strip(), actor, at)
    return evidence


def _record(evidence: Evidence, original: str, note: str, actor: User, at: datetime) -> None:
    OriginalChange.objects.create(evidence=evidence, original=original, note=note, by=actor, at=at)
    evidence.original = original
    evidence.save(update_fields=["original"])
