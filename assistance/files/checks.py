"""What an upload really is, by its content, and what it is made into before it is kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.utils.translation import gettext as _

from assistance.files import pdfs, pictures
from assistance.files.models import MediaType
from assistance.shared.errors import Refused

SCANS: frozenset[str] = frozenset({MediaType.PDF, MediaType.JPEG, MediaType.PNG})
MAGIC = {
    MediaType.PDF: b"%PDF-",
    MediaType.JPEG: b"\xff\xd8\xff",
    MediaType.PNG: b"\x89PNG\r\n\x1a\n",
}
SUFFIXES = {
    MediaType.PDF: frozenset({".pdf"}),
    MediaType.JPEG: frozenset({".jpg", ".jpeg"}),
    MediaType.PNG: frozenset({".png"}),
}
MEGABYTE = 1024**2


class Unfit(Refused):
    """The upload is not a paper that may be kept."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The bytes to keep; those of a picture are written anew, without what the camera noted."""

    media_type: MediaType
    data: bytes
    pages: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def checked(data: bytes, name: str, *, kinds: frozenset[str] = SCANS) -> Checked:
    """Look at the content and decide what it is; raises `Unfit` with a sentence for the person.

    `name` only serves to tell a wrong ending. Nothing the browser says about the kind is believed.
    """
    if not data:
        raise Unfit(_("The file is empty."))
    media_type = _media_type(data, kinds)
    _check_suffix(name, media_type)
    try:
        if media_type == MediaType.PDF:
            return Checked(media_type, data, pdfs.check(data))
        return Checked(media_type, pictures.written_anew(data, media_type), 1)
    except (pdfs.BadPdf, pictures.BadPicture) as error:
        raise Unfit(str(error)) from error


def check_size(size: int) -> None:
    """Raises `Unfit` above `PAPER_BYTES`."""
    if size > settings.PAPER_BYTES:
        raise Unfit(
            _("The file has %(size)s MB; at most %(limit)s MB are allowed.")
            % {"size": f"{size / MEGABYTE:.1f}", "limit": settings.PAPER_BYTES // MEGABYTE}
        )


def _media_type(data: bytes, kinds: frozenset[str]) -> MediaType:
    for media_type, magic in MAGIC.items():
        if data.startswith(magic) and media_type in kinds:
            return media_type
    wanted = ", ".join(str(MediaType(kind).label) for kind in MediaType.values if kind in kinds)
    raise Unfit(
        _("This is no %(kinds)s file, whatever its name says. Scan or photograph the paper.")
        % {"kinds": wanted}
    )


def _check_suffix(name: str, media_type: MediaType) -> None:
    suffix = PurePath(name).suffix.lower()
    if suffix and suffix not in SUFFIXES[media_type]:
        raise Unfit(
            _(
                "The name ends in “%(suffix)s”, but the content is %(kind)s. Rename it or scan again."
            )
            % {"suffix": suffix, "kind": media_type.label}
        )
