"""Loading the neighbours through the imports of the product: one transaction for each agency."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from assistance.accounts.models import Agency, User
from assistance.accounts.queries import work_calendar
from assistance.accounts.roles import Role
from assistance.demo.days import Days, moment
from assistance.demo.load import refuse_outside_the_demo
from assistance.demo.models import DemoCounty
from assistance.demo.neighbours.files import (
    BILL_HEAD,
    PAID_HEAD,
    BillFields,
    Bills,
    as_csv,
    institutions,
    list_file,
    payments,
)
from assistance.demo.neighbours.insured import take_insured
from assistance.demo.neighbours.partners import DESKS, WARNED, work_with_partners
from assistance.demo.neighbours.people import PLACES, Place, Population
from assistance.demo.neighbours.registered import asked_for, let_one_leave
from assistance.demo.neighbours.screening import draw_up_lists
from assistance.demo.neighbours.worker import work
from assistance.demo.staff import Maker
from assistance.registry.models import (
    CategoryWord,
    Certificate,
    Department,
    ListImport,
    ListSource,
    Person,
    RecipientCategory,
)
from assistance.registry.numbers import id_digest
from assistance.registry.operations.certificates import certify
from assistance.registry.operations.lists import apply_list, discard_list, save_source, upload_list
from assistance.registry.tasks import EXECUTORS as LIST_WORK
from assistance.settlements.models import BillSource, PayerSource, Settlement
from assistance.settlements.operations import (
    book_waiting,
    draft_source,
    import_bills,
    payers,
    release_source,
)
from assistance.settlements.operations.institutions import import_institutions
from assistance.settlements.sources import national_text
from assistance.settlements.tasks import PAYER_EXECUTORS

PEOPLE, MONTHS = 40, 18
# Whose documents name partners (ZS22-2.2).
ZHOUSHAN = "zhoushan"
# Word on the lists, category, and the one beside it.
LIST_WORDS = {
    "zhoushan": (
        ("低保（因病致贫）", "DIBAO", "YINBING"),
        ("低边（因病致贫）", "DIBIAN", "YINBING"),
    ),
    "lanxi": (("第四类救助对象", "YINBING", ""),),
}
# Bills come in quarterly files here: a daily one would only take longer to load.
MONTHS_A_FILE = 3
Meaning = BillSource.Meaning
ONE_DAY = timedelta(days=1)
Say = Callable[[str], object]


def load_neighbours(
    *,
    at: datetime,
    people: int = PEOPLE,
    months: int = MONTHS,
    places: Sequence[Place] = PLACES,
    say: Say,
) -> list[DemoCounty]:
    """Load those of `places` that are missing, `people` each, with lists and bills of the last `months`.

    Raises Refused outside the demo.
    """
    refuse_outside_the_demo()
    with translation.override("zh-hans"):
        return [_load(place, at=at, people=people, months=months, say=say) for place in places]


@transaction.atomic
def _load(place: Place, *, at: datetime, people: int, months: int, say: Say) -> DemoCounty:
    begun = {"day": localdate(at), "people": people}
    county, _is_new = DemoCounty.objects.get_or_create(code=place.agency, defaults=begun)
    county = DemoCounty.objects.select_for_update().get(pk=county.pk)
    if county.people_at is not None:
        return county
    agency = Agency.objects.get(code=place.agency)
    days = Days(county.day, work_calendar())
    office = _Office(place, agency, days, people=county.people, months=months)
    office.receive()
    office.screen()
    county.people_at = county.cases_at = at
    county.save(update_fields=["people_at", "cases_at"])
    counts = {
        "agency": agency.name,
        "people": Person.objects.filter(agency=agency).count(),
        "bills": Settlement.objects.filter(person__agency=agency).count(),
    }
    say(_("%(agency)s: %(people)d people by lists, %(bills)d bills by files") % counts)
    return county


class _Office:
    """The reviewer of an agency, who takes in what comes month after month."""

    def __init__(
        self, place: Place, agency: Agency, days: Days, *, people: int, months: int
    ) -> None:
        self.agency, self.place, self.days = agency, place, days
        self.population = Population(place, agency, days, count=people, months=months)
        known = {user.username: user for user in User.objects.filter(is_demo=True)}
        self.maker = Maker(known, days.opening)
        self.reviewer = self.maker.user(place.username, place.reviewer, Role.REVIEWER, agency)
        self._words()

    def _words(self) -> None:
        """Illness-caused poverty: beside the household's type in Zhoushan, the fourth class in Lanxi."""
        categories = {found.code: found for found in RecipientCategory.objects.all()}
        for word, code, beside in LIST_WORDS.get(self.place.city, ()):
            meaning = {"category": categories[code], "beside": categories.get(beside)}
            CategoryWord.objects.get_or_create(agency=self.agency, word=word, defaults=meaning)

    def receive(self) -> None:
        import_institutions(institutions(self.population))
        lists, bills, sent = self._lists(), self._bills(), Bills(self.population)
        waiting: list[BillFields] = []
        for n, month in enumerate(self.population.months, start=1):
            self._take_list(lists, month)
            if n == 1:
                self._certify()
                if lists.hukou_in is not None:
                    let_one_leave(self.agency, month, self._at(month, 20))
            waiting += sent.of_month(month, self.days.today - ONE_DAY)
            if n % MONTHS_A_FILE == 0 or n == len(self.population.months):
                self._take_bills(bills, waiting, month)
                self._take_payments(waiting, month)
                waiting = []
        # Last, so that bills of people on no list have waited for them.
        take_insured(
            self.population, self.agency, self.reviewer, self._at(self.population.months[-1], 31)
        )
        # What came before its person was on a list, as the sweeps would have booked it by now.
        at = self._at(self.population.months[-1], 31)
        book_waiting(bills, actor=None, at=at)
        payers.book_waiting_payments(at=at)

    def screen(self) -> None:
        """The lists of the months for which bills have come in."""
        first, at = self.population.months[0], self.days.opening
        draw_up_lists(
            self.agency,
            self.place.city,
            self.reviewer,
            since=first,
            today=self.days.today,
            at=at,
        )
        prefix = self.place.username.partition(".")[0]
        desks = DESKS if self.place.city == ZHOUSHAN else WARNED
        work_with_partners(self.agency, self.maker, prefix, self.days, desks)

    def _certify(self) -> None:
        """Every second of those treated for mental illness has the certificate (ZS22 二(一)4)."""
        ill = [neighbour.number for neighbour in self.population.people if neighbour.is_ill]
        digests = [id_digest(number) for number in ill[::2]]
        for person in Person.objects.filter(id_digest__in=digests).order_by("id"):
            certify(
                person,
                kind=Certificate.Kind.MENTAL_DISABILITY,
                issued_by="残疾人联合会",
                first_day=self.population.months[0],
                actor=None,
                at=self.days.opening,
            )

    def _at(self, month: date, day: int) -> datetime:
        """In that month, but before today."""
        return moment(min(month + timedelta(days=day - 1), self.days.today - ONE_DAY), 10, 0)

    def _lists(self) -> ListSource:
        codes = self.place.categories
        return save_source(
            None,
            agency=self.agency,
            department=Department.CIVIL_AFFAIRS,
            name="民政困难群众月度名单",
            categories=RecipientCategory.objects.filter(code__in=codes),
            is_full=True,
            end_meaning=ListSource.EndMeaning.LAST_INSIDE,
            guard_percent=Decimal(50),
            due_day=10,
            hukou_in=asked_for(self.place.city, self.agency),
            actor=self.reviewer,
        )

    def _take_list(self, source: ListSource, month: date) -> None:
        """Compared, and applied where it changes anything."""
        names = dict(RecipientCategory.objects.values_list("code", "name"))
        at = self._at(month, 6)
        listing = upload_list(
            source,
            content=list_file(self.population, month, names),
            filename=f"困难群众名单{month:%Y%m}.csv",
            as_of=month,
            is_full=True,
            actor=self.reviewer,
            at=at,
        )
        work(LIST_WORK, at)
        listing = ListImport.objects.get(pk=listing.pk)
        if any(listing.counts[outcome] for outcome in ("new", "changed", "moved", "ended")):
            apply_list(listing, actor=self.reviewer, at=at)
            work(LIST_WORK, at)
        else:
            discard_list(listing, reason="与上月相同", actor=self.reviewer, at=at)

    def _bills(self) -> BillSource:
        source = BillSource.objects.create(
            code=f"yb{self.agency.code}",
            name=f"{self.agency.name}结算平台",
            agency=self.agency,
            meaning=Meaning.RECORDED if self.place.grants_itself else Meaning.SETTLED,
            city=self.place.city,
        )
        at = self.days.opening
        draft_source(source, text=national_text(), actor=None, at=at)
        release_source(source, actor=None, at=at)
        return source

    def _take_bills(self, source: BillSource, rows: Sequence[BillFields], month: date) -> None:
        """Those sent until the day the file is read; what a person of no list was billed stays in doubt."""
        if not rows:
            return
        table: list[Sequence[object]] = [
            BILL_HEAD,
            *([row[name] for name in BILL_HEAD] for row in rows),
        ]

        def numbered() -> Iterator[tuple[int, Sequence[object]]]:
            return iter(enumerate(table, start=1))

        import_bills(
            source,
            numbered,
            file_name=f"结算{month:%Y%m}.csv",
            actor=self.reviewer,
            at=self._at(month, 32),
        )

    def _take_payments(self, rows: Sequence[BillFields], month: date) -> None:
        """Huimin insurance reports the quarter a little later."""
        at = self._at(month, 40)
        paid = list(payments(rows, localdate(at)))
        if not paid:
            return
        source = self.agency_payer(at)
        file = payers.upload_payer_file(
            source,
            content=as_csv(PAID_HEAD, paid).encode(),
            filename=f"惠民保理赔{month:%Y%m}.csv",
            actor=self.reviewer,
            at=at,
        )
        work(PAYER_EXECUTORS, at)
        payers.book_payer_file(file, actor=self.reviewer, at=at)
        work(PAYER_EXECUTORS, at)

    def agency_payer(self, at: datetime) -> PayerSource:
        found = PayerSource.objects.filter(agency=self.agency).first()
        return found or payers.save_payer(
            None, agency=self.agency, name="惠民保", payer="huimin", actor=self.reviewer, at=at
        )
