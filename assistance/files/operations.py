"""Keeping papers, and removing those that belong to nothing."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import IntegrityError, transaction
from django.db.models import Count, ProtectedError, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from assistance.accounts.models import Alarm, User
from assistance.accounts.operations import ring
from assistance.files.checks import SCANS, check_size, checked
from assistance.files.models import MediaType, StoredFile
from assistance.files.queries import GRACE, orphans
from assistance.shared import crypto
from assistance.shared.errors import Refused

LONGEST_NAME = 120
AT_ONCE = 500
__all__ = ["SCANS", "Swept", "keep", "keep_table", "sweep_orphans"]


@dataclass(frozen=True, slots=True)
class Swept:
    removed: int
    failed: int


@transaction.atomic
def keep(
    upload: File[Any], *, kinds: frozenset[str] = SCANS, actor: User | None, at: datetime
) -> StoredFile:
    """Check an upload by its content, store it encrypted under a random name and note hash and size.

    A picture is written anew without what the camera noted in it. Raises `Unfit`, a `Refused`, for
    what is empty, too big, of another kind, broken, protected, active or a picture bomb, and `Refused`
    while the disk takes nothing more or who uploads it has done so too often that day. If the transaction fails later, the file is left without a row and swept away.
    """
    check_size(upload.size)
    upload.seek(0)
    found = checked(upload.read(), upload.name or "", kinds=kinds)
    check_size(len(found.data))
    return _stored(
        found.data,
        found.media_type,
        name=upload.name or "",
        pages=found.pages,
        actor=actor,
        at=at,
    )


@transaction.atomic
def keep_table(content: bytes, *, name: str, actor: User | None, at: datetime) -> StoredFile:
    """Store a table of another office as it came, encrypted; the app that reads it checks what it is.

    Raises Refused while the disk takes nothing more or the day's quota of `actor` is used up.
    """
    return _stored(content, MediaType.TABLE, name=name, pages=1, actor=actor, at=at)


def _check_day(actor: User | None, size: int, at: datetime) -> None:
    """Raises Refused above what one person may keep within 24 hours; the last file that is taken rings."""
    if actor is None:
        return
    mine = StoredFile.objects.filter(kept_by=actor, kept_at__gt=at - timedelta(days=1))
    kept = mine.aggregate(files=Count("pk"), size=Coalesce(Sum("size"), 0))
    if kept["files"] >= settings.PAPERS_A_DAY or kept["size"] + size > settings.PAPER_BYTES_A_DAY:
        raise Refused(
            _("You have uploaded as much as one day allows. Go on tomorrow, or tell your leader.")
        )
    if kept["files"] + 1 == settings.PAPERS_A_DAY:
        ring(Alarm.Kind.UPLOADS, user=actor, subject=str(settings.PAPERS_A_DAY), at=at)


def _stored(
    data: bytes, media_type: str, *, name: str, pages: int, actor: User | None, at: datetime
) -> StoredFile:
    _check_day(actor, len(data), at)
    place = secrets.token_hex(24)
    stored = StoredFile.objects.create(
        name=f"{place[:2]}/{place}",
        media_type=media_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        pages=pages,
        original_name=name[-LONGEST_NAME:],
        key_version=crypto.newest_version(),
        kept_by=actor,
        kept_at=at,
    )
    try:
        storages["papers"].save(stored.name, ContentFile(data))
    except OSError:
        with contextlib.suppress(OSError):
            # What was written of it before the disk was full.
            storages["papers"].delete(stored.name)
        raise Refused(
            _("The file could not be stored: tell the administrator that the disk may be full.")
        ) from None
    return stored


def sweep_orphans(*, at: datetime) -> Swept:
    """Remove stored files no row refers to and files on the disk without a row, both after a day.

    Every reference counts, from whatever table. What somebody refers to in this very moment stays.
    """
    removed = failed = 0
    for stored in orphans(at)[:AT_ONCE]:
        if _remove(stored):
            removed += 1
        else:
            failed += 1
    return Swept(removed + _remove_strays(at), failed)


def _remove(stored: StoredFile) -> bool:
    try:
        with transaction.atomic():
            # The lock keeps out a reference that is just being written.
            StoredFile.objects.select_for_update().get(pk=stored.pk).delete()
    except (ProtectedError, IntegrityError, StoredFile.DoesNotExist):
        return False
    storages["papers"].delete(stored.name)
    return True


def _remove_strays(at: datetime) -> int:
    storage = storages["papers"]
    removed = 0
    for folder in storage.listdir("")[0] if storage.exists("") else []:
        names = list(_old_names(storage, folder, at))
        known = set(StoredFile.objects.filter(name__in=names).values_list("name", flat=True))
        for name in set(names) - known:
            storage.delete(name)
            removed += 1
    return removed


def _old_names(storage: Storage, folder: str, at: datetime) -> Iterator[str]:
    for file in storage.listdir(folder)[1]:
        name = f"{folder}/{file}"
        if storage.get_modified_time(name) < at - GRACE:
            yield name
