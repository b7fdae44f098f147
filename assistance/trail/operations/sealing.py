"""Sealing what was written once, without ever letting somebody wait who writes."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max, Model
from django.utils import timezone

from assistance.accounts.models import Alarm
from assistance.accounts.operations import ring
from assistance.shared.writers import writers_are_gone
from assistance.trail.models import ChainCheck, ChainLink
from assistance.trail.queries.chain import Checked, chain_head, check_chain, link_digest, pack
from assistance.trail.queries.rows import chained_models, columns_of, row_digests

AT_ONCE = 2000  # rows of a link
PATIENCE = 2.0  # seconds for those who are just writing
ONE_AT_A_TIME = 0x59697A6875  # the key of the advisory lock
KEPT_FINDINGS = 50


def seal(*, at: datetime) -> int:
    """Chain every row that nobody can be just writing; how many rows.

    A row gets its id before its transaction ends, so a lower id may still come up after a higher one.
    Whoever has taken an id holds a lock on the table: those who held one when the highest id was read
    are waited for, as CREATE INDEX CONCURRENTLY does, and a table that stays busy is left to the next run.
    """
    return sum(_seal_table(model, at) for model in chained_models())


def _seal_table(model: type[Model], at: datetime) -> int:
    table = model._meta.db_table
    highest = model._default_manager.aggregate(last=Max("pk"))["last"]
    links = ChainLink.objects.filter(table_name=table)
    if highest is None or (links.aggregate(last=Max("last_id"))["last"] or 0) >= highest:
        return 0
    if not writers_are_gone(table, patience=PATIENCE):
        return 0
    sealed = 0
    while count := _add_link(model, highest, at):
        sealed += count
    return sealed


@transaction.atomic
def _add_link(model: type[Model], highest: int, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    table = model._meta.db_table
    links = ChainLink.objects.filter(table_name=table)
    after = links.aggregate(last=Max("last_id"))["last"] or 0
    ahead = model._default_manager.filter(pk__gt=after, pk__lte=highest).order_by("pk")
    keys = list(ahead.values_list("pk", flat=True)[:AT_ONCE])
    if not keys:
        return 0
    columns, before = columns_of(model), chain_head()
    digests = row_digests(model, columns, after=after, up_to=keys[-1])
    link = ChainLink(
        number=before.number + 1 if before else 1,
        table_name=table,
        first_id=keys[0],
        last_id=keys[-1],
        count=len(digests),
        columns=columns,
        rows=pack(digests),
        previous=before.digest if before else "",
        sealed_at=at,
    )
    link.digest = link_digest(link)
    link.save()
    return len(digests)


def check_and_note(*, at: datetime, anchors: tuple[str, ...] = ()) -> Checked:
    """Check the whole chain and keep what came out, for the health page.

    What is found rings. The last link of every earlier check must still be there: a chain whose end was cut off is whole in itself.
    """
    seen = ChainCheck.objects.exclude(head="").order_by().values_list("head", flat=True)
    checked = check_chain(anchors={*anchors, *seen.distinct()})
    ChainCheck.objects.create(
        started_at=at,
        finished_at=timezone.now(),
        links=checked.links,
        rows=checked.rows,
        found=len(checked.findings),
        findings=[
            [finding.what.value, finding.table, finding.row]
            for finding in checked.findings[:KEPT_FINDINGS]
        ],
        head=checked.head,
    )
    if checked.findings:
        ring(Alarm.Kind.CHAIN, subject=str(len(checked.findings)), at=at)
    return checked
