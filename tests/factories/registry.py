"""People with what belongs to them, made by the operations themselves. Everything is invented."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone
from stdnum import luhn

from assistance.accounts.models import Division, User
from assistance.registry import operations
from assistance.registry.models import BankAccount, Enrolment, Person, RecipientCategory
from assistance.registry.operations import Place
from assistance.settlements.models import OtherAid, Setting, Settlement
from assistance.settlements.operations import record_aid, type_bill
from assistance.shared.identity_numbers import demo_number
from tests.factories.accounts import Places
from tests.factories.files import upload

SINCE = date(2015, 1, 1)
FIRST_BIRTHDAY = date(1960, 1, 1)
BILL_DAY = date(2025, 5, 20)
NAMES = ("许远帆", "汤静波", "严晓舟", "施文渡", "邵雨青", "贺新禾")  # no test writes one of them
HARDSHIP_CODES = frozenset({"TEKUN", "DIBAO", "DIBIAN"})

_serial = itertools.count()
_papers = itertools.count(1)


def new_number(*, born_on: date | None = None, sex: str = "1") -> str:
    """An id number no other test has: 500 to a birthday, then the next day."""
    n = next(_serial)
    birthday = born_on or FIRST_BIRTHDAY + timedelta(days=n // 500)
    return demo_number(born_on=birthday, sex=sex, serial=n % 500)


def new_account_number() -> str:
    body = f"621799{next(_serial):012d}"
    return body + luhn.calc_check_digit(body)


def make_category(code: str) -> RecipientCategory:
    """Of the seeded ones; made anew in a database without them."""
    values = {"name": code, "is_hardship": code in HARDSHIP_CODES}
    return RecipientCategory.objects.get_or_create(code=code, defaults=values)[0]


def make_person(
    name: str = "",
    *,
    id_number: str | None = None,
    born_on: date | None = None,
    sex: str = "1",
    township: Division | None = None,
    village: str = "一村",
    since: date | None = None,
    phone: str = "",
    category: str = "",
    recognised_on: date | None = None,
    enrolled: bool = True,
    insured_on: date | None = None,
    county: Division | None = None,
    actor: User | None = None,
    at: datetime | None = None,
) -> Person:
    """Somebody with hukou in `township` (红星街道) since 2015 and, unless told otherwise, resident
    insurance of Jingning since then; `category="DIBAO"` adds an open recognition."""
    at, places = at or timezone.now(), Places()
    assert places.agency.pk, "without Jingning's agency nobody answers for its townships"
    number = id_number or new_number(born_on=born_on, sex=sex)
    if since is None:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        since = max(SINCE, born)
    person = operations.register_person(
        name=name or NAMES[next(_serial) % len(NAMES)],
        id_number=number,
        since=since,
        hukou=Place(township or places.township, village),
        phone=phone,
        actor=actor,
        at=at,
    )
    if enrolled:
        operations.enrol(
            person,
            kind=Enrolment.Kind.RESIDENT,
            county=county or places.county,
            first_day=insured_on or since,
            actor=None,
            at=at,
        )
    if category:
        operations.recognise(
            person,
            category=make_category(category),
            recognised_by="景宁畲族自治县民政局",
            first_day=recognised_on or since,
            actor=None,
            at=at,
        )
    return person


def make_account(
    person: Person,
    *,
    number: str | None = None,
    entered_by: User | None = None,
    checked_by: User | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> BankAccount:
    """An account, checked when `checked_by` is given (a user who may, and did not enter it).

    With a `reason` it is another account than the card, and has a paper.
    """
    at = at or timezone.now()
    values = {"number": number or new_account_number(), "bank": "景宁农商银行", **fields}
    if values.get("reason"):
        values.setdefault("paper", upload())
    account = operations.add_account(person, actor=entered_by, at=at, **values)
    if checked_by is not None:
        account = operations.check_account(account, actor=checked_by, at=at)
    return account


def make_bill(
    person: Person,
    total: Decimal | int | str = "60000.00",
    *,
    basic: Decimal | int | str = 0,
    supplementary: Decimal | int | str = 0,
    big_illness: Decimal | int | str = 0,
    assistance: Decimal | int | str = 0,
    in_scope: Decimal | int | str | None = None,
    settled_on: date = BILL_DAY,
    setting: Setting = Setting.INPATIENT,
    institution: str = "景宁畲族自治县人民医院",
    actor: User | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> Settlement:
    """A typed bill; amounts in yuan as one writes them."""
    return type_bill(
        person,
        total=Decimal(total),
        in_scope=Decimal(total if in_scope is None else in_scope),
        basic=Decimal(basic),
        supplementary=Decimal(supplementary),
        big_illness=Decimal(big_illness),
        assistance=Decimal(assistance),
        settled_on=settled_on,
        setting=setting,
        institution=institution,
        actor=actor,
        at=at or timezone.now(),
        **fields,
    )


def make_aid(
    person: Person,
    amount: Decimal | int | str = "1000.00",
    *,
    giver: OtherAid.Giver = OtherAid.Giver.UNION,
    benefit_year: int = BILL_DAY.year,
    given_on: date | None = None,
    actor: User | None = None,
    at: datetime | None = None,
) -> OtherAid:
    return record_aid(
        person,
        benefit_year=benefit_year,
        giver=giver,
        amount=Decimal(amount),
        given_on=given_on or date(benefit_year, 6, 1),
        paper=f"县总工会 2025-{next(_papers)} 号",
        actor=actor,
        at=at or timezone.now(),
    )
