"""`make bench`: the benchmarks in their own environment, from the hashed lock."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "var" / "bench"
LOCK = ROOT / "requirements" / "bench.txt"


def main() -> int:
    """Sets the environment up when the lock is newer than it, then measures."""
    python = VENV / "bin" / "python"
    stamp = VENV / ".locked"
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        install = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)]
        subprocess.run([*install, "--disable-pip-version-check"], check=True)
        stamp.write_bytes(LOCK.read_bytes())
    command = [str(python), "-m", "benchmarks.calculation.main", *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
