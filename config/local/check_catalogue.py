"""Fails unless every sentence of the program has its Chinese, in the .po file and in the compiled .mo.

Where Debian's gettext is installed, the program is searched anew and its sentences are compared with the file's.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

from config.local.install import ROOT, say

PO = Path("locale/zh_Hans/LC_MESSAGES/django.po")
SOURCES = ("assistance", "config", "templates", "locale", "static")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!\{)\{\w+\}(?!\})")

Key = tuple[str | None, str, str]


def main() -> int:
    if not (ROOT / PO).exists():
        say(f"{PO} is missing: make messages")
        return 1
    catalogue = polib.pofile(str(ROOT / PO))
    complaints = [*untranslated(catalogue), *not_compiled(catalogue), *not_extracted(catalogue)]
    for complaint in complaints:
        say(complaint)
    if not complaints:
        say(f"All {len(keys(catalogue))} sentences are translated and compiled.")
    return 1 if complaints else 0


def keys(catalogue: polib.POFile) -> dict[Key, polib.POEntry]:
    return {
        (entry.msgctxt, entry.msgid, entry.msgid_plural): entry
        for entry in catalogue
        if not entry.obsolete
    }


def untranslated(catalogue: polib.POFile) -> Iterator[str]:
    for entry in keys(catalogue).values():
        if entry.fuzzy:
            yield f"Fuzzy: {entry.msgid!r}"
        elif not entry.translated():
            yield f"Without Chinese: {entry.msgid!r}"
        elif not entry.msgid_plural and placeholders(entry.msgid) != placeholders(entry.msgstr):
            yield f"The placeholders differ: {entry.msgid!r}, {entry.msgstr!r}"


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def not_compiled(catalogue: polib.POFile) -> Iterator[str]:
    compiled = ROOT / PO.with_suffix(".mo")
    if not compiled.exists():
        yield "The compiled catalogue is missing: make messages"
        return
    found = {(e.msgctxt, e.msgid): meaning(e) for e in polib.mofile(str(compiled))}
    wanted = {(e.msgctxt, e.msgid): meaning(e) for e in keys(catalogue).values() if e.translated()}
    for context, msgid in sorted(
        key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key)
    ):
        yield f"Compiled before its last change ({context or 'no context'}): {msgid!r}"


def meaning(entry: polib.MOEntry | polib.POEntry) -> list[str]:
    return [text for _number, text in sorted(entry.msgstr_plural.items())] or [entry.msgstr]


def not_extracted(catalogue: polib.POFile) -> Iterator[str]:
    if shutil.which("xgettext") is None:
        say(
            "Debian's gettext is not installed: whether the program has new sentences was not checked."
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in SOURCES:
            if (ROOT / name).exists():
                shutil.copytree(ROOT / name, Path(folder) / name)
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans"]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if run.returncode:
            yield f"The search for sentences failed: {run.stderr.strip()}"
            return
        fresh = keys(polib.pofile(str(Path(folder) / PO)))
    for _context, msgid, _plural in fresh.keys() - keys(catalogue).keys():
        yield f"Not in the catalogue: {msgid!r}"
    for _context, msgid, _plural in keys(catalogue).keys() - fresh.keys():
        yield f"No longer in the program: {msgid!r}"


if __name__ == "__main__":
    sys.exit(main())
