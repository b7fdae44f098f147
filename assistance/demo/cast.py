"""Who applies: for every plan a person whose register entries and bills bear the case out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

from assistance.accounts.models import Division
from assistance.cases.models.applications import Exclusion
from assistance.demo.bills import own_costs
from assistance.demo.crowd import EMPLOYEE, HUKOU, LIVING, RESIDENT, Crowd
from assistance.demo.days import Days, moment
from assistance.demo.plans import FORGETFUL, Plan
from assistance.demo.profiles import Aid, Bill, Insurance, Profile, Recognition
from assistance.demo.twists import Anchor, Step, Twist
from assistance.settlements.models import OtherAid

# How many working days a step comes after the one before it.
GAPS = {
    Step.REGISTER: (0, 0),
    Step.SUBMIT: (1, 3),
    Step.EMPLOYER: (2, 5),
    Step.SIGN: (2, 7),
    Step.RETURN_TOWNSHIP: (1, 4),
    Step.RETURN_COUNTY: (1, 3),
    Step.PROPOSE: (1, 4),
    Step.REFUSE: (1, 4),
    Step.SEND_BACK: (1, 3),
    Step.AGREE: (1, 3),
    Step.WITHDRAW: (1, 4),
}
HARDSHIP_CATEGORIES = ("DIBAO", "DIBAO", "DIBIAN", "TEKUN")
AGES = {"household-first": (32, 44), "household-second": (30, 44), "minor": (5, 11)}
OTHER_AID = (
    (OtherAid.Giver.UNION, "3000.00", "总工会困难职工救助通知"),
    (OtherAid.Giver.DISABLED_FEDERATION, "2500.50", "残联康复补助审批表"),
    (OtherAid.Giver.CHARITY, "8000.00", "慈善总会捐助证明"),
)


@dataclass
class Story:
    """A plan with its person and its days: everything there is to know before it is enacted."""

    plan: Plan
    profile: Profile
    township: Division
    times: list[tuple[Step, datetime]]
    received_on: date
    year: int
    typed: Bill | None = None
    # A second record of the same human, and the number that the police corrected the first one to.
    twin: Profile | None = None
    right_number: str = ""
    excluded: list[tuple[Bill, Exclusion]] = field(default_factory=list)
    relative: Profile | None = None

    @property
    def rng(self) -> Random:
        return Random(f"story:{self.plan.key}")


class Cast:
    """The stories of the county, the same ones for the same day and size."""

    def __init__(self, crowd: Crowd, days: Days, plans: Sequence[Plan]) -> None:
        self.crowd = crowd
        self.days = days
        self.plans = plans
        self._number = {plan.key: n for n, plan in enumerate(plans)}
        self._followers = {plan.follows: plan for plan in plans if plan.follows}

    @cached_property
    def stories(self) -> list[Story]:
        stories: dict[str, Story] = {}
        for plan in self.plans:
            story = self._story(plan, stories.get(plan.follows))
            if plan.house:
                story.relative = stories[plan.house].profile
                if plan.twist is Twist.MINOR:
                    # A child bears the name of father or mother.
                    story.profile.name = story.relative.name[0] + story.profile.name[1:]
            stories[plan.key] = story
        return list(stories.values())

    def profiles(self) -> list[Profile]:
        """The people of all stories, each once."""
        own = [story.profile for story in self.stories if not story.plan.follows]
        return own + [story.twin for story in self.stories if story.twin is not None]

    def _story(self, plan: Plan, earlier: Story | None) -> Story:
        times = self._times(plan)
        received = times[0][1].date()
        if plan.anchor is Anchor.JULY:
            received = date(received.year, 6, 30)
        township = earlier.township if earlier else self._township(plan)
        story = Story(
            plan=plan,
            profile=earlier.profile if earlier else self._profile(plan, township, received),
            township=township,
            times=times,
            received_on=received,
            year=self._year(plan, received),
        )
        self._add_bills(story, after=earlier.received_on if earlier else None)
        self._add_aid(story)
        if plan.twist is Twist.REGISTERED_TWICE:
            self._register_twice(story)
        return story

    def _times(self, plan: Plan) -> list[tuple[Step, datetime]]:
        """A day and an hour for every step, counted back from the last one or on from a fixed first one."""
        if plan.anchor in (Anchor.JULY, Anchor.SUNDAY):
            return self._times_from(plan)
        rng = Random(f"times:{plan.key}")
        times = []
        ago = self._last_step(plan)
        for step in reversed(plan.steps):
            times.append((step, self._hour(rng, ago)))
            ago += rng.randint(*GAPS[step])
        return list(reversed(times))

    def _last_step(self, plan: Plan) -> int:
        if plan.anchor is Anchor.JUNE:
            return self.days.last_june()
        if plan.anchor is Anchor.NOVEMBER:
            return self.days.november()
        return self.days.agreed_for(plan.approved) if plan.approved else plan.last

    def _times_from(self, plan: Plan) -> list[tuple[Step, datetime]]:
        """Only as far as yesterday."""
        rng = Random(f"times:{plan.key}")
        late = plan.anchor is Anchor.JULY
        day = self.days.after_june() if late else self.days.sunday_june() + timedelta(days=1)
        ago, times = self.days.index(day), []
        for step in plan.steps:
            ago -= rng.randint(*GAPS[step])
            if ago >= 1:
                times.append((step, self._hour(rng, ago)))
        return times

    def _hour(self, rng: Random, ago: int) -> datetime:
        return moment(self.days.ago(ago), rng.randint(9, 16), rng.randint(0, 59))

    def _township(self, plan: Plan) -> Division:
        places = self.crowd.land.townships
        n = self._number[plan.key] % FORGETFUL if plan.township is None else plan.township
        return places[n]

    def _year(self, plan: Plan, received: date) -> int:
        """The year of the cost: last year's until June, as people apply for it; then this year's."""
        follower = self._followers.get(plan.key)
        if follower is not None:
            received = self._times(follower)[0][1].date()
        if plan.twist is Twist.SUNDAY:
            return received.year - 1
        if plan.twist is Twist.LATE:
            return received.year - 1 if received.month > 7 else received.year - 2
        return received.year - 1 if received.month <= 6 else received.year

    def _profile(self, plan: Plan, township: Division, received: date) -> Profile:
        rng = Random(f"person:{plan.key}:{self.days.today}")
        youngest, oldest = AGES.get(plan.key, (24, 88))
        profile = self.crowd.somebody(rng, youngest=youngest, oldest=oldest)
        known = moment(received - timedelta(days=21), 9, 30)
        profile.created_at = min(profile.created_at, known)
        since = max(profile.born_on, date(2012, 1, 1))
        outsider = plan.twist in {Twist.THREE_YEARS, Twist.UNDER_THREE_YEARS}
        land = self.crowd.land
        hukou = land.outside if outsider else township
        profile.homes = [
            land.home(rng, HUKOU, hukou, since),
            land.home(rng, LIVING, township, since),
        ]
        if plan.twist is Twist.HUKOU_LEFT:
            left = received - timedelta(days=18)
            home = replace(profile.homes[0], last_day=left - timedelta(days=1))
            profile.homes[:1] = [home, land.home(rng, HUKOU, land.outside, left)]
        profile.insurances = [_insurance(rng, plan, received)]
        if plan.hardship:
            recognised = received - timedelta(days=rng.randint(200, 1600))
            category = rng.choice(HARDSHIP_CATEGORIES)
            profile.recognitions = [Recognition(category=category, first_day=recognised)]
        profile.card = plan.card
        return profile

    def _register_twice(self, story: Story) -> None:
        """Entered again at a hospital visit, under a number one digit off, with a bill of its own."""
        rng = Random(f"twin:{story.plan.key}:{self.days.today}")
        person, numbers = story.profile, self.crowd.numbers
        story.right_number = numbers.next(person.born_on, person.sex)
        twin = self.crowd.somebody(rng)
        twin.name, twin.sex, twin.born_on = person.name, person.sex, person.born_on
        twin.number = numbers.next(person.born_on, person.sex)
        twin.homes = [replace(home) for home in person.homes]
        last = min(story.received_on - timedelta(days=3), date(story.year, 12, 28))
        first = max(date(story.year, 1, 4), last - timedelta(days=60))
        cost = Decimal(7_300)
        twin.bills = own_costs(rng, first, last, cost, count=1, hardship=story.plan.hardship)
        story.twin = twin

    def _add_bills(self, story: Story, *, after: date | None) -> None:
        plan, rng = story.plan, story.rng
        first = date(story.year, 1, 4) if after is None else after + timedelta(days=1)
        last = min(story.received_on - timedelta(days=3), date(story.year, 12, 28))
        span = (last - first).days
        first = max(first, last - timedelta(days=rng.randint(120, 240))) if span > 120 else first
        count = max(1, min(rng.randint(2, 5), span // 12))
        own = Decimal(plan.own)
        bills = own_costs(rng, first, last, own, count=count, hardship=plan.hardship)
        if plan.twist is Twist.SIX_EXCLUSIONS:
            story.excluded = list(_excluded(rng, first, last, hardship=plan.hardship))
        if Step.SUBMIT in plan.steps and self._number[plan.key] % 3 == 0:
            story.typed = bills.pop()
        story.profile.bills += [*bills, *(bill for bill, _exclusion in story.excluded)]

    def _add_aid(self, story: Story) -> None:
        if story.plan.twist is not Twist.OTHER_AID:
            return
        given = min(story.received_on - timedelta(days=2), date(story.year, 12, 30))
        for giver, amount, paper in OTHER_AID:
            story.profile.aid.append(
                Aid(
                    year=story.year,
                    giver=giver,
                    amount=Decimal(amount),
                    given_on=given,
                    paper=f"{paper}〔{story.year}〕17号",
                )
            )


def _insurance(rng: Random, plan: Plan, received: date) -> Insurance:
    kind = EMPLOYEE if plan.twist is Twist.EMPLOYEE else RESIDENT
    first = date(received.year - rng.randint(4, 9), 1, 1)
    if plan.twist is Twist.THREE_YEARS:
        return Insurance(kind=kind, first_day=_years_before(received, 3))
    if plan.twist is Twist.UNDER_THREE_YEARS:
        return Insurance(kind=kind, first_day=_years_before(received, 3) + timedelta(days=1))
    if plan.twist is Twist.NOT_INSURED:
        return Insurance(kind=kind, first_day=first, last_day=date(received.year - 2, 12, 31))
    return Insurance(kind=kind, first_day=first)


def _years_before(day: date, years: int) -> date:
    leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - years, day.month, 28 if leap_day else day.day)


def _excluded(
    rng: Random, first: date, last: date, *, hardship: bool
) -> Iterator[tuple[Bill, Exclusion]]:
    """One bill for each of the six cases in which the cost does not count (JN21 二(二)3)."""
    for exclusion in Exclusion:
        own = Decimal(rng.randint(1_200, 6_000))
        (bill,) = own_costs(rng, first, last, own, count=1, hardship=hardship)
        if exclusion is Exclusion.ABROAD_OR_NON_DESIGNATED:
            bill = replace(bill, institution="境外某诊所", designated=False)
        yield bill, exclusion
