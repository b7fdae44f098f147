"""The people of the county: who they are, where they live, how they are insured, what they paid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from assistance.accounts.models import Division
from assistance.demo import names
from assistance.demo.bills import crowd_bills, own_costs
from assistance.demo.days import Days, moment
from assistance.demo.profiles import (
    Aid,
    Card,
    Home,
    Insurance,
    Numbers,
    Profile,
    Recognition,
)
from assistance.registry.models import Enrolment, Residence
from assistance.settlements.models import OtherAid
from assistance.shared.money import from_fen

SEED = 331127
HUKOU, LIVING = Residence.Kind.HUKOU, Residence.Kind.LIVING
RESIDENT, EMPLOYEE = Enrolment.Kind.RESIDENT, Enrolment.Kind.EMPLOYEE
CARDS = (Card.NONE, Card.CHECKED, Card.UNCHECKED, Card.PASSBOOK, Card.MISTYPED, Card.GUARDIAN)
# Every how-manieth person of the crowd has more than thirty bills, a huge own cost, or has died.
LONG_TAIL, HUGE, DIED = 180, 600, 150
YEAR = 365


@dataclass
class Land:
    """The county, its townships, and a place outside that no agency answers for."""

    county: Division
    townships: list[Division]
    outside: Division
    villages: dict[int, list[str]] = field(init=False)

    def __post_init__(self) -> None:
        rng = Random(SEED)
        self.villages = {place.pk: names.villages(rng, place.name) for place in self.townships}

    def home(self, rng: Random, kind: Residence.Kind, place: Division, since: date) -> Home:
        villages = self.villages.get(place.pk)
        village = rng.choice(villages) if villages else ""
        return Home(kind=kind, division=place, village=village, first_day=since)


class Crowd:
    """Makes people, the same ones for the same day."""

    def __init__(self, land: Land, days: Days) -> None:
        self.land = land
        self.days = days
        self.rng = Random(f"{SEED}:{days.today}")
        self.numbers = Numbers()

    def people(self, count: int) -> list[Profile]:
        return [self._person(n) for n in range(count)]

    def somebody(self, rng: Random, *, oldest: int = 92, youngest: int = 1) -> Profile:
        """A person with name, number and day of registration, and nothing else yet."""
        today = self.days.today
        age = min(oldest, max(youngest, int(rng.triangular(youngest, oldest, 58))))
        born_on = today - timedelta(days=age * YEAR + rng.randint(1, YEAR))
        sex = rng.choice("12")
        entered = self.days.ago(rng.randint(420, 455))
        return Profile(
            name=names.person_name(rng, sex),
            sex=sex,
            born_on=born_on,
            number=self.numbers.next(born_on, sex),
            # No mobile number begins with 10.
            phone=f"10{rng.randint(0, 999_999_999):09d}" if rng.random() < 0.8 else "",
            created_at=moment(entered, rng.randint(8, 16), rng.randint(0, 59)),
            homes=[],
        )

    def _person(self, n: int) -> Profile:
        rng = self.rng
        person = self.somebody(rng)
        place = self.land.townships[n % len(self.land.townships)]
        self.house(rng, person, place)
        person.recognitions = self._recognitions(rng, person)
        person.insurances = self._insurances(rng, person)
        person.card = rng.choices(CARDS, (52, 36, 5, 4, 2, 1))[0]
        self._fill_with_bills(rng, person, n, place)
        if rng.random() < 0.03:
            person.aid.append(self._aid(rng))
        if n % DIED == DIED // 2:
            self._die(rng, person)
        return person

    def _die(self, rng: Random, person: Profile) -> None:
        person.died_on = died = self.days.ago(rng.randint(5, 100))
        person.bills = [b for b in person.bills if (b.service_from or b.settled_on) <= died]
        person.recognitions = [span for span in person.recognitions if span.first_day <= died]

    def house(self, rng: Random, person: Profile, place: Division) -> None:
        """Registered and living in `place`; some live next door, some have moved, a few are outsiders."""
        since = max(person.born_on, date(2015, 1, 1))
        homes, land = person.homes, self.land
        draw = rng.random()
        if draw < 0.02:
            homes.append(land.home(rng, HUKOU, land.outside, since))
            homes.append(land.home(rng, LIVING, place, since))
            return
        if draw < 0.05:
            moved = self.days.ago(rng.randint(120, 400))
            before = land.home(rng, HUKOU, rng.choice(land.townships), since)
            if moved > since + timedelta(days=30):
                homes.append(_ended(before, moved - timedelta(days=1)))
                since = moved
        homes.append(land.home(rng, HUKOU, place, since))
        if rng.random() < 0.25:
            where = place if rng.random() < 0.7 else rng.choice(land.townships)
            homes.append(land.home(rng, LIVING, where, since))

    def _recognitions(self, rng: Random, person: Profile) -> list[Recognition]:
        today = self.days.today
        first = max(person.born_on, today - timedelta(days=rng.randint(60, 2400)))
        draw = rng.random()
        if draw < 0.085:
            spans = [Recognition(category="DIBAO", first_day=first)]
            if rng.random() < 0.2 and first < today - timedelta(days=400):
                # Left 低保 and became 低边 the day after.
                left = today - timedelta(days=rng.randint(30, 300))
                spans = [
                    Recognition(category="DIBAO", first_day=first, last_day=left),
                    Recognition(category="DIBIAN", first_day=left + timedelta(days=1)),
                ]
            if rng.random() < 0.08:
                spans.append(Recognition(category="YOUFU", first_day=first))
            return spans
        if draw < 0.115:
            return [Recognition(category="DIBIAN", first_day=first)]
        if draw < 0.13 and person.born_on.year < today.year - 60:
            return [Recognition(category="TEKUN", first_day=first)]
        if draw < 0.15 and first < today - timedelta(days=200):
            ended = today - timedelta(days=rng.randint(10, 190))
            return [Recognition(category="DIBAO", first_day=first, last_day=ended)]
        if draw < 0.16:
            return [Recognition(category="YINBING", first_day=first)]
        return []

    def _insurances(self, rng: Random, person: Profile) -> list[Insurance]:
        today = self.days.today
        first = max(person.born_on, date(today.year - rng.randint(2, 9), 1, 1))
        grown = person.born_on.year < today.year - 22
        draw = rng.random()
        if draw < 0.02:
            return []
        if draw < 0.16 and grown:
            return [Insurance(kind=EMPLOYEE, first_day=first)]
        if draw < 0.20 and grown:
            change = date(today.year - 1, 7, 1)
            return [
                Insurance(kind=RESIDENT, first_day=first, last_day=change - timedelta(days=1)),
                Insurance(kind=EMPLOYEE, first_day=change),
            ]
        if draw < 0.23:
            # A year without insurance in between.
            until = date(today.year - 2, 12, 31)
            if first <= until:
                again = Insurance(kind=RESIDENT, first_day=date(today.year, 1, 1))
                return [Insurance(kind=RESIDENT, first_day=first, last_day=until), again]
        return [Insurance(kind=RESIDENT, first_day=first)]

    def _fill_with_bills(self, rng: Random, person: Profile, n: int, place: Division) -> None:
        today, hardship = self.days.today, person.is_hardship
        count = rng.choices((0, 2, 5, 9, 16), (18, 34, 28, 14, 6))[0]
        count += rng.randint(0, 2) if count else 0
        if n % LONG_TAIL == LONG_TAIL // 2:
            count = rng.randint(32, 48)
        alive = (today - person.born_on).days
        person.bills = [
            bill
            for bill in crowd_bills(rng, today, count=count, hardship=hardship, home=place.name)
            if (bill.service_from or bill.settled_on) >= person.born_on
        ]
        if n % HUGE == HUGE // 2 and alive > 2 * YEAR:
            # Above what the subsidy counts up to: 210,000 and 300,000 yuan of own cost.
            own = from_fen(22_000_000 if n % (2 * HUGE) < HUGE else 31_500_000)
            first, last = today - timedelta(days=330), today - timedelta(days=3)
            person.bills += own_costs(rng, first, last, own, count=6, hardship=hardship)

    def _aid(self, rng: Random) -> Aid:
        day = self.days.ago(rng.randint(5, 200))
        giver = rng.choice(list(OtherAid.Giver))
        return Aid(
            year=day.year,
            giver=giver,
            amount=from_fen(rng.randint(5, 80) * 10_000),
            given_on=day,
            paper=f"{giver.label}救助通知〔{day.year}〕{rng.randint(1, 999)}号",
        )


def _ended(home: Home, last_day: date) -> Home:
    return Home(
        kind=home.kind,
        division=home.division,
        village=home.village,
        first_day=home.first_day,
        last_day=last_day,
    )
