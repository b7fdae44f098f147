"""What a person does with a list before it is applied."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.models import User
from assistance.files.operations import keep_table
from assistance.jobs.operations import cancel_job, queue_job
from assistance.jobs.queries import latest_job
from assistance.registry.insured_words import fields_of, needed_of
from assistance.registry.models import EFFECTIVE, ListImport, ListSource
from assistance.registry.permissions import check_may_confirm_ends, check_may_work_on_lists
from assistance.registry.reasons import given_reason
from assistance.shared.errors import Refused
from assistance.shared.spreadsheets import LIMITS, UnreadableFile
from assistance.shared.spreadsheets.limits import MEGABYTE

Stage = ListImport.Stage
PREVIEW, APPLY = "registry.preview_list", "registry.apply_list"
TASK = "registry.do_list_jobs"
LONGEST_FILENAME = 120
FURTHEST_AHEAD = timedelta(days=31)


@transaction.atomic
def upload_list(
    source: ListSource,
    *,
    content: bytes,
    filename: str,
    as_of: date,
    is_full: bool,
    actor: User,
    at: datetime,
) -> ListImport:
    """Take in a file and queue its comparison; nothing is changed by it yet.

    `as_of` is the first day on which the list holds. Raises NotAllowed, or Refused for an empty or too
    large file, a day too far ahead, a source out of use, and while another list of the same department
    and agency is open: one at a time, also for two uploads at once.
    """
    check_may_work_on_lists(actor, source.agency_id)
    if not source.is_active:
        raise Refused(_("This source is out of use."))
    if as_of > timezone.localdate(at) + FURTHEST_AHEAD:
        raise Refused(_("The list holds only from %(day)s on.") % {"day": as_of.isoformat()})
    _check_size(content)
    listing = ListImport(
        source=source,
        agency=source.agency,
        lane=source.lane,
        as_of=as_of,
        is_full=is_full,
        filename=filename[-LONGEST_FILENAME:],
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by=actor,
        uploaded_at=at,
    )
    try:
        with transaction.atomic():
            listing.save()
    except IntegrityError:
        raise Refused(_in_the_way(source)) from None
    listing.file = keep_table(content, name=listing.filename, actor=actor, at=at)
    listing.save(update_fields=["file"])
    queue(listing, PREVIEW, actor, at)
    return listing


def _check_size(content: bytes) -> None:
    if not content:
        raise UnreadableFile(_("The file is empty."))
    if len(content) > LIMITS.size:
        raise UnreadableFile(
            _("The file is larger than %(limit)d MB.") % {"limit": LIMITS.size // MEGABYTE}
        )


def _in_the_way(source: ListSource) -> str:
    other = ListImport.objects.filter(lane=source.lane, stage__in=ListImport.OPEN).first()
    if other is None:
        return _("Another list of this department has just been taken in. Try again.")
    return _(
        "%(user)s has a list of this department open since %(day)s: apply or discard that one first."
    ) % {"user": other.uploaded_by, "day": timezone.localtime(other.uploaded_at).date()}


@transaction.atomic
def choose_columns(
    listing: ListImport, *, headings: Mapping[str, str], actor: User, at: datetime
) -> ListImport:
    """Say which heading means which field; kept with the source, and the file is read again.

    Raises NotAllowed, or Refused unless number and name (and the insurance) are named, each by a heading of its own.
    """
    listing = locked(listing, actor)
    if listing.stage not in {Stage.MAPPING, Stage.PREVIEWED}:
        raise Refused(_("The columns of this list are not to be named now."))
    is_of_insured = listing.source.is_of_insured
    fields = fields_of(is_of_insured)
    chosen = {field: name for field, name in headings.items() if field in fields and name}
    if not set(needed_of(is_of_insured)) <= chosen.keys():
        raise Refused(
            _("Name the columns of id number, name and insurance at least.")
            if is_of_insured
            else _("Name the columns of id number and name at least.")
        )
    if len(set(chosen.values())) < len(chosen):
        raise Refused(_("One heading cannot mean two fields."))
    ListSource.objects.filter(pk=listing.source_id).update(headings=chosen)
    return _read_again(listing, actor, at)


@transaction.atomic
def compare_again(listing: ListImport, *, actor: User, at: datetime) -> ListImport:
    """Read and compare anew, because the register or the source has changed. What was left out is
    in again, and a confirmation of the ends lapses. Raises NotAllowed or Refused."""
    listing = locked(listing, actor)
    if listing.stage != Stage.PREVIEWED:
        raise Refused(_("This list is not to be looked at now."))
    return _read_again(listing, actor, at)


def _read_again(listing: ListImport, actor: User, at: datetime) -> ListImport:
    listing.stage = Stage.READING
    listing.save(update_fields=["stage"])
    queue(listing, PREVIEW, actor, at)
    return listing


@transaction.atomic
def skip_rows(
    listing: ListImport, *, rows: Sequence[int], skip: bool, actor: User, at: datetime
) -> int:
    """Leave rows out of the import, or take them in again; how many that were. Raises NotAllowed or
    Refused, also for an empty selection."""
    listing = locked(listing, actor)
    if listing.stage != Stage.PREVIEWED:
        raise Refused(_("This list is not to be looked at now."))
    if not rows:
        raise Refused(_("Tick at least one row."))
    chosen = listing.rows.filter(pk__in=rows, outcome__in=EFFECTIVE).exclude(skipped=skip)
    return chosen.update(skipped=skip)


@transaction.atomic
def confirm_ends(listing: ListImport, *, ended: int, actor: User, at: datetime) -> ListImport:
    """A second person stands for a list that ends more than its source lets pass.

    `ended` is the number that was on screen; another one is refused. Raises NotAllowed for whoever
    uploaded it and whoever does not approve here, or Refused.
    """
    listing = locked(listing, None)
    check_may_confirm_ends(actor, listing)
    if listing.stage != Stage.PREVIEWED or not listing.needs_second_person:
        raise Refused(_("There is nothing to confirm here."))
    if listing.counts.get("ended") != ended:
        raise Refused(_("The number of ends has changed; look at the list again."))
    listing.confirmed_by, listing.confirmed_at = actor, at
    listing.save(update_fields=["confirmed_by", "confirmed_at"])
    return listing


@transaction.atomic
def discard_list(listing: ListImport, *, reason: str, actor: User, at: datetime) -> ListImport:
    """Put a list away that was not applied; its lane is free again. Raises NotAllowed or Refused."""
    reason = given_reason(reason)
    listing = locked(listing, actor)
    if not listing.is_open:
        raise Refused(_("This list is not open any more."))
    job = latest_job(listing.pk, PREVIEW, APPLY)
    if job is not None and job.is_live:
        if job.state == job.State.RUNNING:
            raise Refused(_("It is being worked on: stop the work first."))
        cancel_job(job, actor=actor, at=at)
    listing.stage = Stage.DISCARDED
    listing.closed_by, listing.closed_at, listing.closed_because = actor, at, reason
    listing.save(update_fields=["stage", "closed_by", "closed_at", "closed_because"])
    return listing


def locked(listing: ListImport, actor: User | None) -> ListImport:
    """The list's row, locked, once the actor may work on it. Raises NotAllowed."""
    rows = ListImport.objects.select_related("source", "agency").select_for_update(of=("self",))
    listing = rows.get(pk=listing.pk)
    check_may_work_on_lists(actor, listing.agency_id)
    return listing


def queue(listing: ListImport, kind: str, actor: User, at: datetime) -> None:
    queue_job(
        kind,
        target=listing.pk,
        subject=f"{listing.source} · {listing.as_of:%Y-%m}",
        filename=listing.filename,
        agency=listing.agency,
        actor=actor,
        at=at,
        task=TASK,
    )
