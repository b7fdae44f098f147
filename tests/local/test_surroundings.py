"""What `make run` says when something is in its way."""

from __future__ import annotations

import errno
import fcntl
import importlib.util
import os
import shutil
import socket
import subprocess
import sys

import pytest

from config.local import install, processes, surroundings
from config.local.install import Problem
from config.local.processes import Child
from config.local.surroundings import Address


@pytest.fixture
def var(tmp_path, monkeypatch):
    for name in surroundings.SECRETS:
        monkeypatch.delenv(name, raising=False)
    surroundings.make_folders(tmp_path)
    return tmp_path


def test_a_taken_port_is_named_with_a_free_one():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Problem) as caught:
            surroundings.require_port(Address("127.0.0.1", port))
    sentence = str(caught.value)
    assert sentence.startswith(f"Port {port} is taken by another program. Take another one: PORT=")
    surroundings.require_port(Address("127.0.0.1", int(sentence.split("PORT=")[1].split()[0])))


@pytest.mark.parametrize("port", ["http", "0", "65536", "-1", "٣"])
def test_a_port_that_is_none_is_refused(port, monkeypatch):
    monkeypatch.setenv("PORT", port)
    with pytest.raises(Problem, match=f"PORT={port} is not a port"):
        surroundings.read_address()


def test_a_foreign_address_is_refused():
    with pytest.raises(Problem, match=r"HOST=192\.0\.2\.1 is not an address of this machine"):
        surroundings.require_port(Address("192.0.2.1", 8000))


def test_the_second_start_in_a_folder_names_the_first(var):
    first = Address("127.0.0.1", 8123)
    with surroundings.only_one(var, first), pytest.raises(Problem) as caught:
        surroundings.only_one(var, Address("127.0.0.1", 8124)).__enter__()
    assert "http://localhost:8123/" in str(caught.value)
    with surroundings.only_one(var, first):
        pass


def test_secrets_are_made_once_and_for_the_owner_alone(var):
    made = surroundings.read_secrets(var)
    assert set(made) == set(surroundings.SECRETS)
    assert surroundings.read_secrets(var) == made
    assert (var / "secrets.env").stat().st_mode & 0o077 == 0


def test_lost_secrets_are_never_replaced_beside_a_database(var):
    (var / "postgres" / "data").mkdir(parents=True)
    with pytest.raises(Problem, match="is missing, but the database"):
        surroundings.read_secrets(var)


def test_damaged_secrets_are_refused(var):
    (var / "secrets.env").write_text("SECRET_KEY=x\n")
    with pytest.raises(Problem, match="has no DATA_KEYS, DIGEST_KEY"):
        surroundings.read_secrets(var)


def test_the_callers_environment_wins(var, monkeypatch):
    monkeypatch.setenv("DEMO", "0")
    monkeypatch.setenv("ALLOWED_HOSTS", "")
    built = surroundings.build_environment(var, Address("127.0.0.1", 8000))
    assert built["DEMO"] == "0"
    assert built["ALLOWED_HOSTS"].startswith("localhost,127.0.0.1,")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "The disk is full"), (errno.EACCES, "No permission to write")],
)
def test_the_systems_refusals_are_sentences(number, sentence):
    problem = install.explain(OSError(number, os.strerror(number), "here"))
    assert str(problem).startswith(sentence)


def test_too_little_room_is_said_beforehand(tmp_path):
    with pytest.raises(Problem, match="MB are free in"):
        install.require_room(tmp_path, 10**9)


def test_a_failed_child_is_quoted(tmp_path):
    child = Child("web", ["sh", "-c", "echo first; echo broken >&2; exit 3"], log=tmp_path / "log")
    child.start()
    assert child.wait() == 3
    sentence = str(child.failure("The web server did not start", lines=1))
    assert sentence.splitlines()[1:] == ["    broken"]
    assert "(exit code 3)" in sentence


def test_a_child_that_ran_out_of_disk_says_so(tmp_path):
    child = Child("database", ["sh", "-c", "echo 'No space left on device'"], log=tmp_path / "log")
    child.start()
    child.wait()
    assert "the disk is full" in str(child.failure("The database did not start"))


def test_leftovers_of_a_killed_start_are_ended_and_strangers_are_not(tmp_path):
    record = tmp_path / "children"
    left = Child("web", ["sleep", "60"], log=tmp_path / "log")
    stranger = Child("other", ["sleep", "60"], log=tmp_path / "log")
    left.start()
    stranger.start()
    processes.remember([left], record)
    with record.open("a") as lines:
        lines.write(f"\n{stranger.pid} 1")
    assert processes.end_leftovers(record) == 1
    assert not left.running()
    assert stranger.running()
    assert not record.exists()
    stranger.stop()


def test_the_lock_holds_every_package_by_hash():
    for name in install.LOCKS.values():
        text = (install.ROOT / name).read_text()
        packages = [line for line in text.splitlines() if "==" in line]
        assert len(packages) <= text.count("--hash=sha256:")
        assert "://" not in text


@pytest.fixture
def folder_set_up(tmp_path):
    """A folder whose stamps say that everything is installed; nothing is."""
    files = ["config/local/install.py", "package-lock.json", *install.LOCKS.values()]
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(install.ROOT / file, tmp_path / file)
    spec = importlib.util.spec_from_file_location("copied", tmp_path / "config/local/install.py")
    copied = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copied)
    copied.VENV.mkdir()
    copied.VENDOR.mkdir(parents=True)
    copied.write_stamp(copied.STAMP, copied.python_stamp("dev"))
    copied.write_stamp(copied.VENDOR_STAMP, copied.vendor_stamp())
    return tmp_path


@pytest.mark.parametrize("level", ["run", "dev"])
def test_setup_with_nothing_to_do_ends_at_once(folder_set_up, level):
    command = [sys.executable, str(folder_set_up / "config/local/install.py"), level]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_setup_that_two_start_at_once_is_done_by_one(folder_set_up):
    command = [sys.executable, str(folder_set_up / "config/local/install.py"), "dev"]
    (folder_set_up / "var" / "setup.lock").touch()
    with (folder_set_up / "var" / "setup.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as second:
            assert (
                second.stdout.readline()
                == "Another set-up is running in this folder; waiting for it.\n"
            )
            assert second.poll() is None
            fcntl.flock(lock, fcntl.LOCK_UN)
    assert second.returncode == 0
