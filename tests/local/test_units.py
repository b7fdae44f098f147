"""The units, the nginx example and the compose file, judged by the programs that read them in a county."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.local.install import ROOT

DEPLOY = ROOT / "deploy"
DAY = datetime.timedelta(days=1)
# What the compose file may say of a service (compose-spec, 05-services); a word that is none is a typing error.
WORDS = {
    *("build", "image", "env_file", "environment", "restart", "read_only", "tmpfs", "cap_drop"),
    *("security_opt", "volumes", "networks", "depends_on", "ports", "healthcheck", "command"),
    "stop_grace_period",
}
CHECK_WORDS = {"test", "interval", "timeout", "retries", "start_period"}


def program(name: str, package: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not here (apt install {package}); .ci/run has it")
    return found


def verified(folder: Path) -> str:
    """What systemd says of the units in a folder; nothing when it takes them as they are."""
    command = [program("systemd-analyze", "systemd"), "verify", *map(str, sorted(folder.iterdir()))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def test_systemd_takes_the_units_as_they_are(tmp_path):
    for unit in (DEPLOY / "systemd").iterdir():
        # The interpreter of the installation is not on this machine.
        text = unit.read_text(encoding="utf-8")
        (tmp_path / unit.name).write_text(
            text.replace("/opt/yizhu/.venv/bin/python", sys.executable)
        )
    assert verified(tmp_path) == ""
    web = tmp_path / "yizhu-web.service"
    web.write_text(web.read_text().replace("NoNewPrivileges", "NoNewPrivilege"))
    assert "NoNewPrivilege" in verified(tmp_path)


def certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "yizhu.example.gov.cn")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now).not_valid_after(now + DAY)
    signed = made.sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def test_nginx_takes_the_example_as_it_is(tmp_path):
    nginx = program("nginx", "nginx")
    certificate(tmp_path)
    (tmp_path / "snippets").mkdir()
    shutil.copy(DEPLOY / "nginx" / "yizhu-proxy.conf", tmp_path / "snippets")
    site = (DEPLOY / "nginx" / "yizhu.conf").read_text(encoding="utf-8")
    site = site.replace("/etc/yizhu/tls", str(tmp_path))
    (tmp_path / "site.conf").write_text(site.replace("/var/log/nginx", str(tmp_path)))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    own = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    whole = f"pid {tmp_path}/pid; events {{}} http {{ {own} include site.conf; }}"
    (tmp_path / "nginx.conf").write_text(whole)
    command = [nginx, "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[emerg]" not in done.stderr


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def test_the_compose_file_says_nothing_that_compose_does_not_know():
    """Parsed strictly, for its own program is not in Debian 12: words, references and names."""
    file = compose()
    assert set(file) == {"x-yizhu", "services", "networks", "volumes"}
    for name, service in file["services"].items():
        assert set(service) <= WORDS, name
        assert set(service.get("networks", [])) <= set(file["networks"]), name
        assert set(service.get("depends_on", {})) <= set(file["services"]), name
        assert set(service.get("healthcheck", {})) <= CHECK_WORDS, name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source.startswith("/etc/yizhu/") or source in file["volumes"], volume
        for waits in service.get("depends_on", {}).values():
            assert waits["condition"] in {"service_healthy", "service_started"}
    healthy = [n for n, s in file["services"].items() if "healthcheck" in s]
    assert "database" in healthy
    for port in file["services"]["web"]["ports"]:
        assert port.startswith("127.0.0.1:"), "only nginx of the same machine gets in"


def test_the_image_is_made_of_the_bundle_alone():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    steps = re.findall(r"^([A-Z]+) (.+)$", text, re.MULTILINE)
    assert steps[0][0] == "FROM"
    assert {word for word, _rest in steps} == {
        "FROM",
        "RUN",
        "COPY",
        "WORKDIR",
        "USER",
        "ENV",
        "CMD",
    }
    runs = " ".join(rest for word, rest in steps if word == "RUN")
    assert [tool for tool in ("apt", "pip", "curl", "npm") if tool in runs] == []
