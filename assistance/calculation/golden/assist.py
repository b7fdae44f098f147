"""`assist` and `version` questions in the golden files' names."""

from __future__ import annotations

from assistance.calculation.bills.facts import (
    Bill,
    History,
    Opening,
    Period,
    Reversal,
    Span,
)
from assistance.calculation.bills.results import AssistResult, BillResult, YearTotal
from assistance.calculation.bills.run import assist
from assistance.calculation.codes import Category, Insured, Outcome, RefusalCode, Setting
from assistance.calculation.dates import FIRST_YEAR, LAST_YEAR
from assistance.calculation.golden.packs import book_of, city_book
from assistance.calculation.golden.reader import Reader
from assistance.calculation.golden.shapes import Reply, rate_text
from assistance.calculation.money import yuan
from assistance.calculation.results import Answer
from assistance.calculation.serial import Plain


def assist_question(inputs: Reader) -> Reply:
    """A person's bills in the order settled, with all steps of every bill."""
    book = book_of(inputs)
    result = assist(history_of(inputs), book)
    return Reply(result, _fields(result))


def history_of(inputs: Reader) -> History:
    """The facts of an `assist` question. Raises `Refused` where they cannot be read."""
    person = inputs.nested("person")
    history = History(
        bills=tuple(_entry(n, entry) for n, entry in enumerate(inputs.objects("expenses"))),
        status=tuple(_span(span) for span in person.objects("status")),
        psychiatric_certificates=_periods(person, "psych_cert"),
        special_disease=_periods(person, "special_disease"),
        openings=_openings(inputs.nested("opening")),
        died_on=person.optional_day("died_on"),
    )
    person.close()
    inputs.close()
    inputs.checks.done()
    return history


def version_question(inputs: Reader) -> Reply:
    """The document in force for a city on a day."""
    book = city_book(inputs.text("city"))
    day = inputs.day("date")
    inputs.close()
    inputs.checks.done()
    pack = book.get("assist", on=day, field="date")
    result = Answer(outcome=Outcome.AMOUNT, document=pack.code, version=pack.version)
    return Reply(result, {"document": pack.code, "version": pack.version})


def _span(reader: Reader) -> Span:
    span = Span(
        category=_category(reader, "category") or Category.OTHER,
        first_day=reader.day("from"),
        last_day=reader.optional_day("to"),
        state_allowance=_allowance(reader),
    )
    if not reader.has("category"):
        reader.checks.refuse(RefusalCode.FIELD_MISSING, reader.field("category"))
    reader.close()
    return span


def _category(reader: Reader, name: str) -> Category | None:
    if not reader.has(name):
        return None
    return reader.name(name, Category, RefusalCode.UNKNOWN_CATEGORY, Category.OTHER)


def _allowance(reader: Reader) -> bool | None:
    """JINGJIAN in the golden files is 享受国家定期定量补助精减职工, unless they say no."""
    if reader.raw("category") != Category.JINGJIAN:
        return reader.optional_flag("state_allowance")
    return reader.flag("state_allowance", True)


def _periods(person: Reader, name: str) -> tuple[Period, ...]:
    """`…_from` and `…_to` of a certificate, both days inclusive."""
    first, last = person.optional_day(f"{name}_from"), person.optional_day(f"{name}_to")
    if first is None:
        if last is not None:
            person.checks.refuse(RefusalCode.FIELD_MISSING, person.field(f"{name}_from"))
        return ()
    return (Period(first_day=first, last_day=last),)


def _openings(reader: Reader) -> tuple[Opening, ...]:
    found: list[Opening] = []
    for key in reader.data:
        year = int(key) if key.isascii() and key.isdigit() and len(key) == 4 else 0
        if not FIRST_YEAR <= year <= LAST_YEAR:
            reader.checks.refuse(RefusalCode.BAD_YEAR, reader.field(key) or "opening")
            continue
        row = reader.nested(key)
        found.append(
            Opening(
                year=year,
                inpatient=row.amount("in", 0),
                outpatient=row.amount("out", 0),
                deductible_base=row.amount("deduct_base", 0),
                joint=row.flag("joint", False),
            )
        )
        row.close()
    return tuple(found)


def _entry(n: int, reader: Reader) -> Bill | Reversal:
    if reader.has("reverses"):
        entry = Reversal(of=reader.text("reverses"), on=reader.day("date"))
        reader.close()
        return entry
    in_scope = reader.amount("in_scope")
    bill = Bill(
        id=reader.text("invoice", "") or f"#{n + 1}",
        settled_on=reader.day("date"),
        in_scope=in_scope,
        total=reader.amount("total", in_scope),
        basic=reader.amount("basic", 0),
        supplementary=reader.amount("supplementary", 0),
        rare_fund=reader.amount("rare_fund", 0),
        big=reader.amount("big", 0),
        huimin=reader.amount("huimin", 0),
        setting=reader.name("setting", Setting, RefusalCode.UNKNOWN_SETTING, Setting.INPATIENT),
        category=_category(reader, "category"),
        state_allowance=_allowance(reader),
        psychiatric=reader.flag("psychiatric", False),
        designated=reader.flag("designated", True),
        insured=reader.name("insured", Insured, RefusalCode.UNKNOWN_INSURED, Insured.YES),
        service_from=reader.optional_day("service_from"),
        service_to=reader.optional_day("service_to"),
        booked=reader.optional_amount("booked"),
    )
    reader.close()
    return bill


def _fields(result: AssistResult) -> dict[str, Plain]:
    answer: dict[str, Plain] = {
        "document": result.document,
        "assist": [yuan(bill.granted) for bill in result.bills],
        "lines": [_line(bill) for bill in result.bills],
        "total": yuan(result.total),
        "years": {str(year.year): _year(year) for year in result.years},
    }
    if result.floor_values:
        answer["label"] = "floor values, county parameters not configured"
    return answer


def _line(bill: BillResult) -> Plain:
    return {
        "document": bill.document,
        "reason": bill.reason.value,
        "category": bill.category.value if bill.category else None,
        "ratio": rate_text(bill.rate),
        "burden": yuan(bill.burden),
        "over_deductible": yuan(bill.over_deductible),
        "computed": yuan(bill.entitled),
        "room": None if bill.room > _SHOWN else yuan(bill.room),
        "assist": yuan(bill.granted),
        "self_pay": yuan(bill.burden_after),
    }


# A room beyond this is no limit at all and not worth a figure.
_SHOWN = 10**15


def _year(year: YearTotal) -> Plain:
    return {
        "assist_in": yuan(year.inpatient),
        "assist_out": yuan(year.outpatient),
        "assist_total": yuan(year.total),
        "deduct_base": yuan(year.deductible_base),
    }
