"""What a county starts from: the bundle, the environment, the units and the list of known weaknesses."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from config.local import audit, bundle, parts
from config.local.install import ROOT
from deploy import install, new_keys

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAMS = ("gunicorn", "celery --quiet --app config worker", "celery --quiet --app config beat")


def lock(folder: Path, line: str) -> Path:
    path = folder / "requirements.txt"
    path.write_text(f"asgiref==3.13.0 \\\n    --hash=sha256:00\n{line} \\\n    --hash=sha256:00\n")
    return path


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("django==5.2.7", "CVE-2025-64459"),
        ("Pillow==10.2.0", "CVE-2024-28219"),
        ("gunicorn==22.0.0", "CVE-2024-6827"),
    ],
)
def test_a_pin_with_a_known_weakness_fails_the_check(tmp_path, line, source, capsys):
    assert audit.main([str(lock(tmp_path, line))]) == 1
    said = capsys.readouterr().out
    assert source in said
    assert "asgiref" not in said


@pytest.mark.parametrize("line", ["django==5.2.8", "django==5.10.0", "pillow==11.3.0"])
def test_a_mended_pin_passes(tmp_path, line):
    assert audit.complaints([lock(tmp_path, line)]) == []


def test_a_bad_pin_of_npm_fails_too(tmp_path):
    path = tmp_path / "package-lock.json"
    path.write_text('{"packages": {"": {}, "node_modules/jquery": {"version": "3.4.1"}}}')
    assert "CVE-2020-11023" in audit.complaints([path])[0]


def test_our_own_locks_pass_and_every_entry_has_a_source():
    assert audit.main([]) == 0
    assert [bad for bad in audit.known() if not bad.source or not (bad.below or bad.through)] == []


def test_the_list_of_parts_names_every_package_of_an_installation_with_its_digest(tmp_path):
    assert parts.main([str(tmp_path / parts.NAME)]) == 0
    found = json.loads((tmp_path / parts.NAME).read_text())
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.5")
    delivered = {
        (kind, audit.normal(package), version)
        for lock in (parts.LOCK, parts.FRONT_END)
        for kind, package, version in audit.pins(lock)
        if package != "axe-core"  # for tests alone
    }
    named = {
        (part["purl"].split("/")[0][4:], audit.normal(part["name"]), part["version"])
        for part in found["components"]
    }
    assert named == delivered
    assert ("pypi", "django") in {pin[:2] for pin in named}
    digests = [digest for part in found["components"] for digest in part["hashes"]]
    assert {(d["alg"], len(d["content"])) for d in digests} == {("SHA-256", 64), ("SHA-512", 128)}
    assert [part["name"] for part in found["components"] if not part["hashes"]] == []
    assert "pkg:npm/%40tabler/core@" in json.dumps(found)
    assert parts.written() == parts.written()


@pytest.fixture
def unpacked(tmp_path):
    place, archive = tmp_path / "files", tmp_path / "yizhu.tar.gz"
    (place / "config").mkdir(parents=True)
    (place / "config" / "a.py").write_text("1\n")
    (place / "run.sh").write_text("true\n")
    (place / "run.sh").chmod(0o755)
    bundle.pack(place, archive, top="yizhu-1")
    first = archive.read_bytes()
    (place / bundle.MANIFEST).unlink()
    bundle.pack(place, archive, top="yizhu-1")
    assert archive.read_bytes() == first
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "there", filter="data")
    return tmp_path / "there" / "yizhu-1"


def test_an_unpacked_bundle_is_as_it_was_packed_and_says_what_was_altered(unpacked):
    assert install.altered(unpacked) == []
    assert os.access(unpacked / "run.sh", os.X_OK)
    (unpacked / "config" / "a.py").write_text("2\n")
    (unpacked / "run.sh").unlink()
    assert install.altered(unpacked) == ["config/a.py", "run.sh"]


def test_the_bundle_holds_the_program_and_none_of_the_tests():
    files = bundle.committed()
    assert {"manage.py", "deploy/install.py", "config/settings.py", bundle.LOCK} <= set(files)
    assert [name for name in files if name.startswith(("tests/", "var/", ".venv/"))] == []


def environment() -> dict[str, str]:
    lines = (DEPLOY / "yizhu.env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_new_keys_are_those_the_environment_lacks():
    lacking = {name for name, value in environment().items() if not value}
    made = new_keys.keys()
    assert set(made) == lacking
    version, _colon, key = made["DATA_KEYS"].partition(":")
    assert (version, len(base64.b64decode(key))) == ("1", 32)


def test_units_and_compose_start_the_same_three_programs_from_one_environment():
    compose = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    flat = re.sub(r'[",\[\]]', " ", compose + (DEPLOY / "Containerfile").read_text()).split()
    assert "env_file: /etc/yizhu/yizhu.env" in compose
    assert len(UNITS) == len(PROGRAMS)
    started = []
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        assert "EnvironmentFile=/etc/yizhu/yizhu.env" in text
        assert "NoNewPrivileges=yes" in text
        command = re.search(r"^ExecStart=/opt/yizhu/.venv/bin/python -m (.+)$", text, re.MULTILINE)
        assert command is not None
        started += [program for program in PROGRAMS if command[1].startswith(program)]
        assert set(command[1].split()) <= set(flat), unit.name
    assert sorted(started) == sorted(PROGRAMS)


def test_gunicorn_takes_its_configuration_and_logs_as_everything_else():
    program = (
        "from gunicorn.app.wsgiapp import WSGIApplication as A; import sys\n"
        "sys.argv = ['gunicorn', '--config', 'deploy/gunicorn.conf.py']\n"
        "c = A().cfg; print(c.workers, c.timeout, c.logconfig_dict['root']['handlers'], c.accesslog)"
    )
    made = environment() | new_keys.keys()
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=made,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "4 120 ['console'] None\n", done.stderr
