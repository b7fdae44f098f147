"""Who lives in a neighbouring county and when each was recognised; the same people for the same day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from assistance.accounts.models import Agency
from assistance.accounts.queries import townships_of
from assistance.demo import names
from assistance.demo.days import Days
from assistance.shared.identity_numbers import demo_number

# Serials of the demo county's people begin at 0; each neighbour has a range of its own above them.
FIRST_SERIAL, SERIALS = 150, 35
OLDEST, YOUNGEST = 88, 8


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbour: its agency, the account of its reviewer, whose documents assist its bills, and whether
    the platform grants assistance or leaves that to us."""

    agency: str
    username: str
    reviewer: str
    city: str
    categories: tuple[str, ...]
    grants_itself: bool = True


_ZHOUSHAN = ("TEKUN", "DIBAO", "DIBIAN")
# 因病致贫 is an identity of its own in Lanxi and Wenzhou, in Zhoushan it comes with the household's.
_OTHERS = (*_ZHOUSHAN, "YINBING")
PLACES = (
    Place("330900", "zhoushan.reviewer", "舟山市本级审核 乐海宁", "zhoushan", _ZHOUSHAN),
    Place("330902", "dinghai.reviewer", "定海审核 夏定波", "zhoushan", _ZHOUSHAN),
    Place("330903", "putuo.reviewer", "普陀审核 沈普安", "zhoushan", _ZHOUSHAN),
    Place("330921", "daishan.reviewer", "岱山审核 汤岱青", "zhoushan", _ZHOUSHAN),
    Place("330922", "shengsi.reviewer", "嵊泗审核 何嵊月", "zhoushan", _ZHOUSHAN),
    Place("330781", "lanxi.reviewer", "兰溪审核 徐兰舟", "lanxi", _OTHERS, grants_itself=False),
    Place("330328", "wencheng.reviewer", "文成审核 周文澜", "wenzhou", _OTHERS),
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    name: str
    sex: str
    number: str
    township: str
    village: str
    category: str  # empty: never recognised
    first_day: date
    last_day: date | None
    # Of those who are treated for mental illness.
    is_ill: bool

    def is_on_list(self, month: date) -> bool:
        """Whether the list that holds from the first of the month names this person."""
        ended = self.last_day is not None and self.last_day < month
        return bool(self.category) and self.first_day <= month and not ended


def months_before(today: date, count: int) -> list[date]:
    """The first days of the last `count` months, the running one included."""
    found = [today.replace(day=1)]
    while len(found) < count:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found[::-1]


class Population:
    """`count` people of an agency, most of them recognised before the first month or during the others."""

    def __init__(
        self, place: Place, agency: Agency, days: Days, *, count: int, months: int
    ) -> None:
        self.rng = Random(f"{place.agency}:{days.today}")
        self.place, self.days = place, days
        self.months = months_before(days.today, months)
        self.townships = [division.name for division in townships_of(agency)] or [agency.name]
        self._serial = FIRST_SERIAL + SERIALS * PLACES.index(place)
        self._given: defaultdict[tuple[date, str], int] = defaultdict(int)
        self.people = [self._person(n) for n in range(count)]

    def _person(self, n: int) -> Neighbour:
        rng = self.rng
        age = int(rng.triangular(YOUNGEST, OLDEST, 61))
        born_on = self.days.today - timedelta(days=age * 365 + rng.randint(1, 365))
        sex = rng.choice("12")
        first_day, last_day = self._recognised(n)
        return Neighbour(
            name=names.person_name(rng, sex),
            sex=sex,
            number=self._number(born_on, sex),
            township=self.townships[n % len(self.townships)],
            village="",
            category=rng.choice(self.place.categories) if n % 10 else "",
            first_day=first_day,
            last_day=last_day,
            is_ill=n % 17 == 3,
        )

    def _recognised(self, n: int) -> tuple[date, date | None]:
        """Every third comes during the months, every sixth leaves again: no list is like the one before."""
        months = self.months
        if n % 3:
            first_day = months[0] - timedelta(days=self.rng.randint(30, 900))
        else:
            first_day = months[1 + n // 3 % (len(months) - 1)] if len(months) > 1 else months[0]
        later = [month for month in months if month > first_day]
        if n % 6 != 1 or len(later) < 2:
            return first_day, None
        return first_day, later[n // 6 % (len(later) - 1) + 1] - timedelta(days=1)

    def _number(self, born_on: date, sex: str) -> str:
        serial = self._given[born_on, sex]
        self._given[born_on, sex] += 1
        return demo_number(born_on=born_on, sex=sex, serial=self._serial + serial)
