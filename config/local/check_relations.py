"""Fails on a model relation that points to an app further right: the import linter cannot see string keys."""

from __future__ import annotations

import sys
import tomllib

import django
from django.apps import apps

from config.local.install import ROOT, say


def order() -> list[str]:
    """Our apps from left to right, as the import linter's first contract names them."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    return [layer.rpartition(".")[2] for layer in reversed(linter["contracts"][0]["layers"])]


def wrong_relations() -> list[str]:
    place = {name: number for number, name in enumerate(order())}
    found = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if (
                field.auto_created
                or not field.is_relation
                or not isinstance(field.related_model, type)
            ):
                continue
            here, there = model._meta.app_label, field.related_model._meta.app_label
            if place.get(there, -1) > place.get(here, len(place)):
                found.append(f"{model._meta.label}.{field.name} points right, to {there}")
    return found


def main() -> int:
    django.setup()
    found = wrong_relations()
    for sentence in found:
        say(sentence)
    if not found:
        say("Every relation points left.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
