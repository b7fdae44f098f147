"""The list of known weaknesses renewed from an export, as somebody carries it over once a month."""

from __future__ import annotations

import json
import zipfile
from typing import Any

import pytest

from config.local import advisories, audit


def advisory(number: str, package: str, ecosystem: str = "PyPI", **affected: Any) -> dict[str, Any]:
    """In the words of https://ossf.github.io/osv-schema/."""
    named = {"package": {"ecosystem": ecosystem, "name": package}, **affected}
    return {"id": number, "aliases": [], "summary": "what  it\nis about", "affected": [named]}


def span(*events: dict[str, str], kind: str = "ECOSYSTEM") -> dict[str, Any]:
    return {"ranges": [{"type": kind, "events": list(events)}]}


FROM_THE_BEGINNING = {"introduced": "0"}
EXPORT = [
    advisory("PYSEC-2030-1", "Django", **span({"introduced": "5.2"}, {"fixed": "99.1"}))
    | {"aliases": ["GHSA-x", "CVE-2030-0001"]},
    # The same from another giver.
    advisory("GHSA-x", "django", **span({"introduced": "5.2"}, {"fixed": "99.1"}))
    | {"aliases": ["CVE-2030-0001"]},
    advisory(
        "GHSA-two", "celery", **span(FROM_THE_BEGINNING, {"fixed": "1.0"}, {"introduced": "2.0"})
    ),
    advisory(
        "GHSA-last",
        "@tabler/core",
        "npm",
        **span(FROM_THE_BEGINNING, {"last_affected": "0.9.9"}, kind="SEMVER"),
    ),
    advisory("GHSA-one", "kombu", versions=["4.0.1"]),
    advisory(
        "GHSA-commits", "kombu", **span(FROM_THE_BEGINNING, {"fixed": "deadbeef"}, kind="GIT")
    ),
    advisory("GHSA-odd", "kombu", **span(FROM_THE_BEGINNING, {"fixed": "not a version"})),
    advisory("GHSA-gone", "kombu", **span(FROM_THE_BEGINNING))
    | {"withdrawn": "2030-01-01T00:00:00Z"},
    advisory("GHSA-others", "nobody-uses-this", **span(FROM_THE_BEGINNING)),
]


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A list of its own, with one row that somebody wrote by hand."""
    path = tmp_path / "known.csv"
    path.write_text("ecosystem,package,since,below,through,source\npypi,django,,4.2,,unsupported\n")
    for module in (audit, advisories):
        monkeypatch.setattr(module, "KNOWN", path)
    return path


def test_an_export_adds_what_concerns_our_packages_once_and_keeps_the_rest(known, tmp_path, capsys):
    export = tmp_path / "all.zip"
    with zipfile.ZipFile(export, "w") as archive:
        for number, entry in enumerate(EXPORT):
            archive.writestr(f"{number}.json", json.dumps(entry))
    assert advisories.main([str(export)]) == 0
    first = known.read_text()
    assert first.splitlines()[1:] == [
        "npm,@tabler/core,,,0.9.9,GHSA-last what it is about",
        "pypi,celery,,1.0,,GHSA-two what it is about",
        "pypi,celery,2.0,,,GHSA-two what it is about",
        "pypi,django,,4.2,,unsupported",
        "pypi,django,5.2,99.1,,CVE-2030-0001 what it is about",
        "pypi,kombu,4.0.1,,4.0.1,GHSA-one what it is about",
    ]
    said = capsys.readouterr().out
    assert "5 rows are new" in said
    assert "GHSA-odd" in said, "what cannot be read is said"
    assert "django 5.2" in said, "the pins that fail now are named"
    assert [bad.source for bad in audit.known() if bad.concerns("pypi", "kombu", "4.0.2")] == []
    assert audit.main([]) == 1
    advisories.main([str(export)])
    assert known.read_text() == first


def test_what_is_no_export_is_refused_and_nothing_is_written(known, tmp_path, capsys):
    before = known.read_text()
    for name, content in {"a.json": "{", "b.json": "[1]", "c.json": '{"x": 1}'}.items():
        (tmp_path / name).write_text(content)
        assert advisories.main([str(tmp_path / name)]) == 1
        assert "no export" in capsys.readouterr().out
    assert advisories.main([str(tmp_path / "nowhere")]) == 1
    assert advisories.main([]) == 2
    assert known.read_text() == before
