"""The storage of papers: AES-256-GCM in chunks, so that neither disk nor backup shows anything.

Each chunk is encrypted with the place it has: the name of the file, its number, and whether it is the
last. A chunk that is altered, moved, left out or brought from another file does not decrypt.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidTag
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from assistance.shared import crypto

CHUNK_BYTES = 256 * 1024
LENGTH_BYTES = 4


class Damaged(Exception):
    """What lies on the disk is not what was stored there."""


@deconstructible(path="assistance.files.storage.EncryptedStorage")
class EncryptedStorage(FileSystemStorage):
    """Encrypts on the way in, decrypts into memory on the way out; it has no addresses."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("file_permissions_mode", 0o600)
        options.setdefault("directory_permissions_mode", 0o700)
        super().__init__(**options)

    def _save(self, name: str, content: File[Any]) -> str:
        content.seek(0)
        sealed = self.sealed(name, content.read())
        saved: str = super()._save(name, ContentFile(sealed))  # type: ignore[misc]  # the stubs hide it
        if saved != name:
            # The name is part of what is sealed; names are random, so this is no accident.
            self.delete(saved)
            raise FileExistsError(name)
        return saved

    def sealed(self, name: str, data: bytes) -> bytes:
        """What lies on the disk for these bytes, under the newest key."""
        return b"".join(_sealed(name, data))

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        if mode != "rb":
            raise ValueError("Papers are read or replaced as a whole.")
        with super()._open(name, "rb") as sealed:  # type: ignore[misc]  # the stubs hide it
            return ContentFile(_opened(name, sealed.read()), name=name)

    def url(self, name: str | None) -> str:
        raise ValueError("Papers are sent by a view that asks who may see them.")


def _sealed(name: str, data: bytes) -> Iterator[bytes]:
    starts = range(0, max(len(data), 1), CHUNK_BYTES)
    for number, start in enumerate(starts):
        label = _label(name, number, last=number == len(starts) - 1)
        chunk = crypto.encrypt_bytes(data[start : start + CHUNK_BYTES], label=label)
        yield len(chunk).to_bytes(LENGTH_BYTES, "big") + chunk


def _opened(name: str, sealed: bytes) -> bytes:
    parts: list[bytes] = []
    position, last = 0, False
    try:
        while not last:
            begin = position + LENGTH_BYTES
            position = begin + int.from_bytes(sealed[position:begin], "big")
            last = position >= len(sealed)
            label = _label(name, len(parts), last=last)
            parts.append(crypto.decrypt_bytes(sealed[begin:position], label=label))
    except (InvalidTag, IndexError, KeyError, ValueError) as error:
        raise Damaged(name) from error
    return b"".join(parts)


def _label(name: str, number: int, *, last: bool) -> str:
    return f"paper:{name}:{number}:{'last' if last else 'more'}"
