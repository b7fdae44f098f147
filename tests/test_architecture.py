"""The house keeps its order: what import-linter cannot see is checked here."""

from __future__ import annotations

from django.apps import apps
from django.db.models import Model

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
