"""The embedded servers: they start, survive a crash, heal a stale lock file and leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg
import pytest
import redis

from config.local import processes
from config.local.processes import wait_until
from config.local.servers import ONCE, PostgreSQL, start_postgres, start_valkey


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    with start_postgres(tmp_path_factory.mktemp("postgres"), fsync=False) as server:
        yield server


def ask(server, query):
    with psycopg.connect(host=str(server.sockets), user="app", dbname="app", autocommit=True) as db:
        cursor = db.execute(query)
        return cursor.fetchone() if cursor.description else None


def test_postgres_keeps_its_data_over_a_crash(database):
    ask(database, "CREATE TABLE kept AS SELECT 1 AS n")
    ask(database, "CHECKPOINT")
    database.kill()
    assert not database.running()
    database.start()
    assert ask(database, "SELECT n FROM kept") == (1,)


def test_postgres_understands_chinese(database):
    ask(database, "CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert ask(database, "SELECT similarity('景宁畲族自治县', '景宁畲族自治县') = 1") == (True,)


def test_postgres_is_closed_to_other_users(database):
    assert database.folder.stat().st_mode & 0o077 == 0
    assert database.sockets.stat().st_mode & 0o077 == 0


def test_postgres_takes_over_from_a_server_nobody_stopped(database, monkeypatch):
    monkeypatch.setattr("config.local.servers.PATIENCE", 0.5)
    orphan = database.pid
    second = PostgreSQL(database.folder, fsync=False)
    second.start()
    assert processes.started_at(orphan) is None
    assert not database.running()
    second.stop()
    database.start()


def test_postgres_starts_over_a_lock_file_whose_number_is_another_programs(database, monkeypatch):
    monkeypatch.setattr("config.local.servers.PATIENCE", 0.5)
    database.stop()
    (database.data / "postmaster.pid").write_text(f"{os.getppid()}\n{database.data}\n1\n5432\n")
    database.start()
    assert ask(database, "SELECT 1") == (1,)


def test_postgres_makes_its_folder_anew_after_an_interrupted_start(tmp_path):
    (tmp_path / "data.new" / "base").mkdir(parents=True)
    with start_postgres(tmp_path, fsync=False) as server:
        assert ask(server, "SELECT 1") == (1,)
    assert not (tmp_path / "data.new").exists()
    assert not server.running()


def test_postgres_serves_from_a_folder_whose_path_is_too_long_for_a_socket(tmp_path):
    folder = tmp_path / ("long" * 25)
    with start_postgres(folder, fsync=False) as server:
        assert ask(server, "SELECT 1") == (1,)
        borrowed = server.sockets
        assert borrowed != folder
    assert not borrowed.exists()


def test_valkey_wants_its_password_and_keeps_its_address(tmp_path):
    with start_valkey(tmp_path) as server:
        address = server.url
        with (
            redis.Redis(port=server.port, retry=ONCE) as stranger,
            pytest.raises(redis.AuthenticationError),
        ):
            stranger.ping()
        server.kill()
        server.start()
        assert server.url == address
        with redis.Redis.from_url(address) as client:
            assert client.ping() is True
    assert (tmp_path / "valkey.conf").stat().st_mode & 0o077 == 0


def test_servers_end_with_a_parent_that_is_killed(tmp_path):
    program = (
        "import sys, time, pathlib; from config.local.servers import Valkey\n"
        "server = Valkey(pathlib.Path(sys.argv[1])); server.start()\n"
        "print(server.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    assert wait_until(lambda: processes.started_at(child) is None, seconds=5)
