"""What happens to awards after the approval: a death with heirs, a card changed in time, a payment that came back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from django.utils.timezone import localdate
from stdnum import luhn

from assistance.demo.days import ONE_DAY, Days, moment
from assistance.demo.papers import page
from assistance.demo.schedule import Telling
from assistance.demo.staff import Staff
from assistance.demo.twists import Twist
from assistance.demo.walks import Walk
from assistance.payments.models import Award, ClaimPaper
from assistance.payments.operations import (
    HeirFacts,
    bounce,
    change_account,
    confirm_claim,
    enter_claim,
    follow_deaths,
    reissue,
)
from assistance.payments.states import AccountChange, AwardState
from assistance.registry.models import BankAccount
from assistance.registry.operations import (
    add_account,
    check_account,
    record_death,
    retire_account,
)
from assistance.shared.identity_numbers import demo_number

# Working days ago.
CARD_LOST, CARD_POINTED_TO = 8, 7
CAME_BACK, MENDED, REISSUED = 27, 26, 22
BANK = "景宁农商银行"


class Afterwards:
    """The stories that begin where the case itself ends."""

    def __init__(self, staff: Staff, days: Days) -> None:
        self.staff = staff
        self.days = days

    def tell(self, walk: Walk) -> Telling:
        twist = walk.story.plan.twist
        if twist in {Twist.HEIRS, Twist.HEIRS_WAIT}:
            yield from self._heirs(walk, confirmed=twist is Twist.HEIRS)
        elif twist is Twist.CARD_CHANGED:
            yield from self._card(walk)
        elif twist is Twist.BOUNCED:
            yield from self._bounced(walk)

    def _heirs(self, walk: Walk, *, confirmed: bool) -> Telling:
        """Dead the day after the award; the widow claims for all heirs, a reviewer confirms."""
        ago = walk.story.plan.approved - 1
        at = self._at(ago, 9, 50)
        yield at
        award, desk = self._award(walk), self.staff.desks[walk.story.township.pk]
        person = award.person
        record_death(person, died_on=localdate(at) - ONE_DAY, actor=desk.clerk, at=at)
        follow_deaths(at=at, person=person)
        at = self._at(ago - 3, 10, 30)
        yield at
        surname, serial = person.name[0], walk.application.pk % 400
        heirs = [
            _heir(f"{surname}秀兰", "spouse", date(1958, 4, 9), serial),
            _heir(f"{surname}继文", "child", date(1984, 11, 2), serial + 1),
        ]
        claim = enter_claim(
            award,
            heirs=heirs,
            bank=BANK,
            number=_card_number("629997", walk),
            papers={str(kind): _paper(kind.label) for kind in ClaimPaper.Kind},
            note="全体继承人委托配偶领取。",
            actor=desk.clerk,
            at=at,
        )
        if confirmed:
            at = self._at(ago - 5, 14, 10)
            yield at
            confirm_claim(award, number=claim.account.number, actor=walk.reviewer, at=at)

    def _card(self, walk: Walk) -> Telling:
        """Lost between approval and batch: the new card is entered, checked, and the award pointed to it."""
        at = self._at(CARD_LOST, 9, 40)
        yield at
        account = self._new_card(walk, "社会保障卡遗失补办", at)
        at = self._at(CARD_POINTED_TO, 10, 15)
        yield at
        change_account(
            self._award(walk),
            account,
            reason=AccountChange.CARD_REPLACED,
            actor=self.staff["payment1"],
            at=at,
        )

    def _bounced(self, walk: Walk) -> Telling:
        """Paid, sent back four days later, mended by the township and paid again."""
        at = self._at(CAME_BACK, 9, 20)
        yield at
        award = self._award(walk)
        if award.state != AwardState.PAID:
            return
        bounce(
            award.batch_lines.latest("pk"),
            came_back_on=localdate(at) - ONE_DAY,
            reason="收款账户已销户，款项退回",
            reference=f"TH{localdate(at):%Y%m%d}{award.pk:06d}",
            actor=self.staff["payment1"],
            at=at,
        )
        at = self._at(MENDED, 9, 30)
        yield at
        account = self._new_card(walk, "原卡已销户，银行退汇", at)
        at = self._at(REISSUED, 15, 20)
        yield at
        reissue(self._award(walk), account=account, actor=self.staff["payment2"], at=at)

    def _new_card(self, walk: Walk, because: str, at: datetime) -> BankAccount:
        """Entered by the clerk in place of the old one, checked by the leader within the hour."""
        desk, old = self.staff.desks[walk.story.township.pk], self._award(walk).account
        if old is not None:
            retire_account(old, reason=because, actor=desk.clerk, at=at)
        account = add_account(
            walk.application.person,
            number=_card_number("629998", walk),
            bank=BANK,
            actor=desk.clerk,
            at=at + timedelta(minutes=3),
        )
        return check_account(account, actor=desk.leader, at=at + timedelta(minutes=45))

    def _award(self, walk: Walk) -> Award:
        award = walk.reread().award
        assert award is not None, "the case is approved by now"
        return award

    def _at(self, ago: int, hour: int, minute: int) -> datetime:
        return moment(self.days.ago(ago), hour, minute)


def _heir(name: str, relation: str, born_on: date, serial: int) -> HeirFacts:
    number = demo_number(born_on=born_on, sex="2", serial=serial)
    return HeirFacts(name=name, id_number=number, relation=relation)


def _card_number(prefix: str, walk: Walk) -> str:
    body = f"{prefix}{walk.application.pk:012d}"
    return body + luhn.calc_check_digit(body)


def _paper(title: object) -> ContentFile[bytes]:
    return ContentFile(page(str(title)), name=f"{title}.png")
