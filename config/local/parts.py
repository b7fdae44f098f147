"""`make parts`: what Yizhu is made of, as a list that other programs read (CycloneDX 1.5, JSON).

    python -m config.local.parts [FILE]

It names every package that an installation gets, from the locks alone: version, address of the package and the
digests it is locked to. The same locks give the same bytes. The bundle carries it as parts.cdx.json.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from config.local.audit import normal
from config.local.install import ROOT, say

NAME = "parts.cdx.json"
OUT = ROOT / "var" / NAME
LOCK = ROOT / "requirements" / "base.txt"
FRONT_END = ROOT / "package-lock.json"
ENTRY = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)((?:.*\\\n)*.*)$", re.MULTILINE)
DIGEST = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def main(arguments: list[str]) -> int:
    target = Path(arguments[0]) if arguments else OUT
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(written(), encoding="utf-8")
    say(f"{target}: {len(parts())} packages.")
    return 0


def written() -> str:
    """The list as text, numbered after its content."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    version = project["version"]
    found: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": f"yizhu@{version}",
                "name": "yizhu",
                "version": version,
            }
        },
        "components": parts(),
    }
    number = uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(found, sort_keys=True))
    return json.dumps(found | {"serialNumber": f"urn:uuid:{number}"}, indent=1) + "\n"


def parts() -> list[dict[str, Any]]:
    """Every package of an installation, in the order of its address."""
    return sorted([*_of_python(), *_of_npm()], key=lambda part: str(part["purl"]))


def _of_python() -> Iterator[dict[str, Any]]:
    for name, version, rest in ENTRY.findall(LOCK.read_text(encoding="utf-8")):
        hashes = [{"alg": "SHA-256", "content": digest} for digest in DIGEST.findall(rest)]
        yield _part(name, version, f"pkg:pypi/{normal(name)}@{version}", hashes)


def _of_npm() -> Iterator[dict[str, Any]]:
    for place, entry in json.loads(FRONT_END.read_text(encoding="utf-8"))["packages"].items():
        # What serves tests alone stays at home.
        if place and not entry.get("dev"):
            name, version = place.rpartition("node_modules/")[2], entry["version"]
            digest = base64.b64decode(entry["integrity"].removeprefix("sha512-")).hex()
            hashes = [{"alg": "SHA-512", "content": digest}]
            yield _part(name, version, f"pkg:npm/{quote(name)}@{version}", hashes)


def _part(name: str, version: str, address: str, hashes: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        "hashes": hashes,
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
