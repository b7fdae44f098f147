from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from assistance.registry import operations, queries
from assistance.registry.models import AccountReason
from assistance.registry.permissions import may_check_account
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.files import upload
from tests.factories.registry import SINCE, make_account, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CARD = "6217990000000000006"
MISTYPED = "6217990000000000007"


def warnings(account, user):
    with translation.override("en"):
        return queries.account_warnings(account, user)


def test_number_is_kept_without_blanks_and_found_by_digest(cast):
    person = make_person()
    account = make_account(person, number=" ６217 9900 0000 0000 006 ", entered_by=cast.clerk)
    account.refresh_from_db()
    assert account.number == CARD
    assert account.holder_name == person.name
    assert list(queries.accounts_with_number(cast.reviewer, "6217 990000000000006")) == [account]
    assert list(queries.accounts_with_number(cast.outside_reviewer, CARD)) == []
    assert list(queries.accounts_with_number(cast.reviewer, "0000006")) == []
    assert list(queries.accounts_with_number(cast.reviewer, "?")) == []
    assert warnings(account, cast.leader) == []


@pytest.mark.parametrize("number", ["", "12345", "1" * 31, "6217-9900", "账号六二一七九九"])
def test_impossible_number_is_refused(cast, number):
    with pytest.raises(Refused):
        make_account(make_person(), number=number) if number else operations.add_account(
            make_person(), number="", bank="农商银行", actor=None, at=AT
        )


def test_account_needs_a_bank(cast):
    with pytest.raises(Refused):
        make_account(make_person(), bank=" ")


def test_account_is_entered_once_while_in_use(cast):
    person = make_person()
    account = make_account(person, number=CARD, entered_by=cast.clerk)
    with pytest.raises(Refused):
        make_account(person, number=CARD)
    operations.retire_account(account, reason="销户", actor=cast.clerk, at=AT)
    again = make_account(person, number=CARD)
    assert again.pk != account.pk
    with pytest.raises(Refused):
        operations.retire_account(account, reason="销户", actor=cast.clerk, at=AT)


def test_another_account_has_a_reason_of_the_list_and_a_paper(cast):
    person = make_person(name="张三丰")
    account = make_account(
        person,
        holder_name="李四",
        reason="guardian",
        holder_reason="祖父",
        entered_by=cast.clerk,
        at=AT,
    )
    assert not account.is_social_security_card
    assert account.paper is not None
    assert (account.paper.kept_by, account.paper.kept_at) == (cast.clerk, AT)
    assert warnings(account, cast.leader) == [
        "The holder is not the person: Guardian of a minor or of somebody without legal capacity · 祖父"
    ]
    own = make_account(
        person, number="101004567890", reason="no_card", is_social_security_card=False
    )
    assert warnings(own, cast.leader) == [
        "This is not the number of a bank card. Compare it with the passbook.",
        "This is not the patient's social-security card: The patient has no social-security card yet",
    ]
    assert [line.reason for line in queries.timeline(person)][:2] == [
        AccountReason.NO_CARD.label,
        f"{AccountReason.GUARDIAN.label} · 祖父",
    ]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"holder_name": "李四"}, "somebody else: say why"),
        ({"holder_name": "李四", "reason": "whim"}, "somebody else: say why"),
        ({"is_social_security_card": False}, "This is not the social-security card"),
        ({"is_social_security_card": False, "reason": "other"}, "Explain the other reason"),
        ({"is_social_security_card": False, "reason": "guardian"}, "does not fit the holder"),
        ({"holder_name": "李四", "reason": "no_card"}, "does not fit the holder"),
        ({"holder_name": "李四", "reason": "guardian", "paper": None}, "needs a paper"),
        ({"reason": "card_unusable", "paper": None}, "needs a paper"),
    ],
)
def test_another_account_is_refused_without_what_it_needs(cast, given, sentence):
    person = make_person(name="张三丰")
    with translation.override("en"), pytest.raises(Refused, match=sentence):
        make_account(person, entered_by=cast.clerk, **given)
    assert not person.bank_accounts.exists()


def test_the_paper_is_looked_at_before_the_account_is_kept(cast):
    person = make_person()
    with pytest.raises(Refused):
        make_account(person, reason="card_unusable", paper=upload(b"MZ no paper", "卡.pdf"))
    assert not person.bank_accounts.exists()


def test_a_wrong_check_digit_is_confirmed_and_never_a_stop(cast):
    person = make_person()
    with translation.override("en"), pytest.raises(Refused, match="check digit"):
        make_account(person, number=MISTYPED)
    account = make_account(person, number=MISTYPED, number_confirmed=True, checked_by=cast.leader)
    assert account.odd_number_confirmed
    assert warnings(account, cast.leader) == [
        "The check digit of the card number is wrong. Compare it with the card."
    ]
    assert list(queries.usable_accounts(person)) == [account]
    assert not make_account(make_person(), number=CARD, number_confirmed=True).odd_number_confirmed


def test_one_account_of_several_people_names_those_of_ones_area(cast):
    child, mother, stranger = make_person("钟有田"), make_person("蓝青山"), make_person("雷月桂")
    member = operations.found_household(mother, first_day=SINCE, actor=cast.clerk, at=AT)
    operations.add_household_member(
        mother, member=child, relation="child", first_day=SINCE, actor=cast.clerk, at=AT
    )
    assert member.person == mother
    accounts = {p.name: make_account(p, number=CARD) for p in (child, mother, stranger)}
    outside = make_person(township=cast.other_township)
    make_account(outside, number=CARD)
    assert warnings(accounts["钟有田"], cast.leader) == [
        "The same account is used for 蓝青山 (same household: Head of the household), "
        "雷月桂 (another household).",
        "The same account is used for 1 person outside your area.",
    ]
    assert warnings(accounts["钟有田"], cast.neighbour_leader) == [
        f"The same account is used for {outside.name} (another household).",
        "The same account is used for 2 people outside your area.",
    ]
    for name in ("蓝青山", "雷月桂"):
        operations.retire_account(accounts[name], reason="销户", actor=None, at=AT)
    assert warnings(accounts["钟有田"], cast.reviewer) == [
        f"The same account is used for {outside.name} (another household)."
    ]


def test_account_counts_once_somebody_else_has_checked_it(cast):
    person = make_person()
    account = make_account(person, entered_by=cast.clerk)
    assert list(queries.usable_accounts(person)) == []
    with pytest.raises(NotAllowed):
        operations.check_account(account, actor=cast.clerk, at=AT)
    operations.check_account(account, actor=cast.second_clerk, at=AT)
    assert list(queries.usable_accounts(person)) == [account]
    with pytest.raises(NotAllowed):
        operations.check_account(account, actor=cast.leader, at=AT)
    operations.retire_account(account, reason="销户", actor=cast.clerk, at=AT)
    assert list(queries.usable_accounts(person)) == []
    kinds = list(person.changes.order_by("-id").values_list("kind", "by__username"))[:3]
    assert kinds == [
        ("account_retired", "clerk"),
        ("account_checked", "second_clerk"),
        ("account_added", "clerk"),
    ]


CHECKERS = {"clerk": False, "second_clerk": True, "leader": True, "reviewer": True, "payer": True}
OTHERS = [
    "neighbour_clerk",
    "neighbour_leader",
    "window",
    "approver",
    "fund",
    "city_supervisor",
    "partner",
    "auditor",
    "administrator",
    "outside_clerk",
    "outside_leader",
    "outside_reviewer",
    "outside_payer",
]


@pytest.mark.parametrize(
    ("who", "expected"), [*CHECKERS.items(), *((who, False) for who in OTHERS)]
)
def test_who_may_check_an_account(cast, who, expected):
    user = getattr(cast, who)
    account = make_account(make_person(), entered_by=cast.clerk)
    assert may_check_account(user, account) == expected
    if expected:
        operations.check_account(account, actor=user, at=AT)
    else:
        with pytest.raises(NotAllowed):
            operations.check_account(account, actor=user, at=AT)


def test_retired_account_is_not_checked(cast):
    account = make_account(make_person(), entered_by=cast.clerk)
    account = operations.retire_account(account, reason="销户", actor=cast.clerk, at=AT)
    assert not may_check_account(cast.leader, account)


def test_timeline_shows_no_account_number(cast):
    person = make_person()
    make_account(person, number=CARD)
    assert [CARD in line.subject for line in queries.timeline(person)] == [False] * 3
    assert queries.timeline(person)[0].subject.endswith("**** 0006")
