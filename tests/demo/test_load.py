from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Count
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate
from pytest_django import DjangoDbBlocker

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.calculation import Reason
from assistance.cases.models import Application, FactSheet, Letter, Notice, StatusChange
from assistance.cases.models.applications import Exclusion
from assistance.cases.permissions import why_not
from assistance.cases.queries import applications_visible_to, estimate, queue_for
from assistance.cases.states import Action, State
from assistance.demo.load import load
from assistance.demo.models import DemoCounty
from assistance.demo.payer_files import LEFT_IN_PREVIEW, PREMIUMS, STRANGER
from assistance.demo.staff import PASSWORD
from assistance.demo.twists import Twist
from assistance.jobs.models import BackgroundJob
from assistance.payments.models import Award, Batch, FundYear, Recovery
from assistance.payments.queries import check_ledger
from assistance.payments.states import AwardState, BatchState
from assistance.registry.models import Certificate, ListImport, Person, Reconciliation, StaffTie
from assistance.registry.queries import people_visible_to
from assistance.settlements.models import BillImport, PayerFile, Settlement
from assistance.settlements.queries import why_no_figure
from assistance.settlements.recount import account_differences
from assistance.shared import identity_numbers
from tests.demo.hard_cases import EVERYDAY, HARD_CASES
from tests.factories import stock
from tests.leaks import county as leaks

test_leaks_of_the_county = (
    leaks.test_no_number_of_the_demo_county_is_on_a_page_in_a_row_or_in_a_file
)
PEOPLE = 80
NOW = datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()


class Interrupted(Exception):
    """The load was killed here."""


class Interruption:
    """Ends a load at the n-th line it says, inside whatever transaction it is in."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, _line: str) -> None:
        self.left -= 1
        if self.left == 0:
            raise Interrupted


def census() -> dict[str, int]:
    counted: tuple[type[models.Model], ...] = (
        User, Person, Settlement, Application, StatusChange, Notice, Award, Batch,
    )  # fmt: skip
    return {model.__name__: model._default_manager.count() for model in counted}


def states_of(model: type[models.Model]) -> set[str]:
    return set(model._default_manager.values_list("state", flat=True))


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[DemoCounty]:
    """A small county, loaded once for the module after two loads that were broken off."""
    with django_db_blocker.unblock(), transaction.atomic(), stock.nothing():
        with pytest.raises(Interrupted):
            load(at=NOW, people=PEOPLE, say=Interruption(1))
        assert census() == dict.fromkeys(census(), 0)
        with pytest.raises(Interrupted):
            load(at=NOW, people=PEOPLE, say=Interruption(7))
        assert Person.objects.count() == PEOPLE
        assert Application.objects.count() == 0
        load(at=NOW + timedelta(days=2), people=PEOPLE + 9, say=lambda _line: None)
        yield DemoCounty.objects.get()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_broken_off_load_is_completed_as_of_its_day(county: DemoCounty) -> None:
    assert (county.day, county.people) == (TODAY, PEOPLE)
    assert county.people_at == NOW
    assert county.cases_at == NOW + timedelta(days=2)
    assert Person.objects.count() == PEOPLE


@pytest.mark.django_db
def test_second_load_changes_nothing(county: DemoCounty) -> None:
    before = census()
    load(at=NOW + timedelta(days=30), say=lambda _line: None)
    assert census() == before


@pytest.mark.django_db
def test_every_state_is_there(county: DemoCounty) -> None:
    # A case that waits for money goes on by itself within a minute of the first sweep.
    assert states_of(Application) == set(State.values) - {State.WAITING_FUNDS}
    assert states_of(Award) == set(AwardState.values) - {AwardState.CANCELLED}
    assert states_of(Batch) == set(BatchState.values) - {BatchState.DISCARDED}
    assert states_of(Notice) >= set(Notice.State.values) - {Notice.State.DISCARDED}
    waiting = Notice.objects.filter(state="posted", last_day__lt=TODAY, certified_at=None)
    assert waiting.count() == 1
    in_publicity = Application.objects.filter(state=State.PUBLICITY)
    assert in_publicity.filter(notice_lines=None).count() == 1


@pytest.mark.django_db
def test_first_review_is_due_today(county: DemoCounty) -> None:
    due = Application.objects.filter(state=State.FIRST_REVIEW, deadline_on=TODAY)
    assert due.count() == 1


@pytest.mark.django_db
def test_nothing_happened_today_or_before_its_cause(county: DemoCounty) -> None:
    midnight = NOW.replace(hour=0, minute=0)
    assert not StatusChange.objects.filter(at__gte=midnight).exists()
    assert not Settlement.objects.filter(settled_on__gte=TODAY).exists()
    for application in Application.objects.prefetch_related("changes"):
        moments = [change.at for change in application.changes.order_by("id")]
        assert moments == sorted(moments)
        assert application.received_on <= localdate(moments[0])
        assert application.state_since == moments[-1]


@pytest.mark.django_db
def test_id_numbers_are_right_and_were_never_issued(county: DemoCounty) -> None:
    for person in Person.objects.all():
        number = identity_numbers.parse(person.id_number, on=TODAY)
        assert identity_numbers.is_demo_area(number.number)
        assert not number.area_known
        assert (number.born_on, number.sex) == (person.born_on, person.sex)


@pytest.mark.django_db
def test_ledger_agrees_with_the_awards(county: DemoCounty) -> None:
    assert FundYear.objects.count() >= 2
    assert [problem for year in FundYear.objects.all() for problem in check_ledger(year)] == []


@pytest.mark.django_db
def test_second_application_of_the_year_is_paid_the_rest(county: DemoCounty) -> None:
    asked = Application.objects.filter(origin=Application.Origin.APPLICATION)
    people = asked.values("person", "benefit_year").annotate(n=Count("id"))
    twice = people.filter(n=2).values("person")
    second = Application.objects.get(person__in=twice, state=State.COUNTY_REVIEW)
    first = second.previous
    assert first is not None
    assert first.state == State.APPROVED
    found = estimate(second, second.fact_sheets.get(kind="accepted"))
    assert found.amount == found.annual_due - first.amount > 0


@pytest.mark.django_db
def test_own_cost_at_the_deductible_is_refused(county: DemoCounty) -> None:
    at_it = {"state": State.REFUSED, "assessment__result__own_cost": 1_000_000}
    refused = Application.objects.get(**at_it)
    assert refused.assessment is not None
    assert refused.assessment.result["reason"] == Reason.BELOW_DEDUCTIBLE


@pytest.mark.django_db
def test_letters_reached_some_applicants_and_are_left_to_do_for_others(county: DemoCounty) -> None:
    assert set(Letter.objects.values_list("kind", flat=True)) == set(Letter.Kind.values)
    assert Letter.objects.filter(service__isnull=False).exists()
    for letter in Letter.objects.filter(service__isnull=False).select_related("service"):
        assert localdate(letter.made_at) <= letter.service.served_on < TODAY


def test_all_six_exclusions_are_judged(county: DemoCounty) -> None:
    judged = Application.objects.annotate(
        kinds=Count("fact_sheets__items__exclusion", distinct=True)
    ).order_by("-kinds")[0]
    accepted = judged.fact_sheets.get(kind="accepted")
    exclusions = set(accepted.items.values_list("exclusion", flat=True)) - {""}
    assert exclusions == set(Exclusion.values)


@pytest.mark.django_db
def test_clerk_sees_the_people_of_his_township_alone(county: DemoCounty) -> None:
    for clerk in User.objects.filter(groups__name=Role.TOWNSHIP_CLERK):
        seen = set(people_visible_to(clerk).values_list("township", flat=True))
        assert seen <= {clerk.township_id}
    everybody = people_visible_to(User.objects.get(username="reviewer1"))
    assert everybody.count() == PEOPLE


@pytest.mark.django_db
def test_accounts_are_listed_and_open_the_door(
    county: DemoCounty, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("demo_accounts")
    table = capsys.readouterr().out
    assert table.count(PASSWORD) == 17
    call_command("demo_accounts", all=True)
    assert capsys.readouterr().out.count(PASSWORD) == User.objects.count() == 55
    assert not User.objects.exclude(is_demo=True).exists()
    assert {role for user in User.objects.all() for role in user.roles} == set(Role)
    assert User.objects.get(username="hongxing.clerk").check_password(PASSWORD)


@pytest.mark.django_db
def test_stories_after_the_approval_are_found_by_their_notes(county: DemoCounty) -> None:
    def case(note: str) -> Application:
        return Application.objects.get(fact_sheets__note=note, fact_sheets__kind="declared")

    heirs = case(Twist.HEIRS.value).award
    assert heirs is not None
    assert heirs.claim is not None
    assert (heirs.state, heirs.account) == (AwardState.PAID, heirs.claim.account)
    waiting = case(Twist.HEIRS_WAIT.value).award
    assert waiting is not None
    assert (waiting.state, waiting.heir_claims.get().state) == (AwardState.HELD, "entered")
    changed = case(Twist.CARD_CHANGED.value).award
    assert changed is not None
    assert (changed.state, changed.batch_lines.get().batch.state) == ("batched", "draft")
    bounced = case(Twist.BOUNCED.value).award
    assert bounced is not None
    outcomes = list(bounced.batch_lines.order_by("pk").values_list("outcome", flat=True))
    assert outcomes == ["bounced", "pending"]


@pytest.mark.django_db
def test_every_hard_case_is_there_by_name(county: DemoCounty) -> None:
    declared = Application.objects.filter(fact_sheets__kind=FactSheet.Kind.DECLARED)
    missing = [
        name
        for name, (twist, become) in (HARD_CASES | EVERYDAY).items()
        if not declared.filter(become, fact_sheets__note=twist.value).exists()
    ]
    assert missing == []
    assert len(HARD_CASES) == 16


@pytest.mark.django_db
def test_a_clerk_finds_the_case_of_his_relative_and_may_not_touch_it(county: DemoCounty) -> None:
    case = with_note(Twist.RELATIVE.value)
    clerk, window = StaffTie.objects.get().user, case.entered_by
    assert clerk.township == case.township
    assert applications_visible_to(clerk).filter(pk=case.pk).exists()
    with translation.override("en"):
        assert "relative" in str(why_not(clerk, Action.WITHDRAW, case))
    assert why_not(window, Action.WITHDRAW, case) is None
    assert not queue_for(clerk).filter(pk=case.pk).exists()


@pytest.mark.django_db
def test_a_list_of_civil_affairs_waits_to_be_applied(county: DemoCounty) -> None:
    listing = ListImport.objects.get()
    counts = listing.counts
    assert listing.stage == ListImport.Stage.PREVIEWED
    assert (counts["new"], counts["ended"], counts["error"], counts["changed"]) == (2, 1, 1, 0)
    job = BackgroundJob.objects.get(kind="registry.preview_list")
    assert job.state == BackgroundJob.State.DONE


def with_note(note: str) -> Application:
    sheets = FactSheet.objects.filter(note=note, kind=FactSheet.Kind.DECLARED)
    return sheets.order_by("application_id")[0].application


@pytest.mark.django_db
def test_corrected_amount_is_lower_and_on_a_second_notice(county: DemoCounty) -> None:
    case = with_note(Twist.CORRECTED.value)
    correction = case.corrections.get()
    assert correction.corrected_amount is not None
    assert correction.corrected_amount < correction.first_amount
    assert case.notice_lines.filter(outcome="stopped").count() == 1
    assert case.notice_lines.exclude(outcome="stopped").get().amount == case.amount


@pytest.mark.django_db
def test_case_without_money_waited_a_night_and_went_on(county: DemoCounty) -> None:
    case = with_note(Twist.NO_MONEY.value)
    waited = case.changes.get(to_state=State.WAITING_FUNDS)
    assert "可用余额 0.00 元" in waited.reason
    assert case.changes.filter(from_state=State.WAITING_FUNDS, by=None).exists()


@pytest.mark.django_db
def test_overpaid_case_is_partly_repaid(county: DemoCounty) -> None:
    recovery = Recovery.objects.get()
    assert recovery.state == "partly"
    assert recovery.decision_number
    assert recovery.award.person == with_note(Twist.OVERPAID.value).person


@pytest.mark.django_db
def test_the_file_of_the_platform_holds_all_that_a_file_may_hold(county: DemoCounty) -> None:
    bills, lines = BillImport.objects.order_by("id")
    assert (bills.rows, bills.booked, bills.refunded, bills.supplements) == (9, 3, 1, 1)
    assert (bills.in_doubt, bills.warned, lines.fee_lines) == (4, 1, 3)
    assert set(bills.doubts.values_list("reason", flat=True)) == {
        "bad_row",
        "unknown_person",
        "no_original",
    }
    assert bills.source.draft
    assert list(account_differences()) == []
    # JN21 grants on application: what the platform granted has no figure of ours beside it.
    booked = Settlement.objects.filter(delivery=bills)
    assert {bill.own_figure for bill in booked} == {None}
    assert "景宁" in why_no_figure(booked[0], bills.source)


@pytest.mark.django_db
def test_a_payers_file_is_left_in_preview_and_premiums_of_the_tax_office_are_booked(
    county: DemoCounty, client: Client
) -> None:
    waiting = PayerFile.objects.get(source__payer="huimin")
    assert (waiting.filename, waiting.stage) == (LEFT_IN_PREVIEW, PayerFile.Stage.PREVIEWED)
    reasons = set(waiting.lines.filter(fate="doubt").values_list("reason", flat=True))
    assert reasons == {"bad_row", "unknown_person"}
    assert waiting.lines.filter(fate="book").count() == 2
    premiums = PayerFile.objects.get(source__payer="tax")
    assert premiums.filename == PREMIUMS
    assert premiums.counts["booked"] == premiums.premiums.count() == 5
    assert premiums.doubts.get().reason == "name"
    client.force_login(User.objects.get(username="reviewer1"))
    page = client.get(reverse("payer_file", args=[waiting.pk])).content.decode()
    assert STRANGER in page
    assert LEFT_IN_PREVIEW in client.get(reverse("payer_files")).content.decode()


@pytest.mark.django_db
def test_the_list_of_the_month_is_being_reconciled_and_somebody_has_a_certificate(
    county: DemoCounty,
) -> None:
    made = Reconciliation.objects.get()
    assert set(made.differences.values_list("kind", "decision")) >= {
        ("only_here", "change"),
        ("only_there", ""),
    }
    assert Certificate.objects.get().kind == "mental_disability"
