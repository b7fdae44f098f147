"""`make check-packages`: no pinned package is one with a known weakness.

    python -m config.local.audit [LOCK…]

The list is committed and is compared without a network, so the check is the same everywhere. A row concerns the
versions from `since` on (empty: all) up to the first mended one, `below`, or where none is, up to `through`.
config/local/advisories.py renews it from an export of advisories.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from config.local.install import ROOT, say

KNOWN = ROOT / "config" / "local" / "known_weaknesses.csv"
LOCKS = ("requirements/base.txt", "requirements/local.txt", "requirements/dev.txt")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Weakness:
    ecosystem: str
    package: str
    since: str
    below: str
    through: str
    source: str

    def concerns(self, ecosystem: str, package: str, version: str) -> bool:
        if (self.ecosystem, self.package) != (ecosystem, normal(package)):
            return False
        pinned = Version(version)
        return (
            (not self.since or pinned >= Version(self.since))
            and (not self.below or pinned < Version(self.below))
            and (not self.through or pinned <= Version(self.through))
        )

    def __str__(self) -> str:
        return (
            f"mended in {self.below}: {self.source}" if self.below else f"not mended: {self.source}"
        )


def normal(name: str) -> str:
    """The one spelling of a package's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def known() -> list[Weakness]:
    with KNOWN.open(encoding="utf-8", newline="") as lines:
        return [Weakness(**row) for row in csv.DictReader(lines)]


def pins(lock: Path) -> Iterator[tuple[str, str, str]]:
    """Ecosystem, package and version of every line of a lock of pip or npm."""
    text = lock.read_text(encoding="utf-8")
    if lock.suffix == ".json":
        for place, entry in json.loads(text)["packages"].items():
            if place:
                yield "npm", place.rpartition("node_modules/")[2], entry["version"]
        return
    for package, version in PIN.findall(text):
        yield "pypi", package, version


def complaints(locks: Iterable[Path]) -> list[str]:
    weaknesses = known()
    return [
        f"{lock.name}: {package} {version} has a known weakness, {bad}"
        for lock in locks
        for ecosystem, package, version in pins(lock)
        for bad in weaknesses
        if bad.concerns(ecosystem, package, version)
    ]


def our_locks() -> list[Path]:
    return [*(ROOT / name for name in LOCKS), ROOT / "package-lock.json"]


def main(arguments: list[str]) -> int:
    found = complaints([Path(name) for name in arguments] or our_locks())
    for complaint in found:
        say(complaint)
    if not found:
        say(f"None of the pinned packages is among {len(known())} known weaknesses.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
