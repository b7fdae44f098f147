"""Whether an answer holds what a golden case expects (a subset, specification 10)."""

from __future__ import annotations

from collections.abc import Iterator


def differences(expected: object, actual: object, path: str = "") -> Iterator[str]:
    """A sentence for every difference; an expected error only asks for a refusal."""
    if not path and isinstance(expected, dict) and "error" in expected:
        if not (isinstance(actual, dict) and "error" in actual):
            yield "expected a refusal"
    elif isinstance(expected, dict):
        yield from _objects(expected, actual, path)
    elif isinstance(expected, list):
        yield from _lists(expected, actual, path)
    elif type(expected) is not type(actual) or expected != actual:
        yield f"{path or 'answer'}: expected {expected!r}, got {actual!r}"


def _objects(expected: dict[str, object], actual: object, path: str) -> Iterator[str]:
    if not isinstance(actual, dict):
        yield f"{path or 'answer'}: expected an object, got {actual!r}"
        return
    for key, value in expected.items():
        field = f"{path}.{key}" if path else key
        if key not in actual:
            yield f"{field}: expected {value!r}, got nothing"
        else:
            yield from differences(value, actual[key], field)


def _lists(expected: list[object], actual: object, path: str) -> Iterator[str]:
    if not isinstance(actual, list) or len(actual) != len(expected):
        yield f"{path}: expected {len(expected)} entries, got {actual!r}"
        return
    for n, (wanted, given) in enumerate(zip(expected, actual, strict=True)):
        yield from differences(wanted, given, f"{path}[{n}]")
