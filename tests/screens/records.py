"""The pages about one record besides the case itself, each in a telling state, and the forms of what is done to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from assistance.accounts.models import User
from assistance.accounts.roles import Role
from assistance.cases.models import Letter
from assistance.cases.permissions import may, may_apply_again, may_open_papers
from assistance.cases.queries import (
    applications_visible_to,
    bulk_runs_visible_to,
    letters_visible_to,
    stops_visible_to,
)
from assistance.cases.states import Action, State
from assistance.jobs.queries import jobs_visible_to
from assistance.payments.permissions import AWARD_READERS, BATCH_READERS, FUND_READERS
from assistance.payments.queries import (
    awards_visible_to,
    batches_visible_to,
    fund_years_visible_to,
    recoveries_visible_to,
)
from assistance.payments.states import BatchState
from assistance.registry.models import IdentityChange, Merge, Person
from assistance.registry.queries import people_visible_to
from assistance.registry.queries.lists import lists_visible_to, sources_visible_to
from assistance.web.acts import Act
from assistance.web.letters.acts import LETTER_ACTS, SERVE
from assistance.web.manual.chapters import chapters_of
from assistance.web.navigation import CASE_ROLES
from assistance.web.payments.acts import AWARD_ACTS, BATCH_ACTS, FUND_ACTS
from assistance.web.payments.heirs import CLAIM_ACTS
from assistance.web.payments.recovery_acts import ENTRY_ACTS, RECOVERY_ACTS
from assistance.web.people.acts import all_acts
from assistance.web.people.base import PersonAct
from assistance.web.people.households import HOUSEHOLD_ACTS
from assistance.web.people.identity_acts import identity_acts
from assistance.web.recipients.acts import LIST_ACTS
from assistance.web.timing.views import LEADING
from tests.screens.shots import Shot

# How many objects are asked for one on which an act is possible.
TRIES = 40


def dossier_pages(user: User) -> Iterator[Shot]:
    """The papers of cases, who applies, and what follows a decided case."""
    cases = applications_visible_to(user)
    for state in (State.DRAFT, State.COUNTY_REVIEW, State.APPROVED):
        case = cases.filter(state=state, evidence__isnull=False).order_by("id").last()
        case = case or cases.filter(state=state).last()
        if case is None:
            continue
        yield Shot(f"evidence-{state}", reverse("evidence", args=[case.number]))
        paper = case.evidence.first()
        if paper is not None and may_open_papers(user, case):
            yield Shot(f"paper-{state}", reverse("paper", args=[case.number, paper.pk]))
        if may(user, Action.EDIT, case):
            yield Shot(f"applicant-{state}", reverse("name_applicant", args=[case.number]))
    case = next((case for case in cases.order_by("-id") if may_apply_again(user, case)), None)
    if case is not None:
        yield Shot("apply-again", reverse("apply_again", args=[case.number]))
        yield Shot("official-correction", reverse("open_official_correction", args=[case.number]))


def told_cases(user: User) -> Iterator[Shot]:
    """Cases with more on their page than their state says."""
    cases = applications_visible_to(user)
    told: dict[str, QuerySet[Any]] = {
        "stopped": cases.filter(pk__in=stops_visible_to(user).values("application")),
        "corrected": cases.filter(corrections__isnull=False),
        "served": cases.filter(letters__service__isnull=False),
        "by-employer": cases.filter(employer_reviews__isnull=False),
        "typed-late": cases.filter(earlier_receipts__isnull=False),
        "handed-over": cases.filter(hand_overs__isnull=False),
        "called": cases.filter(call_notes__isnull=False),
        "waited-for-money": cases.filter(changes__to_state=State.WAITING_FUNDS),
        "member": cases.filter(person__memberships__isnull=False),
        "merged": cases.filter(person__merged_records__isnull=False),
    }
    for name, found in told.items():
        case = found.order_by("id").last()
        if case is not None:
            yield Shot(f"case-{name}", reverse("application", args=[case.number]))


def letter_pages(user: User) -> Iterator[Shot]:
    rows = letters_visible_to(user)
    for kind in Letter.Kind:
        letter = rows.filter(kind=kind).last()
        if letter is not None:
            yield Shot(f"letter-{kind}", reverse("letter", args=[letter.pk]))
    yield from acts((SERVE,), user, rows.filter(service=None), "pk")
    decided = (State.RETURNED, State.REFUSED)
    cases = applications_visible_to(user).filter(state__in=decided)
    yield from acts(LETTER_ACTS, user, cases, "number")


def timing_pages(user: User) -> Iterator[Shot]:
    if user.has_role(*CASE_ROLES):
        yield Shot("stopped", reverse("stopped"))
        yield Shot("hand-overs", reverse("hand_overs"))
        yield Shot("timing-stuck", reverse("timing") + "?kind=stuck")
        yield Shot("timing-townships", reverse("township_times"))
        yield Shot("paper-forms", reverse("applications") + "?state=approved")
    if user.has_role(*LEADING):
        yield Shot("timing-workload", reverse("workload"))


def desk_pages(user: User) -> Iterator[Shot]:
    """The telephone, runs, jobs and recipient lists."""
    person = people_visible_to(user).filter(applications__isnull=False).order_by("id").first()
    if person is not None and user.has_role(*CASE_ROLES, Role.PAYMENT_OFFICER):
        yield Shot("enquiry", reverse("enquiry", args=[person.pk]))
    for run in bulk_runs_visible_to(user)[:1]:
        yield Shot("bulk-run", reverse("bulk_run", args=[run.pk]))
    for job in jobs_visible_to(user)[:1]:
        yield Shot("job", reverse("job", args=[job.pk]))
    if user.has_role(Role.REVIEWER):
        yield Shot("lists-upload", reverse("upload_list"))
        yield Shot("lists-source-new", reverse("new_list_source"))
    for source in sources_visible_to(user)[:1]:
        yield Shot("lists-sources", reverse("list_sources"))
        if user.has_role(Role.REVIEWER):
            yield Shot("lists-source", reverse("list_source", args=[source.pk]))
    for listing in lists_visible_to(user)[:1]:
        yield Shot("lists-import", reverse("list_import", args=[listing.pk]))
    yield from acts(LIST_ACTS, user, lists_visible_to(user), "pk")


def manual_pages(user: User) -> Iterator[Shot]:
    for chapter in chapters_of(user):
        yield Shot(f"manual-{chapter.slug}", reverse("manual_chapter", args=[chapter.slug]))


def identity_pages(user: User) -> Iterator[Shot]:
    """Who is registered twice, under another number or in a household; and every form of a record."""
    people = people_visible_to(user)
    if user.has_role(*CASE_ROLES):
        yield Shot("identity-waiting", reverse("identity_waiting"))
    told: dict[str, QuerySet[Person]] = {
        "changed": people.filter(pk__in=IdentityChange.objects.values("person")),
        "merged": people.filter(pk__in=Merge.objects.values("into")),
        "merged-away": people.filter(pk__in=Merge.objects.values("record")),
        "member": people.filter(memberships__isnull=False),
        "dead": people.filter(died_on__isnull=False, applications__isnull=False),
    }
    for name, found in told.items():
        person = found.first()
        if person is not None:
            yield Shot(f"person-{name}", reverse("person", args=[person.pk]))
    tables = (*all_acts(), *HOUSEHOLD_ACTS, *identity_acts())
    known = people.filter(applications__isnull=False).order_by("id").distinct()
    for act in tables:
        yield from _act_on_person(act, user, known)


def _act_on_person(act: PersonAct, user: User, people: QuerySet[Person]) -> Iterator[Shot]:
    for person in people[:TRIES]:
        rows = [None] if act.rows is None else act.rows(person)[:3]
        for row in rows:
            if act.may(user, person if row is None else row):
                key = () if row is None else (row.pk,)
                yield Shot(f"act-{act.url_name}", reverse(act.url_name, args=[person.pk, *key]))
                return


def money_pages(user: User) -> Iterator[Shot]:
    """Held awards, claims of heirs, what came back, what is claimed back, and the forms of all."""
    if user.has_role(*AWARD_READERS):
        yield Shot("awards-held", reverse("held_awards"))
    if user.has_role(*BATCH_READERS):
        yield Shot("bounces", reverse("bounces"))
    if user.has_role(*FUND_READERS):
        yield Shot("fund-waiting", reverse("waiting_for_money"))
    if user.has_role(Role.PAYMENT_OFFICER):
        yield Shot("bounces-read", reverse("read_bounces"))
    awards = awards_visible_to(user)
    for name, found in {
        "heirs": awards.filter(heir_claims__isnull=False),
        "bounced": awards.filter(batch_lines__bounce__isnull=False),
    }.items():
        award = found.order_by("id").last()
        if award is not None:
            yield Shot(f"award-{name}", reverse("award", args=[award.number]))
    yield from acts((*AWARD_ACTS, *CLAIM_ACTS), user, awards, "number")
    batches = batches_visible_to(user).exclude(state=BatchState.DISCARDED)
    yield from acts(BATCH_ACTS, user, batches, "number")
    yield from acts(FUND_ACTS, user, fund_years_visible_to(user), "pk")
    yield from recovery_pages(user)


def recovery_pages(user: User) -> Iterator[Shot]:
    rows = recoveries_visible_to(user)
    recovery = rows.order_by("id").last()
    if recovery is None:
        return
    yield Shot("recovery", reverse("recovery", args=[recovery.number]))
    yield from acts(RECOVERY_ACTS, user, rows, "number")
    for act in ENTRY_ACTS:
        for entry in recovery.entries.all():
            if act.may(user, entry):
                path = reverse(act.url_name, args=[recovery.number, entry.pk])
                yield Shot(f"act-{act.url_name}", path)
                break


def acts(table: Iterable[Act[Any]], user: User, rows: QuerySet[Any], key: str) -> Iterator[Shot]:
    """The form of each act, on the newest object it is possible on."""
    newest = list(rows.order_by("-pk").distinct()[:TRIES])
    for act in table:
        row = next((row for row in newest if act.may(user, row)), None)
        if row is not None:
            path = reverse(act.url_name, args=[getattr(row, key)])
            yield Shot(f"act-{act.url_name}", path)
