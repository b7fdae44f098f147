"""Who stands on the bottom-line list of the story, by name, and what is special about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from stdnum import luhn

from assistance.accounts.models import Agency, User
from assistance.accounts.queries import townships_of
from assistance.registry.models import Enrolment, Person, RecipientCategory
from assistance.registry.operations import (
    Place,
    add_account,
    check_account,
    enrol,
    recognise,
    register_person,
)
from assistance.settlements.models import Setting
from assistance.settlements.operations import type_bill
from assistance.shared.identity_numbers import demo_number

FIRST_SERIAL = 420


@dataclass(frozen=True, slots=True)
class Listed:
    """One person of the story: what he bears in scope, and what is special about him."""

    name: str
    agency: str
    burden: str
    story: str
    category: str = "DIBAO"


# By name: what a clerk looks for.
PEOPLE = (
    Listed("夏定安", "330902", "65000.00", "两个经办机构同季上会"),
    Listed("沈普生", "330903", "72000.00", "两个经办机构同季上会", "TEKUN"),
    Listed("乐又安", "330902", "58000.00", "取消后又重新认定"),
    Listed("何终年", "330902", "70000.00", "季度最后一天去世"),
    Listed("汤恰好", "330903", "50000.00", "恰好五万元"),
    Listed("徐晚赔", "330902", "55000.00", "惠民保一月才到账"),
    Listed("周迟报", "330903", "61000.00", "表决后才上报的救助"),
    Listed("童多付", "330902", "64000.00", "支付后才上报的救助"),
)
NAMED = {listed.story: listed.name for listed in PEOPLE if listed.name != "沈普生"}


class Townspeople:
    """`at` gives the moment so many days after the quarter's end."""

    def __init__(self, year: int, at: Callable[[int], datetime]) -> None:
        self.year, self._at = year, at

    def register(self, n: int, listed: Listed, *, checker: User) -> Person:
        """In the register, insured, recognised, with one bill and a checked card."""
        agency, born = Agency.objects.get(code=listed.agency), date(1951, 4, n)
        township = townships_of(agency)[n % 3]
        person = register_person(
            name=listed.name,
            id_number=demo_number(born_on=born, sex="1", serial=FIRST_SERIAL + n * 2),
            since=date(2015, 1, 1),
            hukou=Place(township, listed.story),
            phone="",
            actor=None,
            at=self._at(-320),
        )
        county = township.parent
        assert county is not None
        enrol(
            person,
            kind=Enrolment.Kind.RESIDENT,
            county=county,
            first_day=date(2015, 1, 1),
            actor=None,
            at=self._at(-320),
        )
        self.recognise(person, listed.category, date(self.year, 1, 1), after=-319)
        type_bill(
            person,
            settled_on=date(self.year, 11, 5 + n),
            setting=Setting.INPATIENT,
            institution="舟山医院",
            total=Decimal(listed.burden) + 20_000,
            in_scope=Decimal(listed.burden) + 15_000,
            basic=Decimal("15000.00"),
            supplementary=Decimal(0),
            big_illness=Decimal(0),
            assistance=Decimal(0),
            actor=None,
            at=self._at(-40),
        )
        self._account(person, n, checker)
        return person

    def recognise(self, person: Person, code: str, first_day: date, *, after: int) -> None:
        recognise(
            person,
            category=RecipientCategory.objects.get(code=code),
            recognised_by="民政局",
            first_day=first_day,
            actor=None,
            at=self._at(after),
        )

    def _account(self, person: Person, n: int, checker: User) -> None:
        body = f"62179933{self.year}{n:06d}"
        account = add_account(
            person,
            number=body + luhn.calc_check_digit(body),
            bank="舟山农商银行",
            actor=None,
            at=self._at(-30),
        )
        check_account(account, actor=checker, at=self._at(-29))
