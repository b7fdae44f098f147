"""Own cost of a Jingning settlement year: what counts and what is deducted (JN21-2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from assistance.calculation.annual.jingning_facts import CostItem, JingningFacts, OtherAid
from assistance.calculation.codes import RefusalCode, Step, Value
from assistance.calculation.policy import Pack
from assistance.calculation.results import Line, line, refuse


@dataclass(frozen=True, slots=True)
class _Scope:
    """What the pack counts as own cost."""

    year: int
    settings: tuple[str, ...]
    settings_clause: str
    in_catalogue: bool
    mass_organisations: bool

    def aid(self, aid: OtherAid) -> int:
        more = aid.of_mass_organisations if self.mass_organisations else 0
        return aid.government + more

    def not_deducted(self, aid: OtherAid) -> tuple[int, int, int]:
        others = 0 if self.mass_organisations else aid.of_mass_organisations
        return aid.charity, aid.private_insurance, others


def own_cost(facts: JingningFacts, pack: Pack) -> tuple[int, tuple[Line, ...]]:
    """Own cost of the year: excluded items never fill the deductible (JN21-2.2.3)."""
    settings = pack.get("settings_counted", on=facts.last_day)
    scope = _Scope(
        year=facts.settlement_year,
        settings=settings.names,
        settings_clause=settings.clause,
        in_catalogue=pack.choice("cost_scope") == "in_catalogue",
        mass_organisations=pack.choice("other_departments") != "government_only",
    )
    lines: list[Line] = []
    own = 0
    for n, item in enumerate(facts.items):
        left_out = _left_out(item, scope)
        if left_out is not None:
            lines.append(left_out)
            continue
        amount, counted = _counted(n, item, scope)
        own += amount
        lines.extend(counted)
    aid = scope.aid(facts.aid)
    if aid:
        lines.append(line(Step.PERSON_AID_DEDUCTED, "JN21-2.3.2", aid=aid))
    lines.extend(_recorded(facts.aid, scope))
    own -= aid
    if own < 0:
        lines.append(line(Step.AID_ABOVE_COST, "AMB-58", excess=-own))
    own = max(0, own)
    lines.append(line(Step.OWN_COST, settings.clause, settings.first_day, year=scope.year, own=own))
    return own, tuple(lines)


def _left_out(item: CostItem, scope: _Scope) -> Line | None:
    """Why an item does not count, or None."""
    known: dict[str, Value] = {"item": item.id, "date": item.settled_on}
    clause = scope.settings_clause
    if item.settled_on.year != scope.year:
        return line(Step.ITEM_OTHER_YEAR, "AMB-26", **known, year=scope.year)
    if item.exclusion is not None:
        return line(Step.ITEM_EXCLUDED, "JN21-2.2.3", **known, exclusion=item.exclusion)
    if not item.designated:
        return line(Step.ITEM_NOT_DESIGNATED, "JN21-2.2.3", **known)
    if item.setting not in scope.settings:
        return line(Step.ITEM_SETTING, clause, **known, setting=item.setting)
    if not item.therapeutic:
        return line(Step.ITEM_NOT_THERAPEUTIC, clause, **known)
    return None


def _counted(n: int, item: CostItem, scope: _Scope) -> tuple[int, tuple[Line, ...]]:
    cost = item.total
    paid = item.insurance + item.assistance
    if scope.in_catalogue:
        if item.in_scope is None:
            raise refuse(RefusalCode.FIELD_MISSING, f"items[{n}].in_scope")
        cost = item.in_scope
    if paid > cost:
        raise refuse(
            RefusalCode.REIMBURSEMENT_EXCEEDS_COST, f"items[{n}].in_scope", paid=paid, cost=cost
        )
    aid = scope.aid(item.aid)
    own = cost - paid - aid
    counted = line(
        Step.ITEM_COUNTED,
        scope.settings_clause,
        item=item.id,
        date=item.settled_on,
        setting=item.setting,
        cost=cost,
        insurance=item.insurance,
        assistance=item.assistance,
        other_aid=aid,
        own=own,
    )
    return own, (counted, *_recorded(item.aid, scope))


def _recorded(aid: OtherAid, scope: _Scope) -> tuple[Line, ...]:
    charity, private, others = scope.not_deducted(aid)
    if not (charity or private or others):
        return ()
    return (
        line(
            Step.AID_NOT_DEDUCTED,
            "AMB-50",
            charity=charity,
            private_insurance=private,
            other_bodies=others,
        ),
    )
