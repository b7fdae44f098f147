"""Reading papers. Who may is decided by the app that owns the row which refers to the file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import storages
from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, QuerySet
from django.utils.translation import gettext as _

from assistance.files import pdfs, pictures
from assistance.files.models import StoredFile
from assistance.files.storage import Damaged
from assistance.shared.errors import Refused

PREVIEW_WIDTH = 1400
THUMBNAIL_WIDTH = 160
GRACE = timedelta(days=1)


class Unreadable(Refused):
    """The stored bytes are gone or not those that were stored."""


def content(stored: StoredFile) -> bytes:
    """The decrypted bytes, compared with the hash of the row. Raises `Unreadable`."""
    try:
        with storages["papers"].open(stored.name) as paper:
            data = bytes(paper.read())
    except (FileNotFoundError, Damaged) as error:
        raise _unreadable() from error
    if hashlib.sha256(data).hexdigest() != stored.sha256:
        raise _unreadable()
    return data


def preview(stored: StoredFile, page: int = 1, *, width: int = PREVIEW_WIDTH) -> bytes:
    """One page as a freshly made JPEG, at most `width` pixels on either side. Raises `Unreadable`."""
    data = content(stored)
    try:
        if stored.is_picture:
            return pictures.smaller(data, stored.media_type, width=width)
        return pdfs.as_picture(data, page=page, width=width)
    except (pdfs.BadPdf, pictures.BadPicture) as error:
        raise _unreadable() from error


def orphans(at: datetime) -> QuerySet[StoredFile]:
    """Files older than a day that no row of any table refers to."""
    rows = StoredFile.objects.filter(kept_at__lt=at - GRACE)
    for model, field in _references():
        rows = rows.filter(~Exists(model._base_manager.filter(**{field: OuterRef("pk")})))
    return rows.order_by("id")


def _references() -> Iterator[tuple[type[Model], str]]:
    """Every column of any table that refers to a file, those without a name on this side too."""
    for relation in StoredFile._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            yield relation.related_model, relation.field.name


def _unreadable() -> Unreadable:
    return Unreadable(_("The file cannot be read. Tell the administrator; upload the paper again."))
