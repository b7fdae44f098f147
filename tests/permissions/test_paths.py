"""Every path by every role, against a table written by hand; a path without a row fails.

Kinds: `public` needs no log-in, `own` is about one's own account, `page` is read, `ask` is a question sent by
POST that writes nothing, `write` changes something, `act` is a form on a page of its own and the change it
makes. For a change the database itself is the witness: it changed or it did not, whatever the page said.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from assistance.accounts.models import User
from assistance.accounts.roles import OFFICERS, Role
from assistance.web.navigation import menu
from tests.attacks import every_path
from tests.factories.accounts import Cast
from tests.leaks import everywhere
from tests.leaks.media import allowed
from tests.permissions import exports, traces
from tests.permissions.answers import ANSWERS
from tests.permissions.choices import foreign_choices
from tests.permissions.sample import Answer, Sample
from tests.permissions.sight import EVERY_ROW, MAY_SEE, lists
from tests.permissions.witness import Got, Witness

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("paths.csv")
# Collected here, because the sample takes seconds to build.
test_exports = exports.test_no_export_holds_a_number_in_full
test_traces = traces.test_every_file_that_goes_out_and_every_number_that_is_shown_is_noted
test_mass_assignment = every_path.test_what_is_posted_beside_the_form_is_written_nowhere
test_odd_methods = (
    every_path.test_what_is_only_sent_is_not_done_by_following_its_address_or_by_an_odd_method
)
test_console_headers = every_path.test_every_page_of_the_console_carries_them_too
test_doors = every_path.test_no_door_keeps_a_program_a_drawing_or_nothing_as_a_paper
test_all_doors = every_path.test_every_form_with_a_file_is_one_of_the_doors
test_leaks_of_lists = everywhere.test_no_list_taken_out_holds_a_number
test_leaks_in_public = everywhere.test_what_anybody_sees_holds_no_number
test_leaks_of_rows = everywhere.test_no_row_holds_a_number_in_the_clear
test_leaks_of_files = everywhere.test_no_file_that_is_kept_holds_a_number_in_the_clear
test_leaks_to_the_broker = everywhere.test_no_message_to_a_worker_holds_a_number
test_leaks_of_logs = everywhere.test_no_log_and_no_error_page_holds_a_number
CHECKED_KINDS = frozenset({"page", "ask", "write", "act"})
# Of the others the sample holds no row; their predicates are asked where there is one.
LISTS_OF_THE_SAMPLE = 18
MOST_ROWS = 300
NOTHING = Got(it=False, status=404)
# Whoever holds no rows of any place: for him no object exists but what his office was told of.
WITHOUT_ROWS = (Role.PARTNER, *sorted(OFFICERS))
# A list is open to everybody, but shows what he may open and nothing else.
PAGE_OF_LIST = {
    "applications": "application",
    "timing": "application",
    "notices": "notice",
    "letters": "letter",
    "objections": "objection",
    "people": "person",
    "awards": "award",
    "batches": "batch",
    "fund": "fund_year",
    "recoveries": "recovery",
    "jobs": "job",
    "list_imports": "list_import",
    "payer_files": "payer_file",
    "bills": "bill",
    "deliveries": "delivery",
    "bill_sources": "bill_source",
    "bill_doubts": "bill_doubt",
    "reconciliations": "reconciliation",
    "list_periods": "list_period",
    "pushes": "push",
    "hand_outs": "hand_out",
    "prospects": "prospect",
    "bottom_lines": "bottom_line_list",
    "meetings": "meeting",
}


def rows() -> dict[str, tuple[str, set[str]]]:
    with TABLE.open(encoding="utf-8") as lines:
        return {
            row["name"]: (row["kind"], set(row["roles"].split())) for row in csv.DictReader(lines)
        }


CHECKED = sorted(name for name, (kind, _roles) in rows().items() if kind in CHECKED_KINDS)


def patterns(resolver: URLResolver | None = None) -> Iterator[str]:
    """Names of all our paths; the console has a table of its own."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield entry.name or str(entry.pattern)
        elif entry.app_name != "admin":
            yield from patterns(entry)


def _possibilities(name: str) -> list[tuple[str, list[str]]]:
    found = get_resolver().reverse_dict.getlist(name)
    return [possibility for entry in found for possibility in entry[0]]


def _is_about_an_object(name: str) -> bool:
    return all(arguments for _path, arguments in _possibilities(name))


@pytest.fixture(scope="module")
def sample(django_db_setup, django_db_blocker) -> Iterator[Sample]:
    """Built once and rolled back at the end: no test here leaves anything behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        sample = Sample()
        # What waits for the commit would be asked again at the end of every test here.
        connection.check_constraints()
        yield sample
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def witness(sample) -> Witness:
    witness = Witness(sample)
    for user in [*sample.cast.of_each_role().values(), *sample.strangers]:
        witness.log_in(user)
    return witness


@pytest.fixture(scope="module")
def paths() -> dict[str, tuple[str, set[str]]]:
    return rows()


def test_every_path_has_a_row_and_every_row_a_path():
    listed = [line.split(",")[0] for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]]
    assert sorted(listed) == sorted(set(patterns()))


def test_every_row_names_kinds_and_roles_that_exist():
    known = {role.value for role in Role} | {"*"}
    assert [name for name, (_kind, roles) in rows().items() if not roles <= known] == []
    assert {kind for kind, _roles in rows().values()} == CHECKED_KINDS | {"public", "own"}


@pytest.mark.parametrize("name", CHECKED)
def test_path_is_open_to_the_roles_of_its_row_alone(sample, witness, name):
    kind, wanted = rows()[name]
    users = sample.cast.of_each_role()
    answers = dict(zip(users, witness.ask(name, kind, [*users.values()]), strict=True))
    expected = set(users) if wanted == {"*"} else wanted
    if name not in allowed():
        assert {role: got for role, parts in answers.items() for got in parts if got.numbers} == {}
    for part in zip(*answers.values(), strict=True):
        assert {role for role, got in zip(users, part, strict=True) if got.it} == expected, answers
    assert witness.foreign == []
    if _is_about_an_object(name):
        nobody = set(WITHOUT_ROWS) - expected
        assert {got for role in nobody for got in answers[role]} == {NOTHING}


@pytest.mark.parametrize("name", [name for name in CHECKED if _is_about_an_object(name)])
def test_for_the_same_role_of_another_place_the_object_does_not_exist(sample, witness, name):
    kind, wanted = rows()[name]
    # The form of an act is found, or not, by the same line as the act.
    kind = "write" if kind == "act" else kind
    users = [user for user in sample.strangers if user.roles & wanted]
    answers = zip(users, witness.ask(name, kind, users), strict=True)
    found = {str(user): got for user, got in answers}
    assert found != {}
    assert found == {str(user): [NOTHING] for user in users}
    assert witness.foreign == []


@pytest.mark.parametrize(("list_name", "name"), PAGE_OF_LIST.items())
def test_a_list_shows_what_one_may_open_and_nothing_else(sample, witness, list_name, name):
    arguments, _data = ANSWERS[name](sample)
    address = f'"{reverse(name, args=arguments)}"'
    users = sample.cast.of_each_role()
    shown = {role for role, user in users.items() if address in witness.text(list_name, user)}
    assert shown == rows()[name][1]
    others = [user for user in sample.strangers if address in witness.text(list_name, user)]
    assert others == []


def test_the_menu_offers_a_list_only_to_those_who_may_open_what_it_holds():
    offered = {
        (list_name, role)
        for role, user in Cast().of_each_role().items()
        for line in menu(user, "/")
        for list_name in PAGE_OF_LIST
        if line.url == reverse(list_name)
    }
    assert {pair for pair in offered if pair[1] not in rows()[PAGE_OF_LIST[pair[0]]][1]} == set()


def test_every_list_and_the_predicate_of_one_object_agree(sample):
    """Whether somebody sees a row: the list in SQL and the question about one object, for everybody and all."""
    users = [*sample.cast.of_each_role().values(), *sample.strangers]
    assert {name for name, _list in lists()} == set(MAY_SEE)
    shown, differing = [], []
    for name, visible_to in lists():
        rows = list(visible_to(users[0]).model._default_manager.all()[:MOST_ROWS])
        rows = rows if name not in EVERY_ROW else [row for row in rows if EVERY_ROW[name](row)]
        seen = {user: set(visible_to(user).values_list("pk", flat=True)) for user in users}
        differing += [
            (name, str(user), row.pk)
            for user in users
            for row in rows
            if (row.pk in seen[user]) != MAY_SEE[name](user, row)
        ]
        shown += [name] if any(seen.values()) else []
    assert (differing, len(shown) > LISTS_OF_THE_SAMPLE) == ([], True), shown


def test_a_foreign_choice_would_be_found(sample):
    """The same question of a form that offers everything."""

    class Careless(forms.Form):
        anybody = forms.ModelChoiceField(queryset=User.objects.order_by("pk"))
        place = forms.ChoiceField(choices=[(1, "景宁"), (2, str(sample.cast.outside_agency))])

    page = SimpleNamespace(context=[[{"form": Careless()}]])
    found = foreign_choices(page, sample.cast.reviewer, set())
    assert any("outside_reviewer" in choice for choice in found)
    assert [choice for choice in found if "Careless.place" in choice] == [
        f"{sample.cast.reviewer} Careless.place: {sample.cast.outside_agency}"
    ]
    assert not any(choice.endswith(": second_reviewer") for choice in found)


# The second of four eyes, by the name of the act; the sample's first clerk and payer had the first part.
FOUR_EYES: dict[str, tuple[str, Answer]] = {
    "check_account": (
        "clerk",
        lambda s: (
            [s.people.person.pk, s.people.clerks_account.pk],
            {"number": s.people.clerks_account.number},
        ),
    ),
    "confirm_batch": (
        "payer",
        lambda s: (
            [s.payments.payers_draft.number],
            {"total": s.payments.payers_draft.lines.get().amount},
        ),
    ),
    "confirm_ends": ("approver", lambda s: ([s.lists.approvers.pk], {"ended": 1})),
}


@pytest.mark.parametrize("name", FOUR_EYES)
def test_nobody_is_his_own_second_person(sample, witness, name):
    who, answer = FOUR_EYES[name]
    second = getattr(sample.cast, f"second_{who}")
    witness.log_in(second)
    own, other = witness.ask(name, "act", [getattr(sample.cast, who), second], answer)
    assert own == [Got(it=False, status=403), Got(it=False, status=422)]
    assert other == [Got(it=True, status=200), Got(it=True, status=302)]


@pytest.mark.parametrize(
    "name", sorted(set(rows()) - {"public_notice", "object_publicly", "set_language"})
)
def test_without_a_login_everything_else_leads_to_the_login(name):
    kind, _roles = rows()[name]
    if kind == "public":
        assert Client().get(reverse(name)).status_code in (200, 503)
        return
    # Nobody is asked what the object is before the log-in: any number does.
    path, parameters = _possibilities(name)[0]
    response = Client().get("/" + path % dict.fromkeys(parameters, "1"))
    assert (response.status_code, response.url.split("?")[0]) == (302, reverse("login"))
