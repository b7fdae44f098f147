from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistance.calculation.__main__ import main

GOLDEN = Path(__file__).parent.parent / "golden"


@pytest.fixture
def file(tmp_path):
    def write(*lines):
        path = tmp_path / "cases.jsonl"
        path.write_bytes(b"\n".join(lines))
        return str(path)

    return write


def test_check_counts_and_ends_with_the_matching_code(capsys, file):
    right = (GOLDEN / "jn21.jsonl").read_bytes().splitlines()[0]
    wrong = right.replace(b'"subsidy": "0.00"', b'"subsidy": "0.01"')
    assert main(["--check", file(right)]) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"
    assert main(["--check", file(right, wrong, b"{", b"7", b"")]) == 1
    assert capsys.readouterr().out.endswith("1 passed, 3 failed\n")


def test_one_answer_a_line(capsys, file):
    lines = (GOLDEN / "jn21.jsonl").read_bytes().splitlines()[:3]
    assert main([file(*lines)]) == 0
    answers = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    assert [answer["subsidy"] for answer in answers] == ["0.00", "0.01", "0.00"]


@pytest.mark.parametrize(
    "line",
    [b"{", b"\xff\xfe", b"[" * 200_000, b"9" * 5000, b'{"a": 1, "a": 2}', b"nothing"],
)
def test_malformed_lines_give_a_sentence(capsys, file, line):
    assert main([file(line)]) == 1
    reply = json.loads(capsys.readouterr().out)
    assert reply["error"] == "NOT_JSON"
    assert reply["message"].endswith(".")


def test_a_missing_file_gives_a_sentence(capsys):
    assert main(["nowhere.jsonl"]) == 2
    assert capsys.readouterr().err == "Cannot read nowhere.jsonl: No such file or directory.\n"


def test_explain_prints_one_case(capsys):
    assert main(["--explain", "--case", "G-JN21-03", str(GOLDEN / "jn21.jsonl")]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# G-JN21-03\n")
    assert "10000.00 does not exceed the deductible 10000.00" in shown
    assert main(["--explain", "--case", "none", str(GOLDEN / "jn21.jsonl")]) == 1
