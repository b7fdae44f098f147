"""What the demo knows of a person before there is a row: plain data, made from a seed and a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto

from assistance.accounts.models import Division
from assistance.registry.models import Enrolment, Residence
from assistance.settlements.models import OtherAid, Setting
from assistance.shared.identity_numbers import demo_number

NOTHING = Decimal("0.00")


class Card(Enum):
    """The bank account a person has, and how far it has got."""

    NONE = auto()
    CHECKED = auto()
    UNCHECKED = auto()
    PASSBOOK = auto()  # no card, so no check digit; checked
    MISTYPED = auto()  # wrong check digit; unchecked
    GUARDIAN = auto()  # held by somebody else, with the reason; checked


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    kind: Residence.Kind
    division: Division
    village: str
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognition:
    category: str
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Insurance:
    kind: Enrolment.Kind
    first_day: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    settled_on: date
    setting: Setting
    institution: str
    total: Decimal
    in_scope: Decimal
    basic: Decimal = NOTHING
    supplementary: Decimal = NOTHING
    big_illness: Decimal = NOTHING
    assistance: Decimal = NOTHING
    designated: bool = True
    service_from: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Aid:
    year: int
    giver: OtherAid.Giver
    amount: Decimal
    given_on: date
    paper: str


@dataclass(slots=True, kw_only=True)
class Profile:
    name: str
    sex: str
    born_on: date
    number: str
    phone: str
    created_at: datetime
    homes: list[Home]
    recognitions: list[Recognition] = field(default_factory=list)
    insurances: list[Insurance] = field(default_factory=list)
    card: Card = Card.NONE
    bills: list[Bill] = field(default_factory=list)
    aid: list[Aid] = field(default_factory=list)
    died_on: date | None = None

    @property
    def is_hardship(self) -> bool:
        return any(span.category in {"TEKUN", "DIBAO", "DIBIAN"} for span in self.recognitions)


class Numbers:
    """Gives out id numbers: the next of a birthday and sex."""

    def __init__(self) -> None:
        self._given: defaultdict[tuple[date, str], int] = defaultdict(int)

    def next(self, born_on: date, sex: str) -> str:
        serial = self._given[born_on, sex]
        self._given[born_on, sex] += 1
        return demo_number(born_on=born_on, sex=sex, serial=serial)
