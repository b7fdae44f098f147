"""People of the sample's township with everything that is done to their records."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils import timezone

from assistance.registry.operations import (
    add_guardian,
    certify,
    found_household,
    propose_split,
    record_death,
    subsidise,
)
from assistance.screening.models import HuiminPolicy
from tests.factories.accounts import Cast
from tests.factories.identity import merge, propose, request_name
from tests.factories.registry import make_account, make_aid, make_bill, make_person


class PeopleSample:
    def __init__(self, cast: Cast) -> None:
        self.today = timezone.localdate()
        self.last_year = self.today.year - 1
        self.person = make_person("蓝青山", category="DIBAO")
        self.bill = make_bill(self.person, settled_on=date(self.last_year, 5, 20))
        self.certificate = certify(
            self.person,
            kind="mental_disability",
            issued_by="县残联",
            first_day=date(self.last_year, 1, 1),
            actor=cast.clerk,
            at=timezone.now(),
        )
        self.subsidy = subsidise(
            self.person,
            year=self.last_year,
            basic=Decimal(380),
            big_illness=Decimal(70),
            paid_on=date(self.last_year, 1, 5),
            way="paid_for",
            actor=cast.clerk,
            at=timezone.now(),
        )
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
        self.renaming = request_name(make_person("钟小妹"), "钟晓梅", actor=cast.window)
        self.guardian = make_person("蓝月英")
        self.guardianship = add_guardian(
            make_person("蓝小满", born_on=date(self.today.year - 6, 1, 1)),
            number=self.guardian.id_number,
            name=self.guardian.name,
            relation="parent",
            first_day=self.today,
            actor=cast.clerk,
            at=timezone.now(),
        )
        self.huimin = HuiminPolicy.objects.create(
            person=self.head,
            year=self.today.year,
            policy="HMB-1",
            premium=Decimal(100),
            paid=Decimal(100),
            paid_on=self.today,
            entered_by=cast.reviewer,
            entered_at=timezone.now(),
        )
        self.alone = make_person("雷独行")
        self.proposed = propose(make_person("柳一"), make_person("柳一"))
        self.merged = merge(make_person("柳二"), make_person("柳二"))
        self.splitting = propose_split(
            merge(make_person("柳三"), make_person("柳三")),
            reason="并非同一人",
            actor=cast.reviewer,
            at=timezone.now(),
        )
