"""Compound files byte by byte: a workbook of the old kind (BIFF8), and one of today behind a password."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
# Shorter streams would have to go into sectors of 64 bytes.
SHORTEST = 4096


def old_workbook(*rows: Sequence[str | float], password: bool = False) -> bytes:
    """An .xls of one sheet; a cell is text or a number."""
    sheet = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(cell, str):
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                sheet += _record(0x0204, place + text)
            else:
                sheet += _record(0x0203, place + struct.pack("<d", cell))
    sheet += _record(0x000A)
    opening = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    if password:
        # FILEPASS: RC4, salt and verifier.
        opening += _record(0x002F, struct.pack("<HHH", 1, 1, 1) + b"\x5a" * 48)
    opening += _record(0x0042, struct.pack("<H", 1200))
    name = "名单"
    title = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    begins = len(opening) + 4 + 6 + len(title) + 4
    opening += _record(0x0085, struct.pack("<IBB", begins, 0, 0) + title) + _record(0x000A)
    return compound_file({"Workbook": opening + sheet})


def locked_workbook() -> bytes:
    """An .xlsx that somebody saved with a password: the package is encrypted inside a compound file."""
    return compound_file({"EncryptionInfo": b"\x04\0\x04\0\x40\0\0\0", "EncryptedPackage": b"\x5a"})


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """Header, one sector of the allocation table, one of the directory, then the streams."""
    table, body, entries = [FAT, END], b"", [_entry("Root Entry", 5, END, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        first, length = len(table), max(len(content), SHORTEST)
        count = -(-length // SECTOR)
        body += content.ljust(count * SECTOR, b"\0")
        table += [*range(first + 1, first + count), END]
        following = number + 1 if number < len(streams) else FREE
        entries.append(_entry(name, 2, first, length, right=following))
    entries += [b"\0" * 68 + struct.pack("<III", FREE, FREE, FREE) + b"\0" * 48] * (
        4 - len(entries)
    )
    table += [FREE] * (SECTOR // 4 - len(table))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, SHORTEST, END, 0, END, 0)
    head += struct.pack("<I", 0) + struct.pack("<I", FREE) * 108
    return head + struct.pack("<128I", *table) + b"".join(entries) + body


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _entry(
    name: str, kind: int, first: int, length: int, *, right: int = FREE, child: int = FREE
) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBB", len(encoded), kind, 1)
        + struct.pack("<III", FREE, right, child)
        + b"\0" * 36
        + struct.pack("<II", first, length)
        + b"\0" * 4
    )
