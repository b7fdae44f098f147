"""Going along the chain: is every sealed row still there, unchanged, and none beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from django.db.models import Max, Model, Sum

from assistance.shared import crypto
from assistance.trail.models import ChainLink, Removal
from assistance.trail.queries.rows import chained_models, columns_of, row_digests

ID_BYTES, DIGEST_BYTES = 8, 32
LABEL = "trail.chain"


class Wrong(Enum):
    """What a check finds; the words stand in `web/trail`."""

    ROW_ALTERED = "row altered"
    ROW_MISSING = "row missing"
    ROW_INSERTED = "row inserted"
    LINK_ALTERED = "link altered"
    LINK_MISSING = "link missing"
    ANCHOR_MISSING = "anchor missing"
    TABLE_CHANGED = "table changed"


@dataclass(frozen=True, slots=True)
class Finding:
    what: Wrong
    table: str
    row: int

    def __str__(self) -> str:
        return f"{self.what.value}: {self.table} {self.row}"


@dataclass(slots=True)
class Checked:
    """How far the check came and what it found."""

    links: int = 0
    rows: int = 0
    head: str = ""
    findings: list[Finding] = field(default_factory=list)


def pack(digests: dict[int, bytes]) -> bytes:
    """Ids and digests in the order of the ids."""
    return b"".join(key.to_bytes(ID_BYTES) + digests[key] for key in sorted(digests))


def unpack(rows: bytes) -> Iterator[tuple[int, bytes]]:
    size = ID_BYTES + DIGEST_BYTES
    for start in range(0, len(rows), size):
        key = rows[start : start + ID_BYTES]
        yield int.from_bytes(key), rows[start + ID_BYTES : start + size]


def link_digest(link: ChainLink) -> str:
    """Keyed digest over everything a link says, the digest of the link before included."""
    said = [
        link.number,
        link.table_name,
        link.first_id,
        link.last_id,
        link.count,
        link.columns,
        hashlib.sha256(bytes(link.rows)).hexdigest(),
        link.previous,
        int(link.sealed_at.timestamp() * 1_000_000),
    ]
    return crypto.digest(json.dumps(said), label=LABEL).hex()


def chain_head() -> ChainLink | None:
    return ChainLink.objects.defer("rows").order_by("-number").first()


def check_chain(*, anchors: Iterable[str] = ()) -> Checked:
    """Recompute every link and every sealed row.

    `anchors` are links as they were printed or exported earlier ("number:digest"): a chain that was
    cut off and grown anew lacks them. Reads only, in one pass; a row written meanwhile is not sealed yet.
    """
    models = {model._meta.db_table: model for model in chained_models()}
    removals = _removals()
    sealed_to: dict[str, int] = {}
    wanted = set(anchors)
    checked, previous, expected = Checked(), "", 1
    for link in ChainLink.objects.order_by("number").iterator(chunk_size=20):
        if link.number != expected or link.previous != previous:
            checked.findings.append(Finding(Wrong.LINK_MISSING, "trail_chainlink", expected))
        if link_digest(link) != link.digest:
            checked.findings.append(Finding(Wrong.LINK_ALTERED, "trail_chainlink", link.number))
        wanted.discard(str(link))
        previous, expected, checked.head = link.digest, link.number + 1, str(link)
        after = sealed_to.get(link.table_name, 0)
        removed = removals.setdefault(link.table_name, _Removed())
        checked.findings += _check_rows(link, models.get(link.table_name), after, removed)
        sealed_to[link.table_name] = link.last_id
        checked.links += 1
        checked.rows += link.count
    checked.findings += [Finding(Wrong.ANCHOR_MISSING, name, 0) for name in sorted(wanted)]
    return checked


@dataclass(slots=True)
class _Removed:
    """Rows that went when their term was over: up to which one, and how many are still to be missed."""

    last: int = 0
    count: int = 0

    def accounts_for(self, row: int) -> bool:
        if row > self.last or not self.count:
            return False
        self.count -= 1
        return True


def _removals() -> dict[str, _Removed]:
    rows = Removal.objects.values("table_name").annotate(last=Max("last_id"), rows=Sum("count"))
    return {row["table_name"]: _Removed(row["last"], row["rows"]) for row in rows}


def _check_rows(
    link: ChainLink, model: type[Model] | None, after: int, removed: _Removed
) -> Iterator[Finding]:
    if model is None or not set(link.columns) <= set(columns_of(model)):
        yield Finding(Wrong.TABLE_CHANGED, link.table_name, link.number)
        return
    there = row_digests(model, link.columns, after=after, up_to=link.last_id)
    for key, digest in unpack(bytes(link.rows)):
        found = there.pop(key, None)
        if found is None:
            if not removed.accounts_for(key):
                yield Finding(Wrong.ROW_MISSING, link.table_name, key)
        elif found != digest:
            yield Finding(Wrong.ROW_ALTERED, link.table_name, key)
    for key in there:
        yield Finding(Wrong.ROW_INSERTED, link.table_name, key)
