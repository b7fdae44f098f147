"""The packs a question asks for, with the readings and local values it gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assistance.calculation.codes import Category, RefusalCode
from assistance.calculation.golden.reader import Reader
from assistance.calculation.policy import Pack, template, template_codes
from assistance.calculation.policy.book import Book, templates_of
from assistance.calculation.policy.limits import check
from assistance.calculation.policy.model import Amount
from assistance.calculation.policy.schema import FURTHER_TIERS, OUTPATIENT_MODES
from assistance.calculation.results import Refused, refuse

_LOCAL = "parameters of the county"
# Local values a document may be given, by the name of the golden files.
_PARAMETERS: Mapping[str, frozenset[str]] = {
    "LX20": frozenset({"outpatient_ratio"}),
    "WZ19": frozenset(
        {
            "ratio",
            "deductible",
            "deductible_reason",
            "tiers",
            "income_last_year",
            "outpatient",
        }
    ),
}


def document_pack(code: str, inputs: Reader) -> Pack:
    """The template of a document. Refuses unknown documents."""
    inputs.checks.done()
    if code not in template_codes():
        raise refuse(RefusalCode.UNKNOWN_DOCUMENT, "document")
    return template(code)


def city_book(city: str) -> Book:
    """All documents of a city. Refuses cities without one."""
    packs = templates_of(city)
    if not packs:
        raise refuse(RefusalCode.UNKNOWN_CITY, "city")
    return Book(packs)


def book_of(inputs: Reader) -> Book:
    """The documents an `assist` question may use: one forced, or all of a city."""
    if inputs.has("document"):
        forced = document_pack(inputs.text("document"), inputs)
        packs = templates_of(forced.jurisdiction)
        if forced.start_of("assist") is None:
            raise refuse(RefusalCode.NOT_OFFERED, "document", document=forced.code)
        book = Book(packs, forced=forced.code)
    else:
        city = inputs.text("city")
        inputs.checks.done()
        book = city_book(city)
    given = inputs.nested("switches")
    params = inputs.nested("params")
    named = [pack for pack in book.packs if book.forced in (None, pack.code)]
    chosen = _choices(given, named)
    packs = tuple(_with_choices(pack, chosen) for pack in book.packs)
    packs = tuple(
        _with_parameters(pack, params) if book.forced in (None, pack.code) else pack
        for pack in packs
    )
    for key in params.data:
        if not any(key in _PARAMETERS.get(pack.code, ()) for pack in named):
            document = ", ".join(pack.code for pack in named)
            params.checks.refuse(
                RefusalCode.UNKNOWN_PARAMETER, params.field(key), document=document
            )
    inputs.checks.done()
    return Book(packs, forced=book.forced)


def configured(pack: Pack, inputs: Reader) -> Pack:
    """The pack with the readings given under `switches`."""
    chosen = _choices(inputs.nested("switches"), [pack])
    inputs.checks.done()
    return _with_choices(pack, chosen)


def _choices(given: Reader, packs: list[Pack]) -> dict[str, str]:
    known = {switch.key: switch.choices for pack in packs for switch in pack.switches}
    chosen: dict[str, str] = {}
    for key in given.data:
        choice = given.text(key)
        if key not in known:
            given.checks.refuse(RefusalCode.UNKNOWN_SWITCH, given.field(key))
        elif choice not in known[key]:
            choices = ", ".join(known[key])
            given.checks.refuse(RefusalCode.UNKNOWN_CHOICE, given.field(key), choices=choices)
        else:
            chosen[key] = choice
    return chosen


def _with_choices(pack: Pack, chosen: Mapping[str, str]) -> Pack:
    own = {switch.key for switch in pack.switches}
    mine = {key: choice for key, choice in chosen.items() if key in own}
    return pack.choosing(**mine) if mine else pack


def _with_parameters(pack: Pack, params: Reader) -> Pack:
    """The pack with the county's values, checked against what the city sets."""
    values = dict(_parameters(pack, params))
    params.checks.done()
    if not values:
        return pack
    county = pack.with_values(values, clause=_LOCAL)
    breaches = check(county, against=pack, on=pack.first_day)
    binding = [breach.refusal for breach in breaches if breach.binding]
    if binding:
        raise Refused(*binding)
    return county


def _parameters(pack: Pack, params: Reader) -> Iterator[tuple[str, Amount]]:
    allowed = _PARAMETERS.get(pack.code, frozenset())
    if "outpatient_ratio" in allowed and params.has("outpatient_ratio"):
        yield from _outpatient_ratios(pack, params)
    for name in sorted(allowed & {"ratio", "deductible"}):
        yield from _by_category(pack, params, name)
    if "tiers" in allowed and params.has("tiers"):
        yield from _tiers(pack, params.nested("tiers"))
    if "deductible_reason" in allowed and params.has("deductible_reason"):
        yield from _reasons(params.nested("deductible_reason"))
    if "income_last_year" in allowed and params.has("income_last_year"):
        yield "income_per_head", params.amount("income_last_year")
    if "outpatient" in allowed and params.has("outpatient"):
        yield from _outpatient(params.nested("outpatient"))


def _outpatient_ratios(pack: Pack, params: Reader) -> Iterator[tuple[str, Amount]]:
    """One ratio for all classes that are assisted, or one a class (B-10)."""
    if isinstance(params.raw("outpatient_ratio"), dict):
        yield from _by_category(pack, params, "outpatient_ratio")
        return
    rate = params.rate("outpatient_ratio")
    for category in Category:
        if pack.find(f"outpatient_ratio.{category}", on=pack.first_day):
            yield f"outpatient_ratio.{category}", rate


def _by_category(pack: Pack, params: Reader, name: str) -> Iterator[tuple[str, Amount]]:
    given = params.nested(name)
    for category in given.data:
        if pack.find(f"ratio.{category}", on=pack.first_day) is None:
            given.checks.refuse(RefusalCode.UNKNOWN_CATEGORY, given.field(category))
            continue
        amount = given.amount(category) if name == "deductible" else given.rate(category)
        yield f"{name}.{category}", amount


def _tiers(pack: Pack, given: Reader) -> Iterator[tuple[str, Amount]]:
    """The tiers after the first, `{"DIBIAN": [{"from": "20000.00", "ratio": "0.70"}]}`."""
    for category in given.data:
        if pack.find(f"ratio.{category}", on=pack.first_day) is None:
            given.checks.refuse(RefusalCode.UNKNOWN_CATEGORY, given.field(category))
            continue
        for number, tier in enumerate(given.objects(category), start=FURTHER_TIERS[0]):
            if number not in FURTHER_TIERS:
                tier.checks.refuse(RefusalCode.UNKNOWN_PARAMETER, tier.path, document=pack.code)
                continue
            yield f"tier_from.{category}.{number}", tier.amount("from")
            yield f"tier_ratio.{category}.{number}", tier.rate("ratio")
            tier.close()


def _reasons(given: Reader) -> Iterator[tuple[str, Amount]]:
    """Why a deductible may lie above the income, 一般 being no more than a rule (AMB-23)."""
    for category in given.data:
        reason = given.text(category).strip()
        if category != Category.YINBING:
            given.checks.refuse(RefusalCode.UNKNOWN_CATEGORY, given.field(category))
        elif not reason:
            given.checks.refuse(RefusalCode.BAD_TEXT, given.field(category))
        yield f"override_reason.deductible.{Category.YINBING}", (reason,)


def _outpatient(given: Reader) -> Iterator[tuple[str, Amount]]:
    """The mode of outpatient assistance; its limit is mandatory (AMB-37)."""
    mode = given.text("mode")
    if mode in OUTPATIENT_MODES - {"own_ratio"}:
        yield "outpatient.mode", mode
    else:
        given.checks.refuse(RefusalCode.UNKNOWN_MODE, given.field("mode"))
    yield "cap.outpatient", given.amount("cap")
    for key in given.data:
        if key not in ("mode", "cap"):
            given.checks.refuse(
                RefusalCode.UNKNOWN_PARAMETER, given.field(key), document="outpatient"
            )
