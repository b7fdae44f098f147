"""Carrying a list out: everything that was shown and not left out, in one transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Cancelled, Outcome, Tells
from assistance.registry.models import EFFECTIVE, ListImport
from assistance.registry.operations.lists import effects
from assistance.registry.operations.lists.newcomers import register_newcomers
from assistance.registry.operations.lists.steps import APPLY, locked, queue
from assistance.shared.errors import Refused

Stage = ListImport.Stage


@transaction.atomic
def apply_list(listing: ListImport, *, actor: User, at: datetime) -> ListImport:
    """Queue the carrying out of a list that was looked at.

    Raises NotAllowed, or Refused where nothing is to be carried out and while the ends of the list wait
    for a second person.
    """
    listing = locked(listing, actor)
    if listing.stage != Stage.PREVIEWED:
        raise Refused(_("This list is not to be applied now."))
    if listing.needs_second_person:
        raise Refused(
            (
                _(
                    "This list would end %(ended)d insurances: an approver has to confirm that first."
                )
                if listing.source.is_of_insured
                else _(
                    "This list would end %(ended)d recognitions: an approver has to confirm that first."
                )
            )
            % {"ended": listing.counts.get("ended", 0)}
        )
    if not listing.rows.filter(outcome__in=EFFECTIVE, skipped=False).exists():
        raise Refused(_("The list changes nothing: discard it."))
    listing.stage, listing.applied_by = Stage.APPLYING, actor
    listing.save(update_fields=["stage", "applied_by"])
    queue(listing, APPLY, actor, at)
    return listing


def carry_out(job: BackgroundJob, progress: Tells) -> Outcome:
    """Apply the list `job.target`: the executor of `registry.apply_list`.

    Everything or nothing; a list that is applied already is only reported. Raises Refused when the
    register has changed since the preview: the list then waits to be compared again.
    """
    try:
        return _carry_out(job, progress)
    except IntegrityError:
        sentence = _("The register has changed since the comparison: compare again.")
        _back_to_preview(job.target, sentence)
        raise Refused(sentence) from None
    except Refused as refusal:
        _back_to_preview(job.target, str(refusal))
        raise
    except Cancelled:
        _back_to_preview(job.target, _("Stopped before anything was changed."))
        raise


def _back_to_preview(pk: int, message: str) -> None:
    applying = ListImport.objects.filter(pk=pk, stage=Stage.APPLYING)
    applying.update(stage=Stage.PREVIEWED, message=message[:400], applied_by=None)


@transaction.atomic
def _carry_out(job: BackgroundJob, progress: Tells) -> Outcome:
    rows = ListImport.objects.select_related("source", "agency", "applied_by")
    listing = rows.select_for_update(of=("self",)).get(pk=job.target)
    if listing.stage != Stage.APPLYING:
        return Outcome(listing.message, listing.counts)
    at = timezone.now()
    chosen = listing.rows.filter(outcome__in=EFFECTIVE, skipped=False)
    total = chosen.count()
    progress.tell(total=total, message=_("Entering new people"))
    for done in register_newcomers(listing, at=at):
        progress.tell(done=min(done, total))
    progress.tell(
        message=_("Changing insurances")
        if listing.source.is_of_insured
        else _("Changing recognitions")
    )
    with connection.cursor() as cursor:
        effects.lock_people(cursor, listing)
        _refuse_changed_since(effects.changed_since(cursor, listing))
        effects.apply(cursor, listing, at)
    progress.tell(done=total)
    listing.stage, listing.applied_at = Stage.APPLIED, at
    listing.message = _("%(rows)d rows applied.") % {"rows": total}
    listing.counts |= {"applied": total}
    listing.save(update_fields=["stage", "applied_at", "message", "counts"])
    return Outcome(listing.message, {"applied": total})


def _refuse_changed_since(changed: int) -> None:
    if changed:
        raise Refused(
            _("%(rows)d rows have changed in the register since the comparison: compare again.")
            % {"rows": changed}
        )
