"""A county's own version of a document of its city: whether it may be released, and what it changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistance.accounts.models import Agency
from assistance.calculation import (
    Bill,
    Book,
    Category,
    History,
    Outcome,
    Pack,
    PolicyValue,
    Setting,
    Span,
    assist,
    check,
)
from assistance.calculation.policy.schema import KEYS, ValueKind
from assistance.policies.models import PolicyVersion
from assistance.policies.queries import pack_of
from assistance.policies.wording import refusal
from assistance.policies.wording.names import NAMES
from assistance.shared.errors import Refused
from assistance.shared.money import from_fen, yuan

# What the first part of a key means; the rest is a category of recipients or a number.
LABELS: Mapping[str, str | Promise] = {
    "ratio": gettext_lazy("ratio"),
    "outpatient_ratio": gettext_lazy("ratio of outpatient care"),
    "deductible": gettext_lazy("deductible"),
    "override_reason": gettext_lazy("why the deductible is above the income"),
    "tier_from": gettext_lazy("tier from"),
    "tier_ratio": gettext_lazy("ratio of the tier"),
    "cap.inpatient": gettext_lazy("annual limit"),
    "cap.outpatient": gettext_lazy("annual limit of outpatient care"),
    "outpatient.mode": gettext_lazy("mode of outpatient assistance"),
    "income_per_head": gettext_lazy("last year's income per head"),
    "premium.ratio": gettext_lazy("share of the premium that is paid"),
    "alarm.large_cost": gettext_lazy("large cost from"),
}
# Burdens in fen of the examples that are shown before a release.
EXAMPLES = (1_000_00, 10_000_00, 50_000_00, 200_000_00)


def framework_of(pack: Pack) -> Pack:
    """The document of the city that a county's pack fills in, as last released. Raises Refused."""
    versions = PolicyVersion.objects.filter(code=pack.framework, agency__isnull=True)
    version = versions.order_by("number").last()
    if not pack.framework or version is None:
        raise Refused(
            _(
                "framework: name the released document of the city that the county fills in, such as WZ19."
            )
        )
    return pack_of(version)


def check_county_pack(pack: Pack, agency: Agency) -> Pack:
    """The framework that the county's pack keeps to. Raises Refused with a sentence for every breach.

    Floors, annual limit, deductibles, income and tiers are compared on each first day of a value (WZ19-3.5,
    4.2); what a document calls a mere rule of thumb does not refuse, `advice` names it.
    """
    framework = framework_of(pack)
    _check_framework(framework)
    faults = [*_head_faults(pack, framework, agency), *_gaps(pack, framework)]
    faults += [sentence for sentence, binding in _breaches(pack, framework) if binding]
    if faults:
        raise Refused("\n".join(dict.fromkeys(faults)))
    return framework


def _check_framework(framework: Pack) -> None:
    """Only a framework has limits to keep to."""
    if framework.level != "framework":
        raise Refused(
            _("framework: %(code)s is in force as it is and leaves counties nothing to fill in.")
            % {"code": framework.code}
        )


def advice(pack: Pack, framework: Pack) -> list[str]:
    """Where the county goes beyond what the city merely advises (逐步取消, 一般)."""
    found = (sentence for sentence, binding in _breaches(pack, framework) if not binding)
    return list(dict.fromkeys(found))


def _head_faults(pack: Pack, framework: Pack, agency: Agency) -> Iterator[str]:
    if pack.level != "county":
        yield _("level: a county's own version has the level “county”.")
    of_others = PolicyVersion.objects.exclude(agency=agency)
    if of_others.filter(code=pack.code).exists():
        yield _("code: “%(code)s” is the code of another document.") % {"code": pack.code}
    if pack.jurisdiction in {pack_of(version).jurisdiction for version in of_others}:
        yield _("jurisdiction: “%(place)s” is another place; the county needs its own name.") % {
            "place": pack.jurisdiction
        }
    if pack.first_day < framework.first_day:
        yield _("first_day: %(code)s is in force from %(day)s.") % {
            "code": framework.code,
            "day": framework.first_day.isoformat(),
        }
    last = PolicyVersion.objects.filter(code=pack.code, agency=agency).order_by("number").last()
    if last is not None and pack.first_day > last.first_day:
        # Only the newest version of a code is read: what it leaves out is lost for the bills of earlier days.
        yield _(
            "first_day: the version before began on %(day)s. Keep its values and add those that change with a later first day."
        ) % {"day": last.first_day.isoformat()}


def _gaps(pack: Pack, framework: Pack) -> Iterator[str]:
    """What the city's document says and the county's does not: a limit left out would be no limit."""
    for programme in framework.programmes:
        if pack.start_of(programme) is None:
            yield _("%(what)s: %(code)s offers it, and the county's version leaves it out.") % {
                "what": programme,
                "code": framework.code,
            }
    for key in dict.fromkeys(value.key for value in framework.values):
        if pack.find(key, on=pack.first_day) is None and framework.find(key, on=pack.first_day):
            yield _("%(what)s: %(code)s sets it, and the county's version leaves it out.") % {
                "what": named(key),
                "code": framework.code,
            }


def _breaches(pack: Pack, framework: Pack) -> Iterator[tuple[str, bool]]:
    days = {pack.first_day, *(value.first_day for value in (*pack.values, *framework.values))}
    for day in sorted(day for day in days if day >= pack.first_day):
        for breach in check(pack, against=framework, on=day):
            said = refusal(breach.refusal).partition("：")[2]
            sentence = _("%(what)s: %(said)s (%(clause)s, from %(day)s)") % {
                "what": named(breach.refusal.field),
                "said": said,
                "clause": breach.limit.clause,
                "day": day.isoformat(),
            }
            yield sentence, breach.binding


def named(key: str) -> str:
    """A key with what it means, “ratio.DIBAO (ratio Low-income family)”."""
    if key in LABELS:
        return f"{key} ({LABELS[key]})"
    first, *rest = key.split(".")
    if first not in LABELS:
        return key
    words = (LABELS[first], *(NAMES.get(part, part) for part in rest))
    return f"{key} ({' '.join(str(word) for word in words)})"


@dataclass(frozen=True, slots=True)
class Change:
    """A value that is not the city's: by which clause, from which day."""

    key: str
    clause: str
    first_day: date
    before: str
    after: str


def changes(pack: Pack, before: Pack) -> list[Change]:
    """Every dated value that one pack has and the other has not, in the order of the pack."""
    return [
        Change(
            key=named(value.key),
            clause=value.clause,
            first_day=value.first_day,
            before=_shown(before.find(value.key, on=value.first_day)),
            after=_shown(value),
        )
        for value in pack.values
        if _shown(before.find(value.key, on=value.first_day)) != _shown(value)
    ]


def _shown(value: PolicyValue | None) -> str:
    if value is None:
        return "—"
    if isinstance(value.value, tuple):
        return "、".join(str(NAMES.get(name, name)) for name in value.value)
    if isinstance(value.value, str):
        return value.value
    kind = KEYS[value.key].kind
    if kind is ValueKind.YUAN:
        return yuan(from_fen(value.value))
    if kind is ValueKind.RATIO:
        return f"{(Decimal(value.value) / 100).normalize():f}%"
    return str(value.value)


@dataclass(frozen=True, slots=True)
class Example:
    """One bill of a year, by both documents; None where one of them gives no figure."""

    category: str
    setting: str
    burden: Decimal
    before: Decimal | None
    after: Decimal | None


def examples(pack: Pack, before: Pack, on: date) -> list[Example]:
    """What a first bill of the year would be granted by both, where that is not the same."""
    found = []
    for category in Category:
        if pack.find(f"ratio.{category}", on=on) is None:
            continue
        for setting in (Setting.INPATIENT, Setting.OUTPATIENT):
            for burden in EXAMPLES:
                old, new = (
                    _granted(document, category, setting, burden, on) for document in (before, pack)
                )
                if old != new:
                    names = str(NAMES[category]), str(NAMES[setting])
                    found.append(Example(*names, from_fen(burden), old, new))
    return found


def _granted(
    pack: Pack, category: Category, setting: Setting, burden: int, on: date
) -> Decimal | None:
    bill = Bill(id="1", settled_on=on, in_scope=burden, total=burden, setting=setting)
    span = Span(category=category, first_day=date(on.year, 1, 1))
    answer = assist(History(bills=(bill,), status=(span,)), Book((pack,)))
    return from_fen(answer.total) if answer.outcome == Outcome.AMOUNT else None
