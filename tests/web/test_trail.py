"""What the auditor reads: changes with before and after, who looked, and whether the chain is whole."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import CharField, JSONField, TextField
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.accounts.operations import set_roles
from assistance.accounts.roles import Role
from assistance.cases.models import Application
from assistance.payments.models import BatchLine, HeirClaim
from assistance.registry.models import (
    AccessLog,
    BankAccount,
    Certificate,
    Person,
    Residence,
    StaffTie,
)
from assistance.shared.acting import acting
from assistance.shared.fields import EncryptedTextField
from assistance.shared.models import RowChange
from assistance.trail.models import ChainCheck
from assistance.trail.operations import check_and_note, seal
from assistance.trail.queries import described
from assistance.trail.queries.history import about
from assistance.trail.queries.masked import HARMLESS, about_people, shown
from tests.factories.accounts import PASSWORD, Cast
from tests.factories.identity import merge
from tests.factories.registry import make_account, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditor() -> User:
    return Cast().auditor


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_a_change_is_found_by_person_user_and_request_and_its_numbers_are_masked(auditor, as_user):
    cast, person, other = Cast(), make_person("蓝青山", phone="13800001234"), make_person()
    with acting(user=cast.clerk.pk, request="feedbeef00112233", reason="当事人更换号码"):
        person.phone = "13900009876"
        person.save(update_fields=["phone"])
    other.phone = "13700005555"
    other.save(update_fields=["phone"])
    browser = as_user(auditor)
    for query in (
        {"person": person.pk},
        {"request": "feedbeef00112233"},
        {"who": cast.clerk.full_name, "table": "registry_person"},
        {"table": "registry_person", "row": person.pk},
    ):
        page = text(browser.get(reverse("trail"), query))
        assert "138****1234 → 139****9876" in page
        assert "当事人更换号码" in page
        assert "137****5555" not in page
        assert "13900009876" not in page
    before = AccessLog.objects.count()
    table = browser.get(reverse("trail"), {"person": person.pk, "format": "csv"})
    assert "138****1234 → 139****9876" in b"".join(table).decode("utf-8-sig")
    assert AccessLog.objects.count() == before + 1
    assert "137****5555" not in text(browser.get(reverse("trail"), {"case": "no such case"}))


def test_whose_row_it_is_and_what_he_has_is_not_read_in_its_history(auditor, as_user):
    person = make_person("蓝青山", born_on=date(1962, 3, 4))
    certificate = Certificate.objects.create(
        person=person,
        kind=Certificate.Kind.SPECIAL_DISEASE,
        disease="精神分裂症",
        issued_by="县医院",
        first_day=date(2025, 1, 1),
    )
    with acting(reason="更正 331127196203041234"):
        Person.objects.filter(pk=person.pk).update(name="蓝青松", born_on=date(1963, 3, 4))
        Certificate.objects.filter(pk=certificate.pk).update(disease="双相障碍")
        Residence.objects.filter(person=person).update(village="大坪村12号")
        Agency.objects.filter(pk=person.agency_id).update(telephone="0578-5080000")
    browser = as_user(auditor)
    page = text(browser.get(reverse("trail"), {"person": person.pk}))
    assert "蓝*山 → 蓝*松" in page
    assert "1962 → 1963" in page
    assert "**** 1234" in page
    for secret in ("蓝青", "精神分裂", "双相", "大坪", "331127196203041234", "-03-04"):
        assert secret not in page, secret
    # What an office is called and where it is reached is nobody's secret.
    assert "0578-5080000" in text(browser.get(reverse("trail"), {"table": "accounts_agency"}))


def test_every_text_about_people_is_masked_or_known_to_be_harmless():
    """A column that comes later is hidden until somebody has thought about it."""
    read = {
        field.name
        for model in about_people()
        for field in model._meta.concrete_fields
        if isinstance(field, (CharField, TextField, JSONField))
        if not isinstance(field, EncryptedTextField) and not field.choices
        if shown(field, "蓝青山") == "蓝青山" and not field.name.endswith(("reason", "because"))
    }
    assert read <= HARMLESS
    # A table or column that was renamed or taken out since.
    assert shown(None, "蓝青山") == shown(None, ["肝癌"]) == _("hidden")
    assert {Person, Application, BatchLine, HeirClaim, StaffTie} <= about_people()
    assert Agency not in about_people()


def test_the_doors_and_the_two_other_officers_are_watched(auditor, as_user, client):
    cast = Cast()
    typed = {"username": "331127196203041234", "password": "wrong"}
    client.post(reverse("login"), typed)
    client.post(reverse("login"), {"username": cast.clerk.username, "password": PASSWORD})
    set_roles(cast.reviewer, {Role.APPROVER}, by=cast.security_officer, at=now())
    LogEntry.objects.create(
        user=cast.administrator,
        content_type=ContentType.objects.get_for_model(Agency),
        object_repr="景宁畲族自治县医疗保险服务中心",
        action_flag=CHANGE,
        change_message="[]",
    )
    browser = as_user(auditor)
    shown_where = {
        "log_ins": ({"who": cast.clerk.username}, cast.clerk.username),
        "wrong_tries": ({"who": "3311"}, "**** 1234"),
        "account_changes": ({"who": cast.security_officer.username}, cast.reviewer.full_name),
        "console_actions": ({"q": "景宁"}, cast.administrator.full_name),
    }
    for name, (query, words) in shown_where.items():
        page = text(browser.get(reverse(name), query))
        assert words in page, name
        assert "331127196203041234" not in page.replace('value="331127196203041234"', "")
        tomorrow = (localdate() + timedelta(days=1)).isoformat()
        (later,) = {browser.get(reverse(name), {"first": tomorrow}).context["page"].count}
        assert later == 0
        table = b"".join(browser.get(reverse(name), {**query, "format": "csv"}))
        assert words in table.decode("utf-8-sig")


def test_the_access_log_is_searched_by_kind_user_day_and_person(auditor, as_user):
    cast, person = Cast(), make_person()
    browser = as_user(cast.clerk)
    browser.get(reverse("person", args=[person.pk]))
    rows = [
        AccessLog(user=cast.clerk, at=now(), kind="print", person=person, subject="sheet A"),
        AccessLog(user=cast.reviewer, at=now(), kind="reveal", subject="sheet B", field="phone"),
    ]
    AccessLog.objects.bulk_create(rows)
    browser = as_user(auditor)
    for query, found in (
        ({"kind": "print"}, {"sheet A"}),
        ({"field": "phone"}, {"sheet B"}),
        ({"who": cast.clerk.username}, {"sheet A"}),
        ({"person": person.pk}, {"sheet A"}),
        ({"last": "2020-01-01"}, set()),
        ({"q": "sheet"}, {"sheet A", "sheet B"}),
    ):
        page = text(browser.get(reverse("access_log"), query))
        assert {word for word in ("sheet A", "sheet B") if word in page} == found, query


def test_a_list_of_changes_asks_no_more_for_more_rows(
    auditor, as_user, django_assert_max_num_queries
):
    people = [make_person(phone=f"1380000{n:04}") for n in range(12)]
    for person in people:
        person.phone = "13911112222"
        person.save(update_fields=["phone"])
    assert RowChange.objects.filter(table_name="registry_person").count() >= 12
    browser = as_user(auditor)
    browser.get(reverse("trail"))
    with django_assert_max_num_queries(10):
        text(browser.get(reverse("trail"), {"table": "registry_person"}))


def test_the_page_of_the_chain_says_what_was_found_and_hands_out_the_last_link(auditor, as_user):
    make_person()
    seal(at=now())
    check_and_note(at=now())
    browser = as_user(auditor)
    assert "yz-green" in text(browser.get(reverse("chain")))
    head = ChainCheck.objects.latest("id").head
    assert head in text(browser.get(reverse("chain_anchor")))
    ChainCheck.objects.create(
        started_at=now(),
        finished_at=now(),
        links=1,
        rows=1,
        found=1,
        findings=[["row altered", "registry_accesslog", 7]],
    )
    assert "yz-red" in text(browser.get(reverse("chain")))


def test_what_somebody_entered_is_told_without_what_he_left_empty(auditor, as_user):
    account = make_account(make_person())
    page = text(as_user(auditor).get(reverse("trail"), {"row": account.pk}))
    assert "**** " + account.number[-4:] in page
    assert account.number not in page
    entered = RowChange.objects.get(
        kind="insert", table_name="registry_bankaccount", row_id=account.pk
    )
    assert "T" not in described(entered)[1].after


def test_a_day_beyond_the_calendar_is_refused_and_no_error(auditor, as_user):
    browser = as_user(auditor)
    for page in ("trail", "access_log"):
        for typed in ({"last": "9999-12-31"}, {"first": "0001-01-01"}):
            assert browser.get(reverse(page), typed).status_code == 200


def test_the_trail_of_a_person_is_that_of_all_his_records_removed_rows_too(auditor, as_user):
    first, second = make_person("蓝青山"), make_person("蓝青山")
    account = make_account(first)
    merge(first, second)
    with acting(reason="重复建档清理"):
        BankAccount.objects.filter(pk=account.pk).delete()
    browser = as_user(auditor)
    for record in (first, second):
        page = text(browser.get(reverse("trail"), {"person": record.pk}))
        assert "重复建档清理" in page
    with connection.cursor() as cursor:
        # A register that has been at work for a while: most changes are of a few tables.
        cursor.execute(
            "INSERT INTO shared_rowchange (at, table_name, row_id, kind, changes, request, source, reason)"
            " SELECT now(), (ARRAY['registry_bankaccount', 'registry_recognition'])[1 + n % 2], n + 1000,"
            " CASE WHEN n % 50 = 0 THEN 'delete' ELSE 'update' END,"
            " jsonb_build_object('person_id', jsonb_build_array(n + 1000, null)), '', '', ''"
            " FROM generate_series(1, 20000) n"
        )
        cursor.execute("ANALYZE shared_rowchange")
        plan = RowChange.objects.filter(about(Person, [first.pk, second.pk])).explain()
    assert "row_change_of_removed" in plan
    assert "Seq Scan on shared_rowchange" not in plan
