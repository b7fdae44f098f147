from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from assistance.registry import operations, queries
from assistance.registry.permissions import may_check_account
from assistance.shared.errors import NotAllowed, Refused
from tests.factories.registry import make_account, make_person

pytestmark = pytest.mark.django_db
AT = datetime(2026, 6, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
CARD = "6217990000000000006"


def warnings(account):
    with translation.override("en"):
        return queries.account_warnings(account)


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
    assert warnings(account) == []


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


def test_foreign_holder_needs_a_reason(cast):
    person = make_person(name="张三丰")
    with pytest.raises(Refused):
        make_account(person, holder_name="李四")
    account = make_account(person, holder_name="李四", holder_reason="监护人")
    assert warnings(account) == ["The holder is not the person: 监护人"]


def test_warnings_of_an_account(cast):
    assert warnings(make_account(make_person(), number="6217990000000000007")) == [
        "The check digit of the card number is wrong. Compare it with the card."
    ]
    assert warnings(make_account(make_person(), number="101004567890")) == [
        "This is not the number of a bank card. Compare it with the passbook."
    ]
    first, second = (make_account(make_person(), number=CARD) for _ in range(2))
    shared = ["The same account is used by other people; their number is 1."]
    assert (warnings(first), warnings(second)) == (shared, shared)
    operations.retire_account(second, reason="销户", actor=None, at=AT)
    assert warnings(first) == []


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
