"""The monthly screening: two risk pools and the watch on recipients (ZS22-2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assistance.calculation.checks import Checks
from assistance.calculation.codes import Outcome, Pool, RefusalCode, Step
from assistance.calculation.dates import add_months
from assistance.calculation.policy import Pack, PolicyValue
from assistance.calculation.results import Answer, Line, Refused, line, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """`burden` is the burden of the year to date in fen, on the base the reading names.

    For non-recipients after basic, big illness and 惠民保, assistance received earlier in
    the year deducted (AMB-36); for recipients after assistance too.
    """

    burden: int
    on: date
    is_recipient: bool = False
    exited_recipient: bool = False
    exited_on: date | None = None
    insured: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolResult(Answer):
    pools: tuple[Pool, ...] = ()
    push_to: tuple[str, ...] = ()


def risk_pool(facts: PoolFacts, pack: Pack) -> PoolResult:
    """Which list a person is on this month; a recipient is never in a pool."""
    try:
        checks = Checks()
        checks.amount("burden_ytd", facts.burden)
        checks.day("on", facts.on)
        checks.done()
        start = pack.start_of("risk_pool")
        if start is None or facts.on < start.first_day:
            raise refuse(
                RefusalCode.NO_POLICY_IN_FORCE,
                "on",
                document=pack.code,
                first_day=start.first_day if start else date.max,
            )
    except Refused as refused:
        return PoolResult(
            outcome=Outcome.REFUSED,
            document=pack.code,
            version=pack.version,
            refusals=refused.refusals,
        )
    found = [(pool, limit) for pool, limit in _tests(facts, pack) if facts.burden >= limit.number]
    if len(found) > 1 and pack.says("pool_double_membership", "no"):
        found = found[:1]
    pools = tuple(pool for pool, _ in found)
    return PoolResult(
        outcome=Outcome.AMOUNT,
        document=pack.code,
        version=pack.version,
        lines=_lines(facts, found, _tests(facts, pack)),
        pools=pools,
        push_to=_push(pools, facts, pack),
    )


def large_cost(facts: PoolFacts, pack: Pack) -> PoolResult:
    """Whether somebody who is no recipient bears so much that the county wants to be warned.

    The document names no amount: the county's own value is asked for (LX20-4.2, WZ19-3.5). Nor does it
    ask for insurance on record, as the pools of ZS22 do: `facts.insured` counts for nothing here.
    """
    try:
        checks = Checks()
        checks.amount("burden_ytd", facts.burden)
        checks.day("on", facts.on)
        checks.done()
        start = pack.start_of("large_cost")
        if start is None or facts.on < start.first_day:
            raise refuse(
                RefusalCode.NO_POLICY_IN_FORCE,
                "on",
                document=pack.code,
                first_day=start.first_day if start else date.max,
            )
        limit = pack.get("alarm.large_cost", on=facts.on)
    except Refused as refused:
        return PoolResult(
            outcome=Outcome.REFUSED,
            document=pack.code,
            version=pack.version,
            refusals=refused.refusals,
        )
    tests = [] if facts.is_recipient else [(Pool.LARGE_COST, limit)]
    found = [test for test in tests if facts.burden >= limit.number]
    return PoolResult(
        outcome=Outcome.AMOUNT,
        document=pack.code,
        version=pack.version,
        lines=_lines(facts, found, tests) if tests else (),
        pools=tuple(pool for pool, _ in found),
    )


def _tests(facts: PoolFacts, pack: Pack) -> list[tuple[Pool, PolicyValue]]:
    """The lists a person could be on, the special one before the general (AMB-36)."""
    if facts.is_recipient:
        return [(Pool.RECIPIENT_WATCH, pack.get("pool.recipient_watch", on=facts.on))]
    if not facts.insured:  # B-23
        return []
    tests = [(Pool.ZHIPIN, pack.get("pool.zhipin", on=facts.on))]
    if facts.exited_recipient and _remembered(facts, pack):
        tests.insert(0, (Pool.FANPIN, pack.get("pool.fanpin", on=facts.on)))
    return tests


def _remembered(facts: PoolFacts, pack: Pack) -> bool:
    """Whether the exit is recent enough, where a limit was set at all (AMB-47)."""
    memory = pack.find("pool.memory_months", on=facts.on)
    if memory is None or facts.exited_on is None:
        return True
    return facts.on <= add_months(facts.exited_on, memory.number)


def _push(pools: tuple[Pool, ...], facts: PoolFacts, pack: Pack) -> tuple[str, ...]:
    if not pools:
        return ()
    watched = Pool.RECIPIENT_WATCH in pools
    return pack.get("pool.watch_push" if watched else "pool.push", on=facts.on).names


def _lines(
    facts: PoolFacts,
    found: list[tuple[Pool, PolicyValue]],
    tests: list[tuple[Pool, PolicyValue]],
) -> tuple[Line, ...]:
    if not tests:
        return (line(Step.POOL_NOT_INSURED, "B-23"),)
    step = Step.POOL_LISTED if found else Step.POOL_BELOW
    shown = found or tests[:1]
    return tuple(
        line(
            step,
            limit.clause,
            limit.first_day,
            pool=pool,
            burden=facts.burden,
            limit=limit.number,
        )
        for pool, limit in shown
    )
