"""Which document, identities and terms a bill has: everything but the running amounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.bills.facts import Bill, Days, History, Span
from assistance.calculation.bills.status import Window, active, recognitions, window_of
from assistance.calculation.bills.terms import Case, Grant, Rules, rules_of
from assistance.calculation.codes import Category, Insured, Missing, Reason, RefusalCode, Setting
from assistance.calculation.policy.book import Book
from assistance.calculation.policy.model import Pack
from assistance.calculation.results import MissingFact, refuse


@dataclass(slots=True)
class Resolved:
    """A bill with its document and terms; without grants `reason` says why not."""

    bill: Bill
    rules: Rules
    days: Days
    reason: Reason
    grants: tuple[Grant, ...]
    outpatient: int
    fills: int
    whole: bool = False  # the base is the whole cost, out-of-scope included (B-02)
    spans: tuple[Span, ...] = ()
    window: Window | None = None


class Resolver:
    """Resolves the bills of one history in the order they were settled."""

    def __init__(self, history: History, book: Book) -> None:
        self.history = history
        self.book = book
        self.missing: list[MissingFact] = []
        self._joint_before = {opening.year for opening in history.openings if opening.joint}
        self._joint: dict[str, int] = {}
        self._channel: dict[str, date] = {}
        self._windows: list[Window] | None = None

    def resolve(self, index: int, bill: Bill) -> Resolved:
        """Raises `Refused`; facts only a person can supply are noted in `missing`."""
        field = f"expenses[{index}]"
        pack = self.book.get("assist", on=bill.settled_on, field=f"{field}.date")
        rules = rules_of(pack)
        days = self._deciding_days(bill, pack, field)
        certified = rules.certifies and self._certified(bill, days)
        case = self._case(bill, days, certified)
        reason, spans, window = self._identities(bill, days)
        grants: tuple[Grant, ...] = ()
        if not bill.designated:
            reason = Reason.NOT_DESIGNATED
        elif spans:
            grants = self._grants(spans, case, rules, bill, field)
            if not grants:
                reason = Reason.NOT_COVERED
        if bill.insured is Insured.NO and grants:
            self.missing.append(MissingFact(Missing.NOT_INSURED, f"{field}.insured", "B-05"))
        outpatient = rules.outpatient(bill.setting, bill.settled_on)
        fills = bool(grants) and not outpatient
        return Resolved(
            bill,
            rules,
            days,
            reason,
            grants,
            int(outpatient),
            int(fills),
            case.psychiatric and pack.says("psychiatric_scope", "all"),
            spans,
            window,
        )

    def forget(self, bill_id: str) -> None:
        """A reversed bill of the special-disease channel certifies nobody any more."""
        self._channel.pop(bill_id, None)
        self._joint.pop(bill_id, None)

    @property
    def joint_years(self) -> set[int]:
        """Years in which a bill of a certified person was settled."""
        return self._joint_before | set(self._joint.values())

    def _deciding_days(self, bill: Bill, pack: Pack, field: str) -> Days:
        """Days whose status counts (B-03); for the dead the day of death (AMB-62)."""
        first = last = bill.settled_on
        if pack.says("status_basis", "service_end"):
            first = last = bill.service_to or bill.settled_on
        elif pack.says("status_basis", "any_day_of_stay"):
            first = bill.service_from or bill.settled_on
            last = bill.service_to or bill.settled_on
        died = self.history.died_on
        if died is None or bill.settled_on <= died:
            return Days(first, last)
        begun = bill.service_from
        if begun is None:
            self.missing.append(
                MissingFact(Missing.SERVICE_DAYS, f"{field}.service_from", "AMB-62")
            )
        elif begun > died:
            raise refuse(
                RefusalCode.SERVICE_AFTER_DEATH, f"{field}.service_from", date=begun, died_on=died
            )
        if pack.says("status_of_the_dead", "deciding_day"):
            return Days(first, last)
        return Days(min(first, died), min(last, died))

    def _certified(self, bill: Bill, days: Days) -> bool:
        """By a record, or by a settlement through the special-disease channel (B-12)."""
        if bill.setting == Setting.SPECIAL_OUTPATIENT and bill.designated:
            self._channel[bill.id] = bill.settled_on
        recorded = any(
            days.meet(period.first_day, period.last_day) for period in self.history.special_disease
        )
        return recorded or any(day <= bill.settled_on for day in self._channel.values())

    def _case(self, bill: Bill, days: Days, certified: bool) -> Case:
        holder = bill.psychiatric and any(
            days.meet(period.first_day, period.last_day)
            for period in self.history.psychiatric_certificates
        )
        if certified:
            self._joint[bill.id] = bill.settled_on.year
        certifies = self._joint or self._joint_before
        joint = bool(certifies) and bill.settled_on.year in self.joint_years
        return Case(bill.setting, holder, certified, joint)

    def _identities(self, bill: Bill, days: Days) -> tuple[Reason, tuple[Span, ...], Window | None]:
        """The identities of the deciding days, or those of a later recognition."""
        if bill.category is not None:
            given = Span(
                category=bill.category,
                first_day=bill.settled_on,
                state_allowance=bill.state_allowance,
            )
            return Reason.OK, (given,), None
        spans = active(self.history.status, days.first, days.last)
        if spans:
            return Reason.OK, spans, None
        for window in self._lookback():
            if window.holds(days.last):
                return Reason.LOOKBACK, window.spans, window
        return Reason.NOT_RECIPIENT, (), None

    def _lookback(self) -> list[Window]:
        """Windows of all new recognitions, the earliest first: it pays, and pays once."""
        if self._windows is None:
            self._windows = []
            for pack in self.book.packs:
                self._windows.extend(self._windows_of(pack))
            self._windows.sort(key=lambda window: window.recognised_on)
        return self._windows

    def _windows_of(self, pack: Pack) -> list[Window]:
        latest = max((span.first_day for span in self.history.status), default=None)
        listed = pack.find("lookback.categories", on=latest) if latest else None
        if listed is None:
            return []
        upgrades = pack if pack.says("lookback_upgrade", "yes") else None
        found: list[Window] = []
        for day, spans in recognitions(self.history.status, listed.names, upgrades=upgrades):
            ruling = self.book.in_force("assist", day)
            window = window_of(day, pack) if ruling is pack else None
            if window and self.book.forced in (None, pack.code):
                found.append(Window(day, *window, spans, listed))
        return found

    def _grants(
        self, spans: tuple[Span, ...], case: Case, rules: Rules, bill: Bill, field: str
    ) -> tuple[Grant, ...]:
        """By every identity the document knows; one that it does not know, or that is only a reason of
        admission (B-01), counts for nothing beside another and is refused alone."""
        known = tuple(span for span in spans if rules.knows(span.category, bill.settled_on))
        found: list[Grant] = []
        for span in known or spans:
            category = self._category(span, rules, bill, field)
            grant = rules.grant(category, case, bill.settled_on)
            if grant is not None:
                found.append(grant)
        return tuple(found)

    def _category(self, span: Span, rules: Rules, bill: Bill, field: str) -> Category:
        """The category as the document names it; a 精减职工 needs the allowance (B-26)."""
        on = bill.settled_on
        if not rules.knows(span.category, on):
            by_reason = span.category == Category.YINBING
            code = RefusalCode.CATEGORY_IS_REASON if by_reason else RefusalCode.UNKNOWN_CATEGORY
            raise refuse(code, f"{field}.category")
        if span.category != Category.JINGJIAN:
            return span.category
        own = rules.pack.get(f"ratio.{Category.JINGJIAN}", on=on).number
        if own == rules.pack.get(f"ratio.{Category.OTHER}", on=on).number:
            return span.category
        if span.state_allowance is None:
            self.missing.append(
                MissingFact(Missing.STATE_ALLOWANCE, f"{field}.state_allowance", "B-26")
            )
        return span.category if span.state_allowance else Category.OTHER
