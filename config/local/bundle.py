"""`make bundle`: everything an installation needs, in one file, for a network without a way out.

It holds the committed files, the wheels of requirements/base.txt as they are locked, the front-end files and the
fonts, the list of all packages, and the digest of each. deploy/install.py, which is in it, checks the digests and sets it up.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

from config.local import parts
from config.local.install import FONTS, ROOT, VENDOR, Problem, say

LOCK = "requirements/base.txt"
OUT = ROOT / "var" / "bundle"
MANIFEST = "MANIFEST.sha256"
# Tests and their data stay at home.
LEFT_OUT = ("tests/", "benchmarks/", ".ci/", "docs/images/")


def main() -> int:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    try:
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            collect(place)
            download(place / "wheels")
            OUT.mkdir(parents=True, exist_ok=True)
            archive = OUT / f"yizhu-{version}.tar.gz"
            pack(place, archive, top=f"yizhu-{version}")
    except Problem as problem:
        say(str(problem))
        return 1
    say(f"{archive} ({archive.stat().st_size // 1024**2} MB). Its digest, to be sent another way:")
    say(hashlib.sha256(archive.read_bytes()).hexdigest())
    return 0


def collect(place: Path) -> None:
    """Copy the committed files, the front-end files and the fonts, and write down what they are made of."""
    for name in committed():
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target)
    for folder in (VENDOR, FONTS):
        if not folder.is_dir():
            raise Problem(f"{folder} is missing: make setup")
        shutil.copytree(folder, place / "var" / folder.name)
    (place / parts.NAME).write_text(parts.written(), encoding="utf-8")


def committed() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise Problem("Which files belong to the program is read from git, which is not here.")
    return [name for name in listed.stdout.split("\0") if name and not name.startswith(LEFT_OUT)]


def download(folder: Path) -> None:
    """The wheels of the lock, each with one of the digests it is locked to."""
    say("Fetching the packages of the lock")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--only-binary", ":all:", "--dest", str(folder), "--requirement", LOCK]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise Problem("The packages could not be fetched; the lines above say why.")


def pack(place: Path, archive: Path, *, top: str) -> None:
    """Write the archive with its list of digests; the same files give the same bytes."""
    (place / MANIFEST).write_text("".join(digests(place)), encoding="utf-8")
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(f"{top}/{path.relative_to(place)}")
            entry.size = path.stat().st_size
            entry.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            with path.open("rb") as content:
                tar.addfile(entry, content)
    with archive.open("wb") as out, gzip.GzipFile("", "wb", 6, out, mtime=0) as packed:
        packed.write(plain.getbuffer())


def digests(place: Path) -> Iterator[str]:
    """Lines that `sha256sum --check` reads too."""
    for path in sorted(path for path in place.rglob("*") if path.is_file()):
        yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(place)}\n"


if __name__ == "__main__":
    sys.exit(main())
