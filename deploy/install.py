"""Sets up an unpacked bundle without a network: checks every file, makes .venv, collects the static files.

    python3 deploy/install.py

Needs Python 3.11 with venv and nothing else. It may be called again; it changes neither settings nor data.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MANIFEST = ROOT / "MANIFEST.sha256"
PYTHON = ROOT / ".venv" / "bin" / "python"
# collectstatic reads the settings and none of these.
NOWHERE = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "SECRET_KEY": "only-for-collecting-the-static-files",
    "DATA_KEYS": "1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "DIGEST_KEY": "only-for-collecting-the-static-files",
    "DATABASE_URL": "postgres://nobody@127.0.0.1/nothing",
    "BROKER_URL": "redis://127.0.0.1/0",
}


def altered(root: Path = ROOT) -> list[str]:
    """The files that are not as they were packed."""
    wrong = []
    for line in (root / MANIFEST.name).read_text(encoding="utf-8").splitlines():
        digest, _blank, name = line.partition("  ")
        path = root / name
        if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            wrong.append(name)
    return wrong


def main() -> int:
    if sys.version_info[:2] != (3, 11):
        return complain(f"Python 3.11 is needed, this is {sys.version.split()[0]}.")
    if not MANIFEST.exists():
        return complain("This folder is no unpacked bundle: MANIFEST.sha256 is missing.")
    if wrong := altered():
        return complain(
            "These files are not as they were packed; fetch the bundle again: " + ", ".join(wrong)
        )
    if not PYTHON.exists():
        venv.create(ROOT / ".venv", with_pip=True)
    install = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps", "--require-hashes"]
    install += ["--disable-pip-version-check", "--find-links", "wheels"]
    run(*install, "--requirement", "requirements/base.txt")
    shutil.rmtree(ROOT / "var" / "static", ignore_errors=True)
    run("manage.py", "collectstatic", "--no-input", "--verbosity", "0", env=NOWHERE)
    sys.stdout.write("Yizhu is set up. Next: docs/operations.md, “The database”.\n")
    return 0


def run(*arguments: str, env: dict[str, str] | None = None) -> None:
    subprocess.run(
        [str(PYTHON), *arguments], cwd=ROOT, env={**os.environ, **(env or {})}, check=True
    )


def complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
