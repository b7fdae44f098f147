"""The house keeps its order: what import-linter cannot see is checked here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db.models import Model

from tests.factories.registry import NAMES

LONGEST_FUNCTION = 40

ORDER = [
    "shared",
    "accounts",
    "files",
    "jobs",
    "registry",
    "policies",
    "entitlements",
    "payments",
    "settlements",
    "cases",
    "screening",
    "trail",
    "web",
    "demo",
]


def _ours() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("assistance.")]


def _place(model: type[Model]) -> int:
    return ORDER.index(model._meta.app_label)


def test_no_model_points_to_an_app_further_right():
    wrong = [
        f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"
        for model in _ours()
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is not None
        if field.related_model.__module__.startswith("assistance.")
        if _place(field.related_model) > _place(model)
    ]
    assert wrong == []


def test_every_app_of_ours_has_a_place_in_the_order():
    assert {model._meta.app_label for model in _ours()} <= set(ORDER)


def _functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in sorted(Path(settings.BASE_DIR, "assistance").rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.name}:{node.name}", node


def test_no_function_does_more_than_fits_on_a_screen():
    """Without its docstring, which explains, and its signature, which is a list."""
    lengths = {}
    for name, node in _functions():
        body = node.body[1:] if ast.get_docstring(node) is not None else node.body
        lengths[name] = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
    assert len(lengths) > 2000
    assert {name for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == set()


def test_no_test_writes_a_name_that_unnamed_people_get():
    """It would be somebody's name by chance, so the test would fail once in a while."""
    given_out = Path("tests/factories/registry.py")
    written = [
        f"{path}: {name}"
        for path in sorted(Path("tests").rglob("*.py"))
        if path != given_out
        for name in NAMES
        if name in path.read_text(encoding="utf-8")
    ]
    assert written == []
