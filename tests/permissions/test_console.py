"""The admin console and the tasks: for the officers of the system alone, and every page and action has a row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client, RequestFactory
from django.urls import reverse

from assistance.accounts.roles import Role
from config import celery_app
from tests.factories.accounts import Cast

OFFICERS = (Role.ADMINISTRATOR, Role.SECURITY_OFFICER)
FOLDER = Path(__file__).parent


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _request(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def _actions(model_admin, user) -> set[str]:
    return set(model_admin.get_actions(_request(user)))


def _rights(model_admin, request) -> str:
    asked = {
        "a": model_admin.has_add_permission,
        "c": model_admin.has_change_permission,
        "d": model_admin.has_delete_permission,
        "v": model_admin.has_view_permission,
    }
    return "".join(letter for letter, may in asked.items() if may(request))


@pytest.mark.django_db
def test_every_console_page_has_a_row_with_its_rights_and_actions():
    """The letters of add, change, delete, view that each officer has, and the actions of the page."""
    cast = Cast()
    officers = [cast.administrator, cast.security_officer]
    found = set()
    for model, model_admin in admin.site._registry.items():
        actions = set().union(*(_actions(model_admin, officer) for officer in officers))
        rights = [_rights(model_admin, _request(officer)) for officer in officers]
        found.add((model._meta.label_lower, rights[0], " ".join(sorted(actions)), rights[1]))
    # A row that ends after the actions gives the security officer nothing.
    wanted = {tuple(value or "" for value in row.values()) for row in _rows("console.csv")}
    assert found == wanted


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role not in OFFICERS])
def test_nobody_else_has_any_right_in_the_console(role):
    user = Cast().of_each_role()[role]
    request = _request(user)
    for model_admin in admin.site._registry.values():
        assert not model_admin.has_add_permission(request)
        assert not model_admin.has_change_permission(request)
        assert not model_admin.has_delete_permission(request)
        assert not model_admin.has_view_permission(request)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role not in OFFICERS])
def test_nobody_else_gets_a_console_page(role):
    client = Client()
    client.force_login(Cast().of_each_role()[role])
    for model in admin.site._registry:
        page = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
        assert client.get(reverse(page)).status_code in (302, 403)


def test_every_task_has_a_row():
    """A task runs without a person: it takes no data but ids, and acts under decisions made before."""
    # As a worker does when it starts; until then nothing has imported the tasks of our apps.
    celery_app.loader.import_default_modules()
    ours = {
        name for name, task in celery_app.tasks.items() if task.__module__.startswith("assistance.")
    }
    assert ours == {row["task"] for row in _rows("tasks.csv")}
