"""The text of whatever leaves the program, and the numbers of people in it, however they are split."""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from pypdf import PdfReader

TAG = re.compile(r"<(?:!--|/?[A-Za-z])[^>]*>")
# What people and programs put between the groups of a number.
SPLITS = re.compile(r"[\s\u00a0\u200b\u3000_.,'/·\-\u2010-\u2015]+")
OF_A_NUMBER = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NOT_OF_A_NUMBER = bytes(set(range(256)) - set(OF_A_NUMBER))
ALLOWED = Path(__file__).with_name("allowed.csv")
ZIP, PDF = b"PK\x03\x04", b"%PDF-"


def text_of(content: bytes) -> str:
    """Everything readable in a file: packed parts unpacked, pages of a PDF one after the other."""
    if content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(text_of(archive.read(name)) for name in archive.namelist())
    if content.startswith(PDF):
        reader = PdfReader(io.BytesIO(content))
        return "\n".join([*(page.extract_text() for page in reader.pages), str(reader.metadata)])
    if b"\0" in content[:200]:
        # Text of two bytes a character, else a picture: its bytes are looked through as they are.
        return content.decode("utf-16-le", "ignore") + content.decode("latin-1")
    return content.decode("utf-8", "replace")


def numbers_in(text: str, numbers: Iterable[str]) -> set[str]:
    """Those of `numbers` that stand in the text, as they are or in groups, in a page also across its tags."""
    plain = html.unescape(text)
    shapes = [plain, TAG.sub("", plain)]
    # Only the digits of a page are few: whoever is not among them need not be looked for.
    digits = b" ".join(s.encode("ascii", "ignore").translate(None, NOT_OF_A_NUMBER) for s in shapes)
    near = {number for number in numbers if number.encode() in digits}
    if not near:
        return set()
    joined = [text, *(SPLITS.sub("", shape) for shape in shapes)]
    return {number for number in near if any(number in shape for shape in joined)}


def leaked(content: bytes, numbers: Iterable[str]) -> set[str]:
    return numbers_in(text_of(content), numbers)


@cache
def allowed() -> dict[str, str]:
    """The paths that hand out a number in full on purpose, each with its reason."""
    with ALLOWED.open(encoding="utf-8", newline="") as lines:
        return {row["path"]: row["reason"] for row in csv.DictReader(lines)}
