"""Answer questions in golden format: ``python -m assistance.calculation FILE…``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from assistance.calculation.golden import answer, differences, explained


def main(arguments: list[str] | None = None) -> int:
    options = _options(arguments)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        lines = [line for file in options.files for line in _lines(file)]
    except OSError as error:
        print(f"Cannot read {error.filename}: {error.strerror}.", file=sys.stderr)
        return 2
    if options.check:
        return _check(lines)
    if options.explain:
        return _explain(lines, options.case)
    return _answers(lines)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m assistance.calculation", description=__doc__)
    parser.add_argument("files", nargs="+", metavar="FILE", help="JSON lines; - is the input")
    parser.add_argument("--check", action="store_true", help="compare with `expected`")
    parser.add_argument("--explain", action="store_true", help="explain in plain English")
    parser.add_argument("--case", metavar="ID", help="explain only this case")
    return parser.parse_args(arguments)


def _lines(file: str) -> Iterator[tuple[str, bytes]]:
    """Where a line stands and its bytes; empty lines are passed over."""
    data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    for number, line in enumerate(data.split(b"\n"), start=1):
        if line.strip():
            yield f"{file}:{number}", line


class _NotJson(Exception):
    """A sentence about a line that is no question."""


def _case(line: bytes) -> object:
    try:
        return json.loads(line.decode(), object_pairs_hook=_without_twins)
    except UnicodeDecodeError as error:
        raise _NotJson("the line is not UTF-8 text") from error
    except RecursionError as error:
        raise _NotJson("the line is nested too deeply") from error
    except ValueError as error:
        raise _NotJson(f"the line is not readable as JSON ({error})") from error


def _without_twins(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice in one object")
    return found


def _answers(lines: list[tuple[str, bytes]]) -> int:
    unreadable = 0
    for where, line in lines:
        try:
            result: object = answer(_case(line))
        except _NotJson as error:
            unreadable += 1
            result = {"error": "NOT_JSON", "field": "line", "message": f"{where}: {error}."}
        print(json.dumps(result))
    return 1 if unreadable else 0


def _explain(lines: list[tuple[str, bytes]], wanted: str | None) -> int:
    shown = 0
    for where, line in lines:
        try:
            case = _case(line)
        except _NotJson as error:
            print(f"{where}: {error}.")
            continue
        name = case.get("id") if isinstance(case, dict) else None
        if wanted is None or name == wanted:
            shown += 1
            print("\n".join([f"# {name}", *explained(case)]))
    if not shown:
        print("No such case.", file=sys.stderr)
    return 0 if shown else 1


def _check(lines: list[tuple[str, bytes]]) -> int:
    failed = 0
    for where, line in lines:
        faults = list(_faults(line))
        if faults:
            failed += 1
            print(f"{where}: " + "; ".join(faults))
    print(f"{len(lines) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _faults(line: bytes) -> Iterator[str]:
    try:
        case = _case(line)
    except _NotJson as error:
        yield str(error)
        return
    if not isinstance(case, dict) or not isinstance(case.get("expected"), dict):
        yield "the case has no `expected` object"
        return
    for difference in differences(case["expected"], answer(case)):
        yield f"{case.get('id')}: {difference}"


if __name__ == "__main__":
    sys.exit(main())
