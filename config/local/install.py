"""`make setup`: the Python environment from the hashed lock, the front-end files from the npm lock.

Runs before anything is installed, so it needs the standard library only and is called as a file.

    python3 config/local/install.py run     what Yizhu needs to run, with an embedded database
    python3 config/local/install.py dev     the same, and the tools for tests and checks

`make run` installs no tools: on a bare machine they would add half a minute and 340 MB. The environment is
one all the same: it only ever grows from "run" to "dev", and a second call with nothing to do ends at once.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".yizhu-stamp"
VENDOR = ROOT / "var" / "vendor"
VENDOR_STAMP = VENDOR / ".yizhu-stamp"
LOCKS = {"run": "requirements/local.txt", "dev": "requirements/dev.txt"}
PIP_OPTIONS = ("--disable-pip-version-check", "--no-input")
# Where a machine sets PYTHONDONTWRITEBYTECODE, every start would compile everything again.
UV_OPTIONS = ("--require-hashes", "--compile-bytecode")
ROOM_NEEDED = {"run": 1000, "dev": 1500}  # MB
MB = 1024 * 1024

# What pages load as "vendor/…", with the source maps that the manifest storage insists on.
VENDOR_FILES = {
    "tabler/css": [
        "@tabler/core/dist/css/tabler.min.css",
        "@tabler/core/dist/css/tabler.min.css.map",
        "@tabler/core/dist/css/tabler-vendors.min.css",
        "@tabler/core/dist/css/tabler-vendors.min.css.map",
    ],
    "tabler/js": [
        "@tabler/core/dist/js/tabler.min.js",
        "@tabler/core/dist/js/tabler.min.js.map",
    ],
    "icons": ["@tabler/icons-webfont/dist/tabler-icons.min.css"],
    "icons/fonts": [
        "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
        "@tabler/icons-webfont/dist/fonts/tabler-icons.woff",
        "@tabler/icons-webfont/dist/fonts/tabler-icons.ttf",
    ],
    "tom-select/js": [
        "tom-select/dist/js/tom-select.complete.min.js",
        "tom-select/dist/js/tom-select.complete.min.js.map",
    ],
    "tom-select/css": [
        "tom-select/dist/css/tom-select.bootstrap5.min.css",
        "tom-select/dist/css/tom-select.bootstrap5.min.css.map",
    ],
}

# For the printed papers: every rare character of a name, on a machine that has no Chinese font of its own.
FONTS = ROOT / "var" / "fonts"
FONT_FILES = [
    "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
]


class Problem(Exception):
    """Something the person at the keyboard can mend, said in full sentences."""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def explain(error: OSError) -> Problem:
    """Turn a refusal of the operating system into a sentence."""
    place = error.filename or ROOT
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(
            f"The disk is full ({place}). Make room and start again; nothing needs to be repaired."
        )
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(
            f"No permission to write {place}. Yizhu keeps everything inside its own folder: "
            f"give the folder to the user that starts it, or start it as its owner."
        )
    return Problem(f"The operating system refused: {error}.")


def require_room(folder: Path, megabytes: int) -> None:
    free = shutil.disk_usage(folder).free // MB
    if free < megabytes:
        raise Problem(
            f"Only {free} MB are free in {folder}, about {megabytes} MB are needed. Make room and start again."
        )


def install(level: str) -> None:
    """Bring the folder to ``level`` ("run" or "dev"); does nothing when it is there already."""
    check_python()
    (ROOT / "var").mkdir(mode=0o711, exist_ok=True)
    with (ROOT / "var" / "setup.lock").open("w") as lock:
        wait_for_turn(lock.fileno())
        wanted = {name: python_stamp(name) for name in LOCKS}
        level = "dev" if stamp_level() == "dev" else level
        if read(STAMP) not in (wanted["dev"], wanted[level]):
            require_room(ROOT, ROOM_NEEDED[level])
            install_python(level)
            write_stamp(STAMP, wanted[level])
        if read(VENDOR_STAMP) != vendor_stamp():
            install_vendor()
            write_stamp(VENDOR_STAMP, vendor_stamp())


def check_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - said to people who start it with an old Python
        raise Problem(
            f"Python 3.11 or newer is needed, this is {sys.version.split()[0]} ({sys.executable}). "
            "Debian 12 has it: apt install python3 python3-venv. Another one can be named: PYTHON=/path/python3.11 make run"
        )
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        raise Problem(
            "This Python cannot make a virtual environment (its venv module is missing). "
            "Install it and start again: apt install python3-venv"
        )


def wait_for_turn(handle: int) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("Another set-up is running in this folder; waiting for it.")
        fcntl.flock(handle, fcntl.LOCK_EX)


def python_stamp(level: str) -> str:
    """What the environment depends on; scripts in it carry the folder's path, so a moved folder is made anew."""
    content = (ROOT / LOCKS[level]).read_bytes() + f"{sys.version}\n{ROOT}".encode()
    return f"{level} {hashlib.sha256(content).hexdigest()}"


def vendor_stamp() -> str:
    content = (ROOT / "package-lock.json").read_bytes() + repr((VENDOR_FILES, FONT_FILES)).encode()
    return hashlib.sha256(content).hexdigest()


def read(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""


def stamp_level() -> str:
    return read(STAMP).partition(" ")[0]


def write_stamp(path: Path, text: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    path.write_text(text + "\n")


def install_python(level: str) -> None:
    # No stamp: the environment was never finished. Without one nobody knows what is in it, so it starts from nothing.
    if not stamp_level() or run([str(PYTHON), "-c", "import pip"], quiet=True):
        say("Making the Python environment (.venv)")
        require_success(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            "The virtual environment could not be made",
        )
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    say(f"Installing the Python packages of {LOCKS[level]}")
    lock = ROOT / LOCKS[level]
    with tempfile.TemporaryDirectory() as folder:
        uv_lock = Path(folder) / "uv.txt"
        uv_lock.write_text(locked("uv"))
        pip = [str(PYTHON), "-m", "pip", "install", "-q", *PIP_OPTIONS, "--require-hashes", "-r"]
        require_success([*pip, str(uv_lock)], "The installer uv could not be installed")
    uv = [str(VENV / "bin" / "uv"), "pip", "sync", "-q", "--python", str(PYTHON), *UV_OPTIONS]
    if run([*uv, str(lock)], env=uv_environment()):
        # uv does not read pip's configuration, where many machines name their mirror.
        say("uv could not install the packages; trying again with pip, which takes a minute longer")
        require_success([*pip, str(lock)], "The Python packages could not be installed")


def locked(package: str) -> str:
    """The lines of one package in the lock, hashes included."""
    lines = (ROOT / LOCKS["dev"]).read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(f"{package}=="))
    last = first
    while lines[last].endswith("\\"):
        last += 1
    return "\n".join(lines[first : last + 1]) + "\n"


def uv_environment() -> dict[str, str]:
    environment = dict(os.environ)
    home = Path(environment.get("HOME", "/nonexistent"))
    if "UV_CACHE_DIR" not in environment and not os.access(home, os.W_OK):
        environment["UV_CACHE_DIR"] = str(VENV / ".uv-cache")
    environment.pop("VIRTUAL_ENV", None)
    return environment


def install_vendor() -> None:
    say("Installing the front-end files of package-lock.json")
    environment = dict(os.environ)
    environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', os.defpath)}"
    if not os.access(Path(environment.get("HOME", "/nonexistent")), os.W_OK):
        environment["npm_config_cache"] = str(ROOT / "var" / "npm")
    npm = [str(VENV / "bin" / "npm"), "ci", "--no-progress", "--loglevel=error"]
    require_success(npm, "The front-end files could not be installed", env=environment)
    fresh = ROOT / "var" / "vendor.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for folder, files in VENDOR_FILES.items():
        (fresh / "vendor" / folder).mkdir(parents=True)
        for file in files:
            shutil.copy(ROOT / "node_modules" / file, fresh / "vendor" / folder)
    FONTS.mkdir(exist_ok=True)
    for font in FONT_FILES:
        shutil.copy(ROOT / "node_modules" / font, FONTS)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def run(command: list[str], *, env: dict[str, str] | None = None, quiet: bool = False) -> int:
    output = subprocess.DEVNULL if quiet else None
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=output,
            check=False,
        ).returncode
    except FileNotFoundError:
        return 127


def require_success(
    command: list[str], sentence: str, *, env: dict[str, str] | None = None
) -> None:
    if run(command, env=env):
        require_room(ROOT, 100)
        raise Problem(
            f"{sentence}; the lines above say why. Packages come from the registries that pip and npm are set up for: "
            "is the network there? Start again when it is; what is half made is made anew."
        )


def main(arguments: list[str]) -> int:
    level = arguments[0] if arguments else "dev"
    if level not in LOCKS:
        say(f"Say one of: {', '.join(LOCKS)}")
        return 2
    try:
        install(level)
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{explain(error)}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Set-up stopped. The next start goes on from here.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
