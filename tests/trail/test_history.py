"""Every table has its class, and what is edited leaves what it was, who, why and in which request."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse

from assistance.accounts.models import Agency, User
from assistance.accounts.roles import Role
from assistance.shared.acting import acting
from assistance.shared.models import RowChange
from assistance.trail.classes import DERIVED, TableClass, class_of, models_of, our_models
from tests.factories.accounts import Cast
from tests.factories.registry import make_person

pytestmark = pytest.mark.django_db


def changes(row) -> list[RowChange]:
    found = RowChange.objects.filter(table_name=row._meta.db_table, row_id=row.pk)
    return list(found.order_by("id"))


def test_every_table_of_ours_belongs_to_one_class():
    assert [model._meta.label for model in our_models() if class_of(model) is None] == []
    known = {model._meta.label: class_of(model) for model in our_models()}
    assert {label for label in DERIVED if known.get(label) is not TableClass.DERIVED} == set()


# Who made a row whose insertion is not noted: the way to a user in its own columns, or where else it stands.
MADE_BY = {
    "accounts.EntryRules": "one row, there from the beginning",
    "accounts.SecondFactor": "user",
    "cases.Application": "entered_by",
    "cases.ClockStop": "by",
    "cases.Correction": "found_by",
    "cases.EarlierReceipt": "entered_by",
    "cases.Evidence": "added_by",
    "cases.FactItem": "CaseEdit",
    "cases.FactSheet": "application.entered_by",
    "cases.HandOver": "proposed_by",
    "cases.Notice": "drawn_up_by",
    "cases.NoticeLine": "notice.drawn_up_by",
    "cases.Objection": "recorded_by",
    "cases.Participation": "user",
    "files.StoredFile": "kept_by",
    "payments.AwardStop": "by",
    "payments.Batch": "drawn_up_by",
    "payments.BatchLine": "batch.drawn_up_by",
    "payments.HeirClaim": "entered_by",
    "payments.Recovery": "opened_by",
    "payments.RecoveryEntry": "entered_by",
    "registry.Certificate": "PersonChange",
    "registry.Difference": "reconciliation.opened_by",
    "registry.DutyNote": "by",
    "registry.Enrolment": "PersonChange",
    "registry.Guardianship": "PersonChange",
    "registry.Household": "created_by",
    "registry.HouseholdMember": "PersonChange",
    "registry.IdentityChange": "entered_by",
    "registry.Merge": "proposed_by",
    "registry.Person": "created_by",
    "registry.RecipientSpan": "PersonChange",
    "registry.Reconciliation": "opened_by",
    "registry.Residence": "PersonChange",
    "registry.Subsidy": "entered_by",
    "screening.Attendance": "meeting.called_by",
    "screening.BottomLineAid": "by",
    "screening.BottomLineCase": "list.opened_by",
    "screening.BottomLineClaim": "proposed_by",
    "screening.BottomLineList": "opened_by",
    "screening.CostMark": "by",
    "screening.HandOut": "a sweep, for the run it names",
    "screening.HuiminPolicy": "entered_by",
    "screening.Meeting": "called_by",
    "screening.Prospect": "a sweep, for the list that names the person",
    "screening.Push": "a sweep, for the entry it names",
    "screening.Resolution": "meeting.called_by",
    "settlements.DifferenceDecision": "decided_by",
    "settlements.OtherAid": "entered_by",
    "settlements.PsychiatricMark": "the intake, for the bill it names",
}


def test_of_every_edited_row_it_is_known_who_made_it():
    unnoted = {
        model._meta.label: model
        for model in models_of(TableClass.EDITED)
        if "history_insert" not in {trigger.name for trigger in model._meta.triggers}
    }
    assert set(unnoted) == set(MADE_BY)
    written_once = {model.__name__ for model in models_of(TableClass.WRITTEN_ONCE)}
    for label, way in MADE_BY.items():
        if " " in way or way in written_once:
            continue
        model = unnoted[label]
        for name in way.split("."):
            model = model._meta.get_field(name).related_model
        assert model is User, label


def test_the_database_has_the_triggers_that_the_models_name():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%'"
        )
        there = {
            (table, kind)
            for table, name in cursor.fetchall()
            for kind in ("written_once", "history_update", "history_delete", "history_insert")
            if name.startswith(f"pgtrigger_{kind}")
        }
    wanted = {(m._meta.db_table, "written_once") for m in models_of(TableClass.WRITTEN_ONCE)}
    for kind in ("history_update", "history_delete"):
        wanted |= {(model._meta.db_table, kind) for model in models_of(TableClass.EDITED)}
    wanted |= {
        (model._meta.db_table, "history_insert")
        for model in models_of(TableClass.EDITED)
        if model._meta.label not in MADE_BY
    }
    assert wanted - there == set()


def test_a_change_keeps_before_after_user_request_and_reason():
    cast = Cast()
    agency = Agency.objects.create(code="990001", name="旧名")
    row = {"table_name": "accounts_agency", "row_id": agency.pk}
    with acting(user=cast.clerk.pk, request="abc", reason="改名: 50% '公文'"):
        Agency.objects.filter(pk=agency.pk).update(name="新名")
    with acting(source="manage.py x"):
        agency.delete()
    entered, changed, removed = RowChange.objects.filter(**row).order_by("id")
    assert (entered.kind, entered.changes["name"]) == ("insert", [None, "旧名"])
    assert (changed.kind, changed.changes) == ("update", {"name": ["旧名", "新名"]})
    assert (changed.user_id, changed.request) == (cast.clerk.pk, "abc")
    assert (changed.reason, changed.source) == ("改名: 50% '公文'", "")
    assert (removed.kind, removed.changes["name"]) == ("delete", ["新名", None])
    assert (removed.user_id, removed.source) == (None, "manage.py x")


def test_what_did_not_change_and_what_is_no_news_leave_nothing():
    user = Cast().clerk
    before = len(changes(user))
    user.save()
    User.objects.filter(pk=user.pk).update(last_login="2025-01-01T00:00+08:00")
    assert len(changes(user)) == before


def test_a_password_is_noted_without_its_hash_and_a_role_with_who_gave_it():
    user = Cast().clerk
    user.set_password("Ein-anderes-Wort-9")
    user.save(update_fields=["password"])
    assert changes(user)[-1].changes == {"password": [None, None]}
    with acting(source="psql"):
        user.groups.add(Group.objects.get(name=Role.TOWNSHIP_LEADER))
    given = RowChange.objects.filter(table_name="accounts_user_groups").latest("id")
    assert (given.kind, given.source) == ("insert", "psql")
    assert given.changes["user_id"] == [None, user.pk]


def test_an_encrypted_column_stays_encrypted_in_the_history():
    person = make_person()
    person.phone = "13800001234"
    person.save(update_fields=["phone"])
    before, after = changes(person)[-1].changes["phone"]
    assert before != after
    assert after.startswith("\\x01")
    assert "13800001234" not in str(changes(person)[-1].changes)


def test_a_request_is_noted_under_its_user_and_its_id():
    cast, person, client = Cast(), make_person(), Client()
    client.force_login(cast.clerk)
    typed = {"phone": "13900001111", "reason": "当事人更换号码"}
    response = client.post(reverse("change_phone", args=[person.pk]), typed)
    assert response.status_code == 302, response.content.decode()
    change = changes(person)[-1]
    assert (change.user_id, change.request) == (cast.clerk.pk, response["X-Request-Id"])
    assert (set(change.changes) >= {"phone"}, change.reason) == (True, "当事人更换号码")


def test_many_rows_at_once_leave_the_same_as_one():
    cast = Cast()
    users = User.objects.bulk_create(
        User(username=f"many{n}", full_name="旧名", agency=cast.agency, password="!")
        for n in range(60)
    )
    mine = User.objects.filter(pk__in=[user.pk for user in users])
    # The plan of the trigger is made while there is nothing to join.
    mine.filter(username="").update(full_name="")
    values = {"full_name": "新'名", "password": "!x", "last_login": "2025-01-01T00:00+08:00"}
    with acting(user=cast.clerk.pk, request="abc", reason="改名"):
        mine.filter(username="many0").update(**values)
        mine.update(**values)
    rows = RowChange.objects.filter(
        table_name="accounts_user", kind="update", row_id__in=[user.pk for user in users]
    )
    assert {(one.kind, one.user_id, one.request, one.reason) for one in rows} == {
        ("update", cast.clerk.pk, "abc", "改名")
    }
    assert sorted(rows.values_list("row_id", flat=True)) == [user.pk for user in users]
    changes_of = [one.changes for one in rows]
    assert changes_of == [{"full_name": ["旧名", "新'名"], "password": [None, None]}] * 60
