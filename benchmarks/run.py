"""`make bench`: the benchmarks, each in its environment.

    make bench                                    the calculation module
    make bench ARGS="calculation --rows 100000"   its short form
    make bench ARGS="imports"                     bills from files, against the database
    make bench ARGS="pages"                       pages of the list of bills, against the database
    make bench ARGS="lists"                       a recipient list, against the database
    make bench ARGS="drawn"                       lists drawn up from the accounts, against the bills
    make bench ARGS="history"                     a list carried out, with the history of rows and without
    make bench ARGS="workbooks"                   a workbook, against openpyxl

The calculation is measured in an environment of its own, from the hashed lock; what needs the database runs in the
program's, on the throw-away server that `make bench` starts.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "var" / "bench"
LOCK = ROOT / "requirements" / "bench.txt"


def main() -> int:
    name, *options = sys.argv[1:] or ["calculation"]
    if name.startswith("-"):
        name, options = "calculation", [name, *options]
    if name == "calculation":
        return _run(_environment(), "-m", "benchmarks.calculation.main", *options)
    for command in ("migrate", "load_organisation"):
        _run(sys.executable, "manage.py", command, "-v0")
    return _run(sys.executable, "-m", f"benchmarks.{name}.main", *options)


def _environment() -> str:
    """The environment's Python, set up anew when the lock is another one."""
    python = VENV / "bin" / "python"
    stamp = VENV / ".locked"
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        install = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)]
        subprocess.run([*install, "--disable-pip-version-check"], check=True)
        stamp.write_bytes(LOCK.read_bytes())
    return str(python)


def _run(*command: str) -> int:
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
