"""The people who work in the demo county. Their one password is published, so they exist in the demo only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, Division, SecondFactor, User, UserChange
from assistance.accounts.operations import check_assignment
from assistance.accounts.queries import townships_of
from assistance.accounts.roles import Role
from assistance.cases.models import LetterHead
from assistance.screening.models import PartnerMember, PartnerOffice
from assistance.screening.states import PartnerKind
from assistance.shared.pinyin import pinyin_key

COUNTY, CITY = "331127", "331100"
PASSWORD = "Yizhu-demo-2026"
PARTNER_OFFICE = "景宁畲族自治县民政局"
# The one account of the demo that shows the second factor; published like the password.
WITH_FACTOR, FACTOR = "security", "YIZHUDEMOYIZHUDEMOYIZHUDEMOYIZHU"
TELEPHONE = "0578-0000000"  # no such line exists
LETTER_HEAD = {
    "authority": "景宁畲族自治县医疗保障局",
    "prefix": "景医保",
    "address": "鹤溪街道人民中路（演示地址）",
    "reconsidered_by": "景宁畲族自治县人民政府",
    "court": "景宁畲族自治县人民法院",
}
# User name, full name, role; several of a role where four eyes need them.
OFFICE = (
    ("window", "窗口 钟晓月", Role.WINDOW_CLERK),
    ("reviewer1", "审核 蓝文静", Role.REVIEWER),
    ("reviewer2", "审核 叶知许", Role.REVIEWER),
    ("approver1", "审批 雷正平", Role.APPROVER),
    ("approver2", "审批 潘立行", Role.APPROVER),
    ("payment1", "发放 柳映溪", Role.PAYMENT_OFFICER),
    ("payment2", "发放 梅清和", Role.PAYMENT_OFFICER),
    ("fund", "财政 项守信", Role.FUND_SUPERVISOR),
    ("partner", "民政 季同舟", Role.PARTNER),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """A township's two people."""

    township: Division
    clerk: User
    leader: User


@dataclass(frozen=True)
class Staff:
    """Everybody who acts in the demo's past."""

    county: Division
    agency: Agency
    desks: dict[int, Desk]
    people: dict[str, User]

    @property
    def townships(self) -> list[Division]:
        return [desk.township for desk in self.desks.values()]

    def __getitem__(self, username: str) -> User:
        return self.people[username]


def hire(*, at: datetime) -> Staff:
    """Everybody of the demo county; whoever is there already stays. Call it inside a transaction.

    The one password is hashed once: sixty times would take half a minute.
    """
    county = Division.objects.get(code=COUNTY)
    agency = Agency.objects.get(code=COUNTY)
    if not agency.telephone:
        agency.telephone = TELEPHONE
        agency.save(update_fields=["telephone"])
    LetterHead.objects.get_or_create(agency=agency, defaults=LETTER_HEAD)
    known = {user.username: user for user in User.objects.filter(is_demo=True)}
    maker = Maker(known, at)
    desks = {
        place.pk: Desk(
            place,
            maker.user(f"{_short(place)}.clerk", f"{place.name}经办", Role.TOWNSHIP_CLERK, agency, place),
            maker.user(f"{_short(place)}.leader", f"{place.name}初审", Role.TOWNSHIP_LEADER, agency, place),
        )
        for place in townships_of(agency)
    }  # fmt: skip
    for username, name, role in OFFICE:
        maker.user(username, name, role, agency)
    _seat_partner(maker.user(*OFFICE[-1], agency), agency, on=localdate(at))
    city = Agency.objects.get(code=CITY)
    maker.user("city", "市级 严望山", Role.CITY_SUPERVISOR, city)
    maker.user("auditor", "审计 包明远", Role.AUDITOR)
    maker.user("admin", "系统管理员 汤有为", Role.ADMINISTRATOR)
    maker.user("security", "安全管理员 单秉文", Role.SECURITY_OFFICER)
    SecondFactor.objects.get_or_create(
        user=known[WITH_FACTOR], defaults={"secret": FACTOR, "confirmed_at": at}
    )
    return Staff(county=county, agency=agency, desks=desks, people=known)


def _seat_partner(user: User, agency: Agency, *, on: date) -> None:
    """Jingning's documents have no lists to push: his desk is there, and empty."""
    name = {"agency": agency, "kind": PartnerKind.CIVIL_AFFAIRS, "name": PARTNER_OFFICE}
    office, _is_new = PartnerOffice.objects.get_or_create(
        **name, defaults={"recognises": True, "since": on}
    )
    PartnerMember.objects.get_or_create(user=user, defaults={"office": office})


class Maker:
    def __init__(self, known: dict[str, User], at: datetime) -> None:
        self.known = known
        self.at = at
        self.encoded = make_password(PASSWORD)
        self.groups = {role: Group.objects.get_or_create(name=role.value)[0] for role in Role}

    def user(
        self,
        username: str,
        full_name: str,
        role: Role,
        agency: Agency | None = None,
        township: Division | None = None,
    ) -> User:
        """The account as `accounts.operations.create_user` makes it, with the hash made before."""
        if username in self.known:
            return self.known[username]
        check_assignment({role}, agency=agency, township=township)
        user = User(
            username=username,
            full_name=full_name,
            agency=agency,
            township=township,
            is_demo=True,
            password=self.encoded,
            password_changed_at=self.at,
        )
        validate_password(PASSWORD, user)
        user.save(force_insert=True)
        user.groups.add(self.groups[role])
        UserChange.objects.create(
            user=user, kind=UserChange.Kind.CREATED, note=_("Demo account"), by=None, at=self.at
        )
        self.known[username] = user
        return user


def _short(township: Division) -> str:
    """红星街道 → hongxing, 大均乡 → dajun."""
    name = township.name.removesuffix("街道")
    return pinyin_key(name if name != township.name else name[:-1]).split()[0]
