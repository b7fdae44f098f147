"""People of the sample's township with everything that is done to their records."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from assistance.registry.operations import found_household, record_death
from tests.factories.accounts import Cast
from tests.factories.registry import make_account, make_aid, make_bill, make_person


class PeopleSample:
    def __init__(self, cast: Cast) -> None:
        self.today = timezone.localdate()
        self.last_year = self.today.year - 1
        self.person = make_person("蓝青山", category="DIBAO")
        self.bill = make_bill(self.person, settled_on=date(self.last_year, 5, 20))
        self.aid = make_aid(self.person, benefit_year=self.last_year)
        # By the second clerk, so that the first may check it; and one that he may not.
        self.account = make_account(self.person, entered_by=cast.second_clerk)
        self.clerks_account = make_account(self.person, entered_by=cast.clerk)
        self.passbook = make_account(
            self.person, entered_by=cast.clerk, reason="no_card", is_social_security_card=False
        )
        self.dead = record_death(
            make_person("雷月桂"), died_on=self.today, actor=cast.clerk, at=timezone.now()
        )
        self.head = make_person("钟大山")
        found_household(self.head, first_day=date(2020, 1, 1), actor=cast.clerk, at=timezone.now())
        self.outsider = make_person(
            "吴满仓", township=cast.outside_township, county=cast.other_county
        )
