"""Questions about lists, quarters and indicators in the golden files' names."""

from __future__ import annotations

from datetime import date

from assistance.calculation.annual.bottom_line import (
    BottomLinePerson,
    BottomLineRow,
    bottom_line,
)
from assistance.calculation.annual.risk_pool import PoolFacts, risk_pool
from assistance.calculation.bills.facts import Span
from assistance.calculation.codes import Category, Metric, Outcome, Reason, RefusalCode
from assistance.calculation.golden.packs import configured
from assistance.calculation.golden.reader import Reader
from assistance.calculation.golden.shapes import Reply
from assistance.calculation.money import yuan
from assistance.calculation.plain.indicators import kpi
from assistance.calculation.plain.jurisdiction import jurisdiction
from assistance.calculation.plain.lists import list_duty, quarter
from assistance.calculation.policy import Pack, template
from assistance.calculation.results import Answer
from assistance.calculation.serial import Plain

# Only this document has lists; the questions do not name it.
_DOCUMENT = "ZS22"
_METRICS = {
    "implementation_rate": Metric.ASSISTANCE_RATE,
    "assistance_implementation_rate": Metric.ASSISTANCE_RATE,
    "premium_subsidy_rate": Metric.ENROLMENT_RATE,
}
# The golden files know one reason where we tell two apart.
_REASONS = {
    Reason.AT_LIMIT: Reason.BOTTOM_LINE,
    Reason.DIED_BY_QUARTER_END: Reason.NOT_RECIPIENT_AT_QUARTER_END,
}


def pool_question(inputs: Reader) -> Reply:
    pack = _pack(inputs)
    facts = PoolFacts(
        burden=inputs.amount("burden_ytd"),
        on=inputs.optional_day("date") or pack.first_day,
        is_recipient=inputs.flag("is_recipient", False),
        exited_recipient=inputs.flag("exited_recipient", False),
        exited_on=inputs.optional_day("exited_on"),
        insured=inputs.flag("insured", True),
    )
    inputs.close()
    inputs.checks.done()
    result = risk_pool(facts, pack)
    pools: list[Plain] = [pool.value for pool in result.pools]
    return Reply(
        result,
        {
            "pool": pools[0] if pools else None,
            "pools": pools,
            "push_to": list(result.push_to),
        },
    )


def quarter_question(inputs: Reader) -> Reply:
    pack = _pack(inputs)
    run_date = inputs.day("run_date")
    inputs.close()
    inputs.checks.done()
    found = quarter(run_date, pack)
    return Reply(
        _answer(pack),
        {
            "year": found.year,
            "quarter": found.number,
            "period_start": found.period_start.isoformat(),
            "quarter_end": found.end.isoformat(),
        },
    )


def bottom_line_question(inputs: Reader) -> Reply:
    pack = _pack(inputs)
    run_date = inputs.day("run_date")
    persons = [_person(person) for person in inputs.objects("persons")]
    inputs.close()
    inputs.checks.done()
    result = bottom_line(persons, run_date, pack)
    listed: list[Plain] = [row.id for row in result.rows if row.listed]
    return Reply(
        result,
        {
            "list_ids": listed,
            "agenda_ids": [row.id for row in result.rows if row.on_agenda],
            "rows": [_row(row) for row in result.rows],
            "total": yuan(result.total),
        },
    )


def _person(reader: Reader) -> BottomLinePerson:
    aid = reader.nested("other_aid_ytd")
    person = BottomLinePerson(
        id=reader.text("id"),
        burden=reader.amount("burden_ytd"),
        status=_status(reader),
        other_aid=tuple((source, aid.amount(source)) for source in aid.data),
        paid_before=reader.amount("bottom_line_paid_ytd", 0),
        died_on=reader.optional_day("died_on"),
    )
    reader.close()
    return person


def _status(reader: Reader) -> tuple[Span, ...]:
    """`status[]`, or one spell; `cancelled_on` is the first day without status (AMB-32)."""
    if reader.has("status"):
        return tuple(_span(span) for span in reader.objects("status"))
    first = reader.day("recognised_from")
    cancelled = reader.optional_day("cancelled_on")
    if cancelled is not None and cancelled < first:
        reader.checks.refuse(
            RefusalCode.EXIT_BEFORE_APPROVAL,
            reader.field("cancelled_on"),
            first_day=first,
            last_day=cancelled,
        )
    category = _category(reader)
    if cancelled is None:
        return (Span(category=category, first_day=first),)
    if cancelled == first:
        return ()
    last = date.fromordinal(cancelled.toordinal() - 1)
    return (Span(category=category, first_day=first, last_day=last),)


def _span(reader: Reader) -> Span:
    first, last = reader.day("from"), reader.optional_day("to")
    if last is not None and last < first:
        reader.checks.refuse(
            RefusalCode.EXIT_BEFORE_APPROVAL, reader.field("to"), first_day=first, last_day=last
        )
    span = Span(category=_category(reader), first_day=first, last_day=last)
    reader.close()
    return span


def _category(reader: Reader) -> Category:
    return reader.name("category", Category, RefusalCode.UNKNOWN_CATEGORY, Category.DIBAO)


def _row(row: BottomLineRow) -> Plain:
    return {
        "id": row.id,
        "listed": row.listed,
        "reason": _REASONS.get(row.reason, row.reason).value,
        "detail": row.reason.value,
        "list_burden": yuan(row.list_burden),
        "after_other_aid": yuan(row.after_other_aid),
        "amount": yuan(row.amount),
    }


def jurisdiction_question(inputs: Reader) -> Reply:
    pack = _pack(inputs)
    area = inputs.text("recognition_area")
    insured = inputs.text("insured_area") if inputs.has("insured_area") else None
    inputs.close()
    inputs.checks.done()
    found = jurisdiction(area, insured, pack, pack.first_day)
    return Reply(
        _answer(pack),
        {"assistance_agency": found.assistance_agency, "premium_payer": found.premium_payer},
    )


def kpi_question(inputs: Reader) -> Reply:
    pack = _pack(inputs)
    given = inputs.raw("metric")
    known = _METRICS.get(given) if isinstance(given, str) else None
    metric = known or inputs.name(
        "metric", Metric, RefusalCode.UNKNOWN_METRIC, Metric.ENROLMENT_RATE
    )
    if not inputs.has("metric"):
        inputs.checks.refuse(RefusalCode.FIELD_MISSING, "metric")
    numerator, denominator = inputs.amount("numerator"), inputs.amount("denominator")
    inputs.close()
    inputs.checks.done()
    found = kpi(metric, numerator, denominator, pack, pack.first_day)
    shown = None if found.rate is None else yuan(found.rate)
    return Reply(_answer(pack), {"rate_percent": shown, "met": found.met})


def duty_question(inputs: Reader) -> Reply:
    pack = _pack(inputs)
    year = inputs.year("year")
    month = inputs.raw("month")
    if type(month) is not int:
        inputs.checks.refuse(RefusalCode.BAD_NUMBER, "month")
    live = inputs.flag("data_sharing_live", False)
    inputs.close()
    inputs.checks.done()
    duties = list_duty(year, month if isinstance(month, int) else 0, live, pack)
    return Reply(_answer(pack), {"duties": [duty.value for duty in duties]})


def _pack(inputs: Reader) -> Pack:
    document = inputs.text("document", _DOCUMENT)
    if document != _DOCUMENT:
        inputs.checks.refuse(RefusalCode.UNKNOWN_DOCUMENT, "document")
        inputs.checks.done()
    return configured(template(_DOCUMENT), inputs)


def _answer(pack: Pack) -> Answer:
    return Answer(outcome=Outcome.AMOUNT, document=pack.code, version=pack.version)
