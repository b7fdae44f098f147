"""The places and people of the tests: one township of Jingning and its county desk, and outsiders.

Everything is made when first asked for and found again afterwards, so `Cast()` is cheap and two of
them hold the same people.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.auth.models import Group

from assistance.accounts.models import Agency, AgencyArea, Division, User
from assistance.accounts.roles import Role
from tests.factories import stock

PASSWORD = "Green-Hills-0578"


def division(code: str, name: str, level: str, parent: Division | None = None) -> Division:
    if ready := stock.taken(Division, code):
        return ready
    found, _made = Division.objects.get_or_create(
        code=code, defaults={"name": name, "level": level, "parent": parent}
    )
    return found


def agency(code: str, name: str, *areas: Division, parent: Agency | None = None) -> Agency:
    if ready := stock.taken(Agency, code):
        return ready
    found, _made = Agency.objects.get_or_create(
        code=code, defaults={"name": name, "parent": parent}
    )
    for area in areas:
        AgencyArea.objects.get_or_create(division=area, defaults={"agency": found})
    return found


def user(
    username: str,
    *roles: Role,
    agency: Agency | None = None,
    township: Division | None = None,
    **fields: Any,
) -> User:
    """A user with these roles, whatever the rules for assigning them say; the password is PASSWORD."""
    if ready := stock.taken(User, username):
        return ready
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    made = User(
        username=username,
        full_name=fields.pop("full_name", username),
        agency=agency,
        township=township,
        **fields,
    )
    made.set_password(PASSWORD)
    made.save()
    for role in roles:
        made.groups.add(Group.objects.get_or_create(name=role.value)[0])
    return made


class Places:
    """Zhejiang → Lishui → Jingning with two townships; and, elsewhere, Lanxi with one."""

    @cached_property
    def province(self) -> Division:
        return division("330000", "浙江省", Division.Level.PROVINCE)

    @cached_property
    def city(self) -> Division:
        return division("331100", "丽水市", Division.Level.CITY, self.province)

    @cached_property
    def county(self) -> Division:
        return division("331127", "景宁畲族自治县", Division.Level.COUNTY, self.city)

    @cached_property
    def township(self) -> Division:
        return division("331127001", "红星街道", Division.Level.TOWNSHIP, self.county)

    @cached_property
    def other_township(self) -> Division:
        return division("331127202", "澄照乡", Division.Level.TOWNSHIP, self.county)

    @cached_property
    def city_agency(self) -> Agency:
        return agency("331100", "丽水市医疗保障局")

    @cached_property
    def agency(self) -> Agency:
        return agency(
            "331127", "景宁畲族自治县医疗保险服务中心", self.county, parent=self.city_agency
        )

    @cached_property
    def other_county(self) -> Division:
        other_city = division("330700", "金华市", Division.Level.CITY, self.province)
        return division("330781", "兰溪市", Division.Level.COUNTY, other_city)

    @cached_property
    def outside_township(self) -> Division:
        return division("330781001", "兰江街道", Division.Level.TOWNSHIP, self.other_county)

    @cached_property
    def outside_agency(self) -> Agency:
        return agency("330781", "兰溪市医疗保障局", self.other_county)


class Cast(Places):
    """Who acts in the tests. Nobody holds two roles; `outside_…` belong to another agency."""

    @cached_property
    def clerk(self) -> User:
        return self._in_township("clerk", Role.TOWNSHIP_CLERK)

    @cached_property
    def second_clerk(self) -> User:
        return self._in_township("second_clerk", Role.TOWNSHIP_CLERK)

    @cached_property
    def leader(self) -> User:
        return self._in_township("leader", Role.TOWNSHIP_LEADER)

    @cached_property
    def second_leader(self) -> User:
        return self._in_township("second_leader", Role.TOWNSHIP_LEADER)

    @cached_property
    def neighbour_clerk(self) -> User:
        return self._in_other_township("neighbour_clerk", Role.TOWNSHIP_CLERK)

    @cached_property
    def neighbour_leader(self) -> User:
        return self._in_other_township("neighbour_leader", Role.TOWNSHIP_LEADER)

    @cached_property
    def window(self) -> User:
        return self._in_agency("window", Role.WINDOW_CLERK)

    @cached_property
    def reviewer(self) -> User:
        return self._in_agency("reviewer", Role.REVIEWER)

    @cached_property
    def second_reviewer(self) -> User:
        return self._in_agency("second_reviewer", Role.REVIEWER)

    @cached_property
    def approver(self) -> User:
        return self._in_agency("approver", Role.APPROVER)

    @cached_property
    def second_approver(self) -> User:
        return self._in_agency("second_approver", Role.APPROVER)

    @cached_property
    def payer(self) -> User:
        return self._in_agency("payer", Role.PAYMENT_OFFICER)

    @cached_property
    def second_payer(self) -> User:
        return self._in_agency("second_payer", Role.PAYMENT_OFFICER)

    @cached_property
    def fund(self) -> User:
        return self._in_agency("fund", Role.FUND_SUPERVISOR)

    @cached_property
    def city_supervisor(self) -> User:
        assert self.agency.parent == self.city_agency
        return user("city_supervisor", Role.CITY_SUPERVISOR, agency=self.city_agency)

    @cached_property
    def partner(self) -> User:
        return self._in_agency("partner", Role.PARTNER)

    @cached_property
    def auditor(self) -> User:
        return user("auditor", Role.AUDITOR)

    @cached_property
    def administrator(self) -> User:
        return user("administrator", Role.ADMINISTRATOR)

    @cached_property
    def security_officer(self) -> User:
        return user("security_officer", Role.SECURITY_OFFICER)

    @cached_property
    def outside_clerk(self) -> User:
        return user(
            "outside_clerk",
            Role.TOWNSHIP_CLERK,
            agency=self.outside_agency,
            township=self.outside_township,
        )

    @cached_property
    def outside_leader(self) -> User:
        return user(
            "outside_leader",
            Role.TOWNSHIP_LEADER,
            agency=self.outside_agency,
            township=self.outside_township,
        )

    @cached_property
    def outside_window(self) -> User:
        return user("outside_window", Role.WINDOW_CLERK, agency=self.outside_agency)

    @cached_property
    def outside_reviewer(self) -> User:
        return user("outside_reviewer", Role.REVIEWER, agency=self.outside_agency)

    @cached_property
    def outside_approver(self) -> User:
        return user("outside_approver", Role.APPROVER, agency=self.outside_agency)

    @cached_property
    def outside_payer(self) -> User:
        return user("outside_payer", Role.PAYMENT_OFFICER, agency=self.outside_agency)

    @cached_property
    def outside_fund(self) -> User:
        return user("outside_fund", Role.FUND_SUPERVISOR, agency=self.outside_agency)

    @cached_property
    def outside_partner(self) -> User:
        return user("outside_partner", Role.PARTNER, agency=self.outside_agency)

    @cached_property
    def outside_city(self) -> User:
        return user("outside_city", Role.CITY_SUPERVISOR, agency=self.outside_agency)

    def everybody(self) -> list[User]:
        """Everybody a property of this class names."""
        made = [
            getattr(self, name)
            for name, kind in vars(Cast).items()
            if kind.__class__ is cached_property
        ]
        return [person for person in made if isinstance(person, User)]

    def of_each_role(self) -> dict[Role, User]:
        """One user per role, all of Jingning."""
        return {
            Role.TOWNSHIP_CLERK: self.clerk,
            Role.TOWNSHIP_LEADER: self.leader,
            Role.WINDOW_CLERK: self.window,
            Role.REVIEWER: self.reviewer,
            Role.APPROVER: self.approver,
            Role.PAYMENT_OFFICER: self.payer,
            Role.FUND_SUPERVISOR: self.fund,
            Role.CITY_SUPERVISOR: self.city_supervisor,
            Role.PARTNER: self.partner,
            Role.AUDITOR: self.auditor,
            Role.ADMINISTRATOR: self.administrator,
            Role.SECURITY_OFFICER: self.security_officer,
        }

    def _in_township(self, username: str, role: Role) -> User:
        return user(username, role, agency=self.agency, township=self.township)

    def _in_other_township(self, username: str, role: Role) -> User:
        return user(username, role, agency=self.agency, township=self.other_township)

    def _in_agency(self, username: str, role: Role) -> User:
        return user(username, role, agency=self.agency)
