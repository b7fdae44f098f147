"""Renews the list of known weaknesses from an export of advisories in the OSV format, carried over on a stick.

    python -m config.local.advisories EXPORT…

An export is what osv.dev and its mirrors hand out for an ecosystem (`PyPI/all.zip`, `npm/all.zip`), one advisory as
JSON, or a folder of them. Rows for the packages of our locks are added to config/local/known_weaknesses.csv; those
that are there stay, for some were written by hand. Advisories that were withdrawn are passed over.
"""

from __future__ import annotations

import csv
import json
import sys
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import astuple, fields
from pathlib import Path
from typing import Any

from packaging.version import InvalidVersion, Version

from config.local.audit import KNOWN, Weakness, complaints, known, normal, our_locks, pins
from config.local.install import Problem, say

ECOSYSTEMS = {"PyPI": "pypi", "npm": "npm"}
LONGEST_SUMMARY = 120
Advisory = dict[str, Any]


def advisories(export: Path) -> Iterator[Advisory]:
    """Every advisory of an export. Raises Problem for what is none."""
    try:
        if export.is_dir():
            for path in sorted(export.rglob("*.json")):
                yield from listed(path.read_bytes())
        elif zipfile.is_zipfile(export):
            with zipfile.ZipFile(export) as archive:
                for name in sorted(archive.namelist()):
                    if name.endswith(".json"):
                        yield from listed(archive.read(name))
        else:
            yield from listed(export.read_bytes())
    except (OSError, ValueError) as error:
        raise Problem(f"{export} is no export of advisories in the OSV format: {error}") from None


def listed(content: bytes) -> Iterator[Advisory]:
    found = json.loads(content)
    for advisory in found if isinstance(found, list) else [found]:
        if not isinstance(advisory, dict) or "id" not in advisory:
            raise ValueError("an entry without an id")
        yield advisory


def weaknesses(advisory: Advisory, ours: set[tuple[str, str]]) -> Iterator[Weakness]:
    """The rows of an advisory for packages of `ours`: one for each span of versions."""
    if advisory.get("withdrawn"):
        return
    for affected in advisory.get("affected", []):
        package = affected.get("package", {})
        ecosystem = ECOSYSTEMS.get(package.get("ecosystem", ""), "")
        name = normal(package.get("name", ""))
        if (ecosystem, name) not in ours:
            continue
        for since, below, through in spans(affected):
            yield Weakness(ecosystem, name, since, below, through, source_of(advisory))


def spans(affected: Advisory) -> Iterator[tuple[str, str, str]]:
    """First version concerned, first mended one, last one concerned; a list of single versions is a span each."""
    ranges = [r for r in affected.get("ranges", []) if r.get("type") in ("ECOSYSTEM", "SEMVER")]
    for one in ranges:
        since = ""
        for event in one.get("events", []):
            if "introduced" in event:
                since = event["introduced"]
            elif end := event.get("fixed") or event.get("last_affected"):
                fixed = "fixed" in event
                yield plain(since), end if fixed else "", "" if fixed else end
                since = ""
        if since:
            # Nobody has mended it yet.
            yield plain(since), "", ""
    if not ranges:
        for version in affected.get("versions", []):
            yield version, "", version


def plain(since: str) -> str:
    return "" if since == "0" else since


def source_of(advisory: Advisory) -> str:
    """The number people look it up by, and what it is about."""
    numbers = [advisory["id"], *advisory.get("aliases", [])]
    number = next((n for n in numbers if n.startswith("CVE-")), advisory["id"])
    summary = " ".join(str(advisory.get("summary", "")).split())[:LONGEST_SUMMARY]
    return f"{number} {summary}".strip()


def renewed(exports: Iterable[Path]) -> list[Weakness]:
    """The list with what the exports add, each span of an advisory once."""
    ours = {
        (ecosystem, normal(package))
        for lock in our_locks()
        for ecosystem, package, _v in pins(lock)
    }
    rows = {key(row): row for row in known()}
    for export in exports:
        for advisory in advisories(export):
            for row in weaknesses(advisory, ours):
                if readable(row):
                    rows.setdefault(key(row), row)
    return sorted(rows.values(), key=astuple)


def key(row: Weakness) -> tuple[str, ...]:
    """PyPI and GitHub give the same weakness in words of their own."""
    return (*astuple(row)[:-1], row.source.partition(" ")[0])


def readable(row: Weakness) -> bool:
    try:
        for version in filter(None, (row.since, row.below, row.through)):
            Version(version)
    except InvalidVersion:
        say(f"Passed over, for its version cannot be read: {row.package} {row.source}")
        return False
    return True


def main(arguments: list[str]) -> int:
    if not arguments:
        say("Which export? python -m config.local.advisories PyPI/all.zip npm/all.zip")
        return 2
    before = len(known())
    try:
        rows = renewed(map(Path, arguments))
    except Problem as problem:
        say(str(problem))
        return 1
    with KNOWN.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerows([[field.name for field in fields(Weakness)], *map(astuple, rows)])
    say(f"{len(rows) - before} rows are new in {KNOWN}; commit it.")
    for complaint in complaints(our_locks()):
        say(complaint)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
