"""Lists pushed to an office with a desk and to one with files, and somebody to phone."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from assistance.screening.models import HandOut, PartnerOffice, Prospect, Push, PushAnswer
from assistance.screening.operations import answer_push, claim_hand_out, push_run
from assistance.screening.states import ListKind, PartnerKind
from tests.factories.accounts import Cast
from tests.factories.files import upload
from tests.factories.registry import make_person
from tests.factories.screening import make_office, make_period, make_run, seat


class PartnersSample:
    def __init__(self, cast: Cast) -> None:
        self.cast, self.now = cast, timezone.now()
        office = make_office()
        assert seat(office, cast.partner.username) == cast.partner
        union = make_office(PartnerKind.UNION, recognises=True, by_file=True)
        pool = make_run(make_period(ListKind.ZHIPIN), make_person("蓝致贫"))
        push_run(pool, at=self.now)
        self.push = Push.objects.get(office=office)
        self.ready = self._file(union)
        again = make_run(make_period(ListKind.FANPIN), make_person("雷返贫"))
        push_run(again, at=self.now)
        self.claimed = claim_hand_out(self._file(union), actor=cast.reviewer, at=self.now)
        self.answer = self._aided(office)
        self.prospect = Prospect.objects.create(
            person=self.push.person,
            agency=cast.agency,
            township=cast.township,
            year=timezone.localdate().year,
            why=Prospect.Why.HIGH_COST,
            made_at=self.now,
        )

    def _file(self, office: PartnerOffice) -> HandOut:
        return HandOut.objects.filter(office=office).latest("id")

    def _aided(self, office: PartnerOffice) -> PushAnswer:
        push = Push.objects.filter(office=office).latest("id")
        given = {"amount": Decimal("500.00"), "given_on": timezone.localdate(), "paper": upload()}
        answer_push(push, answer="aided", **given, actor=self.cast.partner, at=self.now)
        return PushAnswer.objects.get(push=push)
