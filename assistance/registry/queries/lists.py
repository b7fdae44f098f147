"""Recipient lists as people see them: sources and when they are due, lists, their rows."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.accounts.models import User
from assistance.accounts.scope import scope_of
from assistance.registry import list_words as words
from assistance.registry.insured_words import FIELDS
from assistance.registry.models import ListImport, ListRow, ListSource
from assistance.registry.permissions import LIST_READERS

Stage = ListImport.Stage


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a source stands with the list of a month: its list, if one came, and whether it is late."""

    source: ListSource
    month: date
    listing: ListImport | None
    is_applied: bool
    is_late: bool


def sources_visible_to(user: User) -> QuerySet[ListSource]:
    rows = ListSource.objects.select_related("agency").prefetch_related("categories")
    if not user.has_role(*LIST_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None).order_by("department", "name", "id")


def lists_visible_to(user: User) -> QuerySet[ListImport]:
    rows = ListImport.objects.select_related("source", "agency", "uploaded_by")
    if not user.has_role(*LIST_READERS):
        return rows.none()
    return scope_of(user).filter(rows, township=None).order_by("-id")


def rows_of(listing: ListImport) -> QuerySet[ListRow]:
    """The rows of a list with what the screen shows of each."""
    return listing.rows.select_related("person", "category", "township", "county")


def deliveries(sources: QuerySet[ListSource], today: date) -> list[Delivery]:
    """How each source in use stands with the list of this month; one question for all of them.

    Late is a list that was not applied by the source's day of the month (WZ19 四(二): changes count in
    the month in which they are received).
    """
    month = today.replace(day=1)
    of_month = ListImport.objects.filter(
        ~Q(stage__in=[Stage.DISCARDED, Stage.FAILED, Stage.UNDONE]), as_of__gte=month
    ).order_by("id")
    newest = {listing.source_id: listing for listing in of_month.select_related("uploaded_by")}
    found = []
    for source in sources:
        if not source.is_active:
            continue
        listing = newest.get(source.pk)
        applied = listing is not None and listing.stage == Stage.APPLIED
        late = not applied and today.day > source.due_day
        found.append(Delivery(source, month, listing, applied, late))
    return found


class Promptness(models.TextChoices):
    """Whether a month's list counted in the month it was received in (WZ19 四(二))."""

    IN_TIME = "in_time", gettext_lazy("applied in the month")
    LATER = "later", gettext_lazy("applied later")
    WAITING = "waiting", gettext_lazy("received and not applied")
    NOTHING = "nothing", gettext_lazy("not received")


def promptness(listing: ListImport | None) -> Promptness:
    """How a list stands by the clock of its rows: received in one month, applied in the same or not."""
    if listing is None:
        return Promptness.NOTHING
    if listing.applied_at is None:
        return Promptness.WAITING
    received, applied = (timezone.localtime(at) for at in (listing.uploaded_at, listing.applied_at))
    same = (received.year, received.month) == (applied.year, applied.month)
    return Promptness.IN_TIME if same else Promptness.LATER


def calendar(
    sources: QuerySet[ListSource], today: date, months: int = 12
) -> tuple[list[date], list[tuple[ListSource, list[tuple[ListImport | None, Promptness]]]]]:
    """The last months, and for each source in use its list of every one; one question for all lists."""
    last = today.year * 12 + today.month - 1
    firsts = [date(n // 12, n % 12 + 1, 1) for n in range(last - months + 1, last + 1)]
    standing = ~Q(stage__in=[Stage.DISCARDED, Stage.FAILED, Stage.UNDONE])
    found: dict[tuple[int, date], ListImport] = {}
    for listing in ListImport.objects.filter(standing, as_of__gte=firsts[0]).order_by("id"):
        found[listing.source_id, listing.as_of.replace(day=1)] = listing
    lines = []
    for source in sources:
        if source.is_active:
            cells = [found.get((source.pk, first)) for first in firsts]
            lines.append((source, [(cell, promptness(cell)) for cell in cells]))
    return firsts, lines


def row_identity(row: ListRow) -> tuple[str, str]:
    """Name and id number of a row, in full: of the person it found, else as they stood in the file."""
    if row.person is not None:
        return row.person.name, row.person.id_number
    kept: dict[str, str] = json.loads(row.payload) if row.payload else {}
    return kept.get("name", ""), kept.get("number", "")


def row_problems(row: ListRow) -> list[str]:
    """What is wrong with a row, as sentences that name the column."""
    sentences = []
    for field, text in row.problems:
        if not field:
            sentences.append(str(words.DOUBTS.get(text, text)))
        else:
            label = FIELDS.get(field) or words.FIELDS.get(field, field)
            sentences.append(_("%(column)s: %(fault)s") % {"column": label, "fault": text})
    return sentences


def row_what(row: ListRow) -> str:
    """The category a row is about, or the insurance and its place."""
    if row.category is not None:
        return row.category.name
    return f"{row.get_kind_display()} {row.county or ''}".strip()


def row_change(row: ListRow) -> tuple[str, str]:
    """The days before and after, as they are written everywhere; empty where there are none. Of an
    insurance also the place, where that changes."""
    before = ""
    if row.before:
        before = f"{row.before['first']} – {row.before['last'] or ''}".rstrip()
    after = ""
    if row.first_day is not None and row.outcome not in {row.Outcome.ERROR, row.Outcome.DOUBT}:
        after = f"{row.first_day} – {row.last_day or ''}".rstrip()
    if row.before and after and row.county and row.before.get("county") != row.county_id:
        before, after = f"{row.before['place']} {before}", f"{row.county} {after}"
    return before, after


def outcomes_by_line(
    listing: ListImport, outcomes: Collection[str] | None = None
) -> Iterator[tuple[int, ListRow]]:
    """Every row that stood in the file (with one of `outcomes`) and its number in the spreadsheet, in order."""
    rows = listing.rows.filter(line__isnull=False).order_by("line", "id")
    if outcomes is not None:
        rows = rows.filter(outcome__in=outcomes)
    for row in rows.defer("payload").iterator(chunk_size=5000):
        assert row.line is not None, "the filter lets only such rows pass"
        yield row.line, row
