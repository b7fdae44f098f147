from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from assistance.accounts.console import ConsoleAdmin
from assistance.accounts.models import (
    Agency,
    AgencyArea,
    Alarm,
    CalendarDay,
    CalendarYear,
    Division,
    EntryRules,
    FactorReset,
    FailedLogin,
    Login,
    RoleGroup,
    RoleRule,
    Substitution,
    User,
    UserChange,
    WrongTry,
)
from assistance.accounts.roles import Role
from assistance.cases.models import LetterHead, StageDeadline, StuckThreshold
from assistance.cases.states import State
from assistance.payments.models import FundSource
from assistance.policies.models import CountyPolicy
from assistance.registry.models import CategoryWord, RecipientCategory, StaffTie
from assistance.screening.models import (
    ListOffice,
    MeetingDepartment,
    PartnerMember,
    PartnerOffice,
    PushField,
)
from assistance.settlements.models import BillSource, Institution, PsychiatricTerm
from tests.factories.accounts import PASSWORD, Cast, agency, division, user

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
SHOWN = {
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    LetterHead,
    Agency,
    AgencyArea,
    Alarm,
    BillSource,
    CalendarDay,
    CalendarYear,
    CategoryWord,
    CountyPolicy,
    Division,
    EntryRules,
    FactorReset,
    FailedLogin,
    Institution,
    ListOffice,
    Login,
    FundSource,
    MeetingDepartment,
    PartnerMember,
    PartnerOffice,
    PsychiatricTerm,
    PushField,
    RecipientCategory,
    RoleGroup,
    RoleRule,
    StaffTie,
    StageDeadline,
    StuckThreshold,
    Substitution,
    User,
    WrongTry,
}
OF_SECURITY = {
    Alarm,
    EntryRules,
    FailedLogin,
    Login,
    PartnerMember,
    RoleRule,
    StaffTie,
    Substitution,
    WrongTry,
}
OF_BOTH = {FactorReset, RoleGroup, User}


def address(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def cast():
    return Cast()


@pytest.fixture
def console(client, cast):
    client.force_login(cast.administrator)
    return client


@pytest.fixture
def rights(cast):
    """The console as the security officer sees it."""
    client = Client()
    client.force_login(cast.security_officer)
    return client


def test_console_shows_these_models_and_no_others():
    assert set(admin.site._registry) == SHOWN
    assert all(isinstance(found, ConsoleAdmin) for found in admin.site._registry.values())


@pytest.mark.parametrize("role", Role)
def test_console_opens_its_pages_to_their_officers_alone(client, cast, role):
    client.force_login(cast.of_each_role()[role])
    opened = {
        model for model in SHOWN if client.get(address(model), follow=True).status_code == 200
    }
    of_officers = {
        Role.ADMINISTRATOR: SHOWN - OF_SECURITY,
        Role.SECURITY_OFFICER: OF_SECURITY | OF_BOTH,
    }
    assert opened == of_officers.get(role, set())
    index = client.get(reverse("admin:index"), follow=True).status_code
    assert index == (200 if role in of_officers else 403)


def test_console_sends_strangers_to_the_one_log_in_page(client):
    answer = client.get(reverse("admin:index"), follow=True)
    assert answer.redirect_chain[-1][0] == f"{reverse('login')}?next={reverse('admin:index')}"


def test_console_ignores_django_flags(client):
    flagged = user("flagged", is_staff=True)
    client.force_login(flagged)
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_console_refuses_a_deactivated_administrator(console, cast):
    User.objects.filter(pk=cast.administrator.pk).update(is_active=False)
    assert console.get(reverse("admin:index")).status_code == 302


def failed_login(number):
    AccessAttempt.objects.get_or_create(
        username=f"u{number}", user_agent="b", ip_address="10.0.0.1", failures_since_start=1
    )


def deadline(number):
    place = agency(f"a{number}", "经办")
    StageDeadline.objects.get_or_create(
        agency=place, state=State.FIRST_REVIEW, defaults={"days": 15}
    )


def letter_head(number):
    place = agency(f"a{number}", "经办")
    LetterHead.objects.get_or_create(agency=place, defaults={"authority": "医疗保障局"})


def crontab(number):
    return CrontabSchedule.objects.create(minute=str(number), hour="3")


def threshold(number):
    place = agency(f"a{number}", "经办")
    StuckThreshold.objects.get_or_create(
        agency=place, state=State.FIRST_REVIEW, defaults={"days": 15}
    )


def calendar_day(number):
    day = date(2030, 1, number + 1)
    CalendarDay.objects.get_or_create(day=day, is_workday=False, name="休")


def word(number):
    category = RecipientCategory.objects.get_or_create(code="c")[0]
    CategoryWord.objects.create(agency=agency(f"a{number}", "经办"), word="低保", category=category)


def institution(number):
    Institution.objects.create(
        code=f"H{number}", name="医院", kind="hospital", place="县城", first_day=date(2020, 1, 1)
    )


def term(number):
    day = date(2020, 1, number + 1)
    PsychiatricTerm.objects.create(kind="name", text="病", verdict="yes", first_day=day)


def bill_source(number):
    BillSource.objects.create(
        code=f"s{number}", name="平台", agency=agency(f"a{number}", "经办"), meaning="recorded"
    )


def role_rule(number):
    role = list(Role)[number]
    RoleRule.objects.get_or_create(role=role, defaults={"second_factor": True})


def substitution(number):
    absent = user(f"a{number}", Role.REVIEWER)
    Substitution.objects.create(
        absent=absent, substitute=user(f"b{number}"), role=Role.REVIEWER, reason="出差",
        first_day=NOON, last_day=NOON, ordered_by=absent, ordered_at=NOON,
    )  # fmt: skip


def partner_office(number):
    place = agency(f"a{number}", "经办")
    return PartnerOffice.objects.get_or_create(
        agency=place, kind="red_cross", name="红十字会", defaults={"since": date(2020, 1, 1)}
    )[0]


def list_office(number):
    place = agency(f"a{number}", "经办")
    ListOffice.objects.create(agency=place, city="zhoushan", since=date(2020, 1, 1))


def push_field(number):
    field = ["name", "township", "band"][number]
    PushField.objects.get_or_create(kind="red_cross", list="bottom_line", field=field)


def staff_tie(number):
    StaffTie.objects.create(
        user=user(f"u{number}"), relation="self", name="某", digest=b"1", declared_at=NOON
    )


def factor_reset(number):
    FactorReset.objects.create(
        user=user(f"a{number}"), reason="丢失", asked_by=user(f"b{number}"), asked_at=NOON
    )


MAKERS = {
    Alarm: lambda number: Alarm.objects.create(kind="locked", at=NOON, user=user(f"u{number}")),
    EntryRules: lambda number: EntryRules.objects.get_or_create(pk=1),
    FactorReset: factor_reset,
    FundSource: lambda number: FundSource.objects.create(
        agency=agency(f"a{number}", "经办"), name="慈善总会", kind=FundSource.Kind.values[0]
    ),
    ListOffice: list_office,
    MeetingDepartment: lambda number: MeetingDepartment.objects.create(
        name=f"部门{number}", position=number
    ),
    PartnerMember: lambda number: PartnerMember.objects.create(
        user=user(f"u{number}", Role.PARTNER), office=partner_office(number)
    ),
    PartnerOffice: partner_office,
    PushField: push_field,
    RoleRule: role_rule,
    CrontabSchedule: lambda number: crontab(number),
    IntervalSchedule: lambda number: IntervalSchedule.objects.create(
        every=90 + number, period="minutes"
    ),
    PeriodicTask: lambda number: PeriodicTask.objects.create(
        name=f"t{number}", task="jobs.sweep", crontab=crontab(number)
    ),
    StaffTie: staff_tie,
    Substitution: substitution,
    WrongTry: lambda number: WrongTry.objects.create(username=f"u{number}", path_info="/"),
    Agency: lambda number: agency(f"a{number}", "经办", parent=agency("top", "市")),
    AgencyArea: lambda number: agency(
        f"a{number}", "经办", division(f"99000{number}", "省", "province")
    ),
    BillSource: bill_source,
    CalendarDay: calendar_day,
    CalendarYear: lambda number: CalendarYear.objects.get_or_create(year=2030 + number),
    CategoryWord: word,
    CountyPolicy: lambda number: CountyPolicy.objects.create(agency=agency(f"a{number}", "经办")),
    Division: lambda number: division(f"99000{number}", "省", "province"),
    FailedLogin: failed_login,
    Institution: institution,
    LetterHead: letter_head,
    Login: lambda number: Login.objects.get_or_create(username=f"u{number}", path_info="/"),
    PsychiatricTerm: term,
    RecipientCategory: lambda number: RecipientCategory.objects.get_or_create(code=f"c{number}"),
    RoleGroup: lambda number: user(f"u{number}", Role.REVIEWER),
    StageDeadline: deadline,
    StuckThreshold: threshold,
    User: lambda number: user(f"u{number}", Role.REVIEWER, agency=agency(f"a{number}", "经办")),
}


@pytest.mark.parametrize("model", sorted(SHOWN, key=lambda found: found.__name__))
def test_console_lists_cost_the_same_for_three_rows(
    console, rights, model, django_assert_num_queries, django_assert_max_num_queries
):
    console = rights if model in OF_SECURITY else console
    MAKERS[model](0)
    with django_assert_max_num_queries(20) as counted:
        assert console.get(address(model)).status_code == 200
    MAKERS[model](1)
    MAKERS[model](2)
    with django_assert_num_queries(len(counted)):
        console.get(address(model))


def test_which_office_a_partner_sits_at_is_the_security_officers_word_and_of_his_agency(
    console, rights, cast
):
    office = partner_office(1)
    own = PartnerOffice.objects.create(
        agency=cast.agency, kind="red_cross", name="红十字会", since=date(2020, 1, 1)
    )
    sitting = Client()
    sitting.force_login(cast.partner)
    page = address(PartnerMember, "add")
    assert console.get(page).status_code == 403
    answer = rights.post(page, {"user": cast.partner.pk, "office": office.pk})
    assert (answer.status_code, PartnerMember.objects.count()) == (200, 0)
    assert sitting.get("/").status_code == 200
    assert rights.post(page, {"user": cast.partner.pk, "office": own.pk}).status_code == 302
    assert PartnerMember.objects.get().office == own
    # Rights have changed: his session is over, and the history says by whom.
    assert sitting.get("/").status_code == 302
    assert cast.partner.changes.get().by == cast.security_officer


def test_console_warns_of_a_missing_calendar_year(console, time_machine):
    time_machine.move_to(NOON)
    shown = console.get(reverse("admin:index")).context["missing_calendar_years"]
    assert shown == [2027]


def form_of(someone, **changes):
    values = {
        "full_name": someone.full_name,
        "agency": someone.agency_id or "",
        "township": someone.township_id or "",
        "roles": [role.value for role in someone.roles],
        "is_active": "on" if someone.is_active else "",
        "changes-TOTAL_FORMS": 0,
        "changes-INITIAL_FORMS": 0,
    }
    return values | changes


def test_console_makes_a_user_who_must_change_the_password(console, cast, client):
    new = {
        "username": "wang",
        "full_name": "王五",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "agency": cast.agency.pk,
        "township": cast.township.pk,
        "roles": ["township_clerk"],
    }
    answer = console.post(address(User, "add"), new)
    made = User.objects.get(username="wang")
    assert answer.status_code == 302
    assert (made.roles, made.agency, made.township) == (set(), None, None)
    assert (made.must_change_password, made.is_staff, made.is_superuser) == (True, False, False)
    assert made.check_password(PASSWORD)
    assert [(c.kind, c.by) for c in made.changes.all()] == [("created", cast.administrator)]
    assert LogEntry.objects.get().object_id == str(made.pk)
    assert client.get(address(User, "change", made.pk)).status_code == 200


@pytest.mark.parametrize("password", ["short", "1234567890123", "wangxiaoming"])
def test_console_refuses_a_weak_first_password(console, password):
    new = {"username": "wangxiaoming", "full_name": "王", "roles": []}
    answer = console.post(
        address(User, "add"), new | {"password1": password, "password2": password}
    )
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert not User.objects.filter(username="wangxiaoming").exists()


@pytest.mark.parametrize(
    "roles",
    [
        ["payment_officer", "fund_supervisor"],
        ["auditor", "reviewer"],
        ["administrator", "approver"],
        ["partner", "township_clerk"],
    ],
)
def test_console_refuses_roles_that_exclude_each_other(rights, cast, roles):
    someone = user("someone", agency=cast.agency, township=cast.township)
    answer = rights.post(address(User, "change", someone.pk), form_of(someone, roles=roles))
    (sentence,) = answer.context["adminform"].form.non_field_errors()
    labels = [str(Role(name).label) for name in roles]
    assert all(label in sentence for label in labels)
    assert User.objects.get(pk=someone.pk).roles == set()


def test_console_refuses_a_township_role_without_a_township(rights, cast):
    someone = user("someone", agency=cast.agency)
    form = form_of(someone, roles=["township_clerk"])
    answer = rights.post(address(User, "change", someone.pk), form)
    assert len(answer.context["adminform"].form.non_field_errors()) == 1


def test_console_lets_each_officer_change_his_half_and_writes_it_down(console, rights, cast):
    form = form_of(cast.reviewer, roles=["approver"], full_name="李四", is_active="")
    page = address(User, "change", cast.reviewer.pk)
    assert rights.post(page, form).status_code == 302
    changed = User.objects.get(pk=cast.reviewer.pk)
    assert (changed.full_name, changed.roles, changed.is_active) == (
        "reviewer",
        {Role.APPROVER},
        True,
    )
    assert console.post(page, form | {"roles": ["auditor"]}).status_code == 302
    changed = User.objects.get(pk=cast.reviewer.pk)
    assert (changed.full_name, changed.roles, changed.is_active) == ("李四", {Role.APPROVER}, False)
    kinds = UserChange.objects.filter(user=changed).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["changed", "changed", "deactivated"]


def test_console_keeps_the_last_officers(console, rights, cast):
    own = address(User, "change", cast.administrator.pk)
    answer = console.post(own, form_of(cast.administrator, is_active=""))
    assert len(answer.context["adminform"].form.non_field_errors()) == 1
    assert rights.post(own, form_of(cast.administrator, roles=[])).status_code == 200
    user("second_administrator", Role.ADMINISTRATOR)
    assert rights.post(own, form_of(cast.administrator, roles=[])).status_code == 302


def test_console_cannot_make_a_superuser_or_delete_a_user(console, cast):
    form = form_of(cast.reviewer, is_superuser="on", is_staff="on", is_demo="on")
    console.post(address(User, "change", cast.reviewer.pk), form)
    changed = User.objects.get(pk=cast.reviewer.pk)
    assert (changed.is_superuser, changed.is_staff, changed.is_demo) == (False, False, False)
    assert console.post(address(User, "delete", changed.pk)).status_code == 403


def test_console_resets_a_password(console, cast, client):
    reset = address(User, "reset_password", cast.clerk.pk)
    assert console.get(reset).status_code == 200
    new = "Blue-Rivers-0578"
    assert (
        console.post(reset, {"new_password1": new, "new_password2": new + "x"}).status_code == 200
    )
    assert console.post(reset, {"new_password1": new, "new_password2": new}).status_code == 302
    changed = User.objects.get(pk=cast.clerk.pk)
    assert (changed.check_password(new), changed.must_change_password) == (True, True)
    client.force_login(cast.reviewer)
    assert client.get(reset, follow=True).status_code == 403


def test_console_shows_a_role_with_its_members(console, cast):
    assert cast.reviewer.roles == {Role.REVIEWER}
    role = RoleGroup.objects.get(name="reviewer")
    shown = console.get(address(RoleGroup, "change", role.pk)).content.decode()
    assert address(User, "change", cast.reviewer.pk) in shown
    assert console.post(address(RoleGroup, "change", role.pk), {}).status_code == 403


def test_console_lifts_a_lock(rights, cast):
    for number in range(2):
        AccessAttempt.objects.create(
            username="clerk", user_agent=f"b{number}", ip_address="10.0.0.1", failures_since_start=5
        )
    AccessAttempt.objects.create(
        username="leader", user_agent="b", ip_address="10.0.0.1", failures_since_start=5
    )
    assert cast.clerk.username == "clerk"
    chosen = FailedLogin.objects.filter(username="clerk")[:1]
    rights.post(
        address(FailedLogin),
        {"action": "lift_locks", "_selected_action": [row.pk for row in chosen]},
    )
    assert [row.username for row in AccessAttempt.objects.all()] == ["leader"]
    assert [change.kind for change in cast.clerk.changes.all()] == ["unlocked"]


def read(console, model, text, *, confirm=True):
    file = SimpleUploadedFile("table.csv", text.encode("utf-8-sig"))
    answer = console.post(
        address(model, "import"), {"import_file": file, "format": "0", "resource": "0"}
    )
    if not confirm:
        return answer
    hidden = answer.context["confirm_form"].initial
    return console.post(address(model, "process_import"), hidden)


def test_console_imports_divisions(console, cast):
    assert cast.township.name == "红星街道"
    text = "code,name,level,parent\n331127001,红星镇,township,331127\n331127203,梅岐乡,township,331127\n"
    assert read(console, Division, text).status_code == 302
    names = Division.objects.filter(parent=cast.county).order_by("code")
    assert [place.name for place in names] == ["红星镇", "澄照乡", "梅岐乡"]


@pytest.mark.parametrize(
    "row",
    [
        "33112720,梅岐乡,township,331127",
        "331127203,梅岐乡,village,331127",
        "331127203,梅岐乡,township,999999",
        "331128203,梅岐乡,township,331127",
        "331127203,,township,331127",
        "331127203,梅岐乡,township,",
    ],
)
def test_console_import_of_a_bad_division_changes_nothing(console, cast, row):
    assert cast.county.pk
    text = f"code,name,level,parent\n331127205,大地乡,township,331127\n{row}\n"
    answer = read(console, Division, text, confirm=False)
    result = answer.context["result"]
    assert result.has_errors() or result.has_validation_errors()
    assert "confirm_form" not in answer.context
    assert not Division.objects.filter(code="331127205").exists()


def test_console_import_of_the_calendar_enters_the_year(console):
    text = "day,is_workday,name\n2027-01-01,0,元旦\n2027-01-03,1,元旦调休\n"
    assert read(console, CalendarDay, text).status_code == 302
    assert CalendarYear.objects.get(year=2027).source == "table.csv"
    days = CalendarDay.objects.filter(day__year=2027).order_by("day")
    assert [day.is_workday for day in days] == [False, True]


def test_console_preview_has_no_inline_style(console, cast):
    assert cast.township.pk
    text = "code,name,level,parent\n331127001,<b>镇,township,331127\n"
    page = read(console, Division, text, confirm=False).content.decode()
    assert "<del>红星街道</del> <ins>&lt;b&gt;镇</ins>" in page
    assert "style=" not in page


@pytest.mark.parametrize("model", [Division, Agency, CalendarDay, RecipientCategory])
def test_console_exports_tables(console, cast, model):
    assert cast.agency.pk
    answer = console.get(address(model, "export"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv"


def test_an_agency_cannot_be_directed_by_one_below_it(console, cast):
    below = agency("331127b", "分中心", parent=cast.agency)
    form = {
        "code": cast.agency.code,
        "name": cast.agency.name,
        "parent": below.pk,
        "telephone": "",
        "areas-TOTAL_FORMS": 0,
        "areas-INITIAL_FORMS": 0,
    }
    answer = console.post(address(Agency, "change", cast.agency.pk), form)
    assert list(answer.context["adminform"].form.errors) == ["parent"]


def test_every_domain_app_keeps_its_data_out_of_the_console():
    ours = {model for model in apps.get_models() if model.__module__.startswith("assistance.")}
    assert {model for model in admin.site._registry if model in ours} <= SHOWN
    assert settings.AUTHENTICATION_BACKENDS[-1] == "assistance.accounts.backends.AccountsBackend"


INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)(?![^>]*application/json)")


@pytest.mark.parametrize("model", sorted(SHOWN, key=lambda found: found.__name__))
def test_console_pages_hold_nothing_the_content_policy_blocks(console, rights, cast, model):
    console = rights if model in OF_SECURITY else console
    pages = [reverse("admin:index"), address(model), address(User, "change", cast.clerk.pk)]
    if admin.site._registry[model].can_add:
        pages.append(address(model, "add"))
    for page in pages:
        assert INLINE.findall(console.get(page).content.decode()) == [], page
