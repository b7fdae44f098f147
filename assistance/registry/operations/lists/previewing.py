"""Reading a list and comparing it with the register: long work, in one transaction."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from assistance.accounts.queries import townships_of
from assistance.files.queries import content
from assistance.jobs.models import BackgroundJob
from assistance.jobs.operations import Cancelled, Outcome, Tells
from assistance.registry import list_words as words
from assistance.registry.models import CategoryWord, Enrolment, ListImport, ListRow, RecipientSpan
from assistance.registry.operations.lists.columns import Columns, Reader
from assistance.registry.operations.lists.comparing import compare
from assistance.registry.operations.lists.insured_comparing import (
    compare_insured,
    insured_reader,
    stage,
)
from assistance.registry.operations.lists.insured_reading import blocks, header_of, opened, top_of
from assistance.registry.operations.lists.reading import read_columns
from assistance.shared.errors import Refused
from assistance.shared.memory import no_search_for_cycles
from assistance.shared.spreadsheets import (
    TITLE_ROWS,
    Cell,
    Header,
    find_header,
    headings,
    is_blank,
    read_rows,
    written,
)

Stage = ListImport.Stage
NEEDED = (words.NUMBER, words.NAME)


def preview(job: BackgroundJob, progress: Tells) -> Outcome:
    """Read the file of the list `job.target` and compare it: the executor of `registry.preview_list`.

    Everything or nothing is written; a list that is no longer to be read is left as it is. Raises
    Refused for a file that cannot be read, which closes the list with the reason.
    """
    try:
        with no_search_for_cycles():
            return _preview(job, progress)
    except Refused as refusal:
        _close(job.target, str(refusal))
        raise
    except Cancelled:
        _close(job.target, _("Stopped before anything was changed."))
        raise


def _close(pk: int, message: str) -> None:
    reading = ListImport.objects.filter(pk=pk, stage=Stage.READING)
    reading.update(stage=Stage.FAILED, message=message[:400], closed_at=timezone.now())


@transaction.atomic
def _preview(job: BackgroundJob, progress: Tells) -> Outcome:
    listing = ListImport.objects.select_for_update(of=("self",)).get(pk=job.target)
    if listing.stage != Stage.READING or listing.file is None:
        return Outcome(listing.message, listing.counts)
    compared = _insured if listing.source.is_of_insured else _recipients
    rows = compared(listing, progress)
    if rows is None:
        return Outcome(listing.message)
    progress.tell(done=rows)
    listing.counts = _counts(listing, rows)
    listing.stage = Stage.PREVIEWED
    listing.message = _("%(rows)d rows compared.") % {"rows": rows}
    listing.confirmed_by = listing.confirmed_at = None
    listing.save()
    return Outcome(listing.message, listing.counts)


def _recipients(listing: ListImport, progress: Tells) -> int | None:
    """Read and compare whom a department recognises; how many rows, or None where columns are to be named."""
    assert listing.file is not None, "the caller has looked"
    rows = read_rows(content(listing.file), filename=listing.filename)
    progress.tell(total=len(rows), message=_("Reading the rows"))
    header = find_header(rows, aliases=words.ALIASES, needed=NEEDED, chosen=listing.source.headings)
    if header is None:
        _ask_for_columns(listing, rows)
        return None
    columns = read_columns(rows, header, _reader(listing))
    if not any(columns.keys):
        raise Refused(_nothing_read())
    progress.tell(done=len(columns.lines) // 2, message=_("Comparing with the register"))
    _begin(listing, header)
    listing.ends_held_because = _held_because(columns)
    compare(listing, columns, is_older=_is_older(listing))
    return len(columns.lines)


def _insured(listing: ListImport, progress: Tells) -> int | None:
    """The same of a list of the insured, which is read in blocks."""
    assert listing.file is not None, "the caller has looked"
    table = opened(content(listing.file), listing.filename)
    progress.tell(total=table.length, message=_("Reading the rows"))
    top = top_of(table)
    header = header_of(top, listing.source.headings)
    if header is None:
        _ask_for_columns(listing, top)
        return None
    reader = insured_reader(listing)
    staged = stage(
        blocks(table, header, reader),
        otherwise=listing.source.township_id,
        told=lambda rows: progress.tell(done=rows // 2),
    )
    if not staged.numbered:
        raise Refused(_nothing_read())
    progress.tell(message=_("Comparing with the register"))
    _begin(listing, header)
    listing.ends_held_because = _held_by(staged.anybody)
    compare_insured(listing, staged, reader, is_older=_is_older(listing))
    return staged.rows


def _nothing_read() -> str:
    return _("Not a single row of the file can be read: nobody is changed or ended.")


def _begin(listing: ListImport, header: Header) -> None:
    """What an earlier comparison left is gone."""
    listing.rows.all().delete()
    listing.headings, listing.columns = list(header.names), dict(header.columns)


def _ask_for_columns(listing: ListImport, rows: list[list[Cell]]) -> None:
    """No row of the top is a header we know: a person says which heading means what."""
    filled = [headings(row) for row in rows[:TITLE_ROWS]]
    widest = max(filled, key=lambda names: sum(not is_blank(name) for name in names))
    listing.headings = [name for name in widest if name]
    listing.stage = Stage.MAPPING
    listing.message = (
        _("The columns of id number, name and insurance were not found: name them.")
        if listing.source.is_of_insured
        else _("The columns of id number and name were not found: name them.")
    )
    listing.save(update_fields=["headings", "stage", "message"])


def _reader(listing: ListImport) -> Reader:
    townships: dict[str, int] = {}
    for division in townships_of(listing.agency):
        townships[division.name] = division.pk
        for ending in ("街道", "镇", "乡"):
            townships.setdefault(division.name.removesuffix(ending), division.pk)
    known = listing.source.categories.all()
    categories, beside = words.category_words(known), {}
    ids = {category.pk for category in known}
    for word in CategoryWord.objects.filter(agency=listing.agency_id, category__in=ids):
        # As cells are read: half-width brackets.
        categories[written(word.word)] = word.category_id
        if word.beside_id in ids:
            beside[written(word.word)] = word.beside_id
    return Reader(
        categories=categories,
        beside=beside,
        townships=townships,
        as_of=listing.as_of,
        end_is_outside=listing.source.end_meaning == listing.source.EndMeaning.FIRST_OUTSIDE,
    )


def _held_because(columns: Columns) -> str:
    """Rows that may be anybody: until they are mended, nobody is missing from the list."""
    anybody = [
        columns.lines[place]
        for place, key in enumerate(columns.keys)
        if key is None and not columns.names[place]
    ]
    return _held_by(anybody[0] if anybody else None)


def _held_by(row: int | None) -> str:
    if row is None:
        return ""
    return _("Row %(row)d has neither a number nor a name: nobody is ended.") % {"row": row}


def _is_older(listing: ListImport) -> bool:
    """Whether a newer list of this source has been applied and stands."""
    applied = listing.source.imports.filter(stage=Stage.APPLIED, as_of__gt=listing.as_of)
    return applied.exists()


def _counts(listing: ListImport, rows: int) -> dict[str, int | bool]:
    found: Counter[str] = Counter(
        dict(listing.rows.order_by().values_list("outcome").annotate(Count("id")))
    )
    counts: dict[str, int | bool] = {outcome.value: found[outcome] for outcome in ListRow.Outcome}
    counts["rows"] = rows
    kept = listing.rows.filter(line__isnull=False).count()
    counts[ListRow.Outcome.UNCHANGED.value] = rows - kept
    counts["standing"] = standing = _standing(listing)
    counts["guarded"] = _is_guarded(listing, found[ListRow.Outcome.ENDED], standing)
    return counts


def _standing(listing: ListImport) -> int:
    """The recognitions or insurances this list could end: those its department and agency keep now."""
    source = listing.source
    now = Q(last_day__isnull=True) | Q(last_day__gte=listing.as_of)
    ours = now & Q(
        voided_at__isnull=True,
        source__agency=source.agency_id,
        source__department=source.department,
    )
    if source.is_of_insured:
        return Enrolment.objects.filter(ours).count()
    return RecipientSpan.objects.filter(ours, category__in=source.categories.all()).count()


def _is_guarded(listing: ListImport, ended: int, standing: int) -> bool:
    """Whether more would be ended than the source lets pass without a second person."""
    return bool(ended) and Decimal(100 * ended) > listing.source.guard_percent * standing
