"""The same rule as variables of openfisca-core, in int64 (its own int is int32)."""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core.entities import Entity, GroupEntity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import Simulation, SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

from benchmarks.calculation.data import Data, Ints
from benchmarks.calculation.sides import CAP, RATES

PERIOD = "2023"
Bill = Entity("bill", "bills", "A settled bill", "")
Person = GroupEntity(
    "person", "persons", "The person of the bills", "", [{"key": "owned", "plural": "owneds"}]
)


def _burden(bill: Any, period: Any) -> Any:
    names = ("basic", "supplementary", "rare_fund", "big")
    return bill("in_scope", period) - sum(bill(name, period) for name in names)


def _entitled(bill: Any, period: Any) -> Any:
    rate = np.where(bill("psychiatric", period) == 1, 10_000, RATES[bill("category", period)])
    return (bill("burden", period) * rate + 5_000) // 10_000


def _room(bill: Any, period: Any) -> Any:
    # One limit, no deductible: what was paid before is the running sum of the shares.
    share = bill("entitled", period)
    owner = bill.person.members_entity_id
    before = np.cumsum(share) - share
    first = np.concatenate(([True], owner[1:] != owner[:-1]))
    before -= before[first][np.cumsum(first) - 1]
    return np.maximum(CAP - before, 0)


def _granted(bill: Any, period: Any) -> Any:
    return np.minimum(bill("entitled", period), bill("room", period))


INPUTS = ("in_scope", "basic", "supplementary", "rare_fund", "big", "category", "psychiatric")
_FORMULAS = {"burden": _burden, "entitled": _entitled, "room": _room, "granted": _granted}


def _variable(name: str) -> type[Variable]:
    described = {
        "value_type": int,
        "entity": Bill,
        "definition_period": DateUnit.YEAR,
        "label": name,
    }
    if name in _FORMULAS:
        described["formula"] = _FORMULAS[name]
    return type(name, (Variable,), described)


def system() -> TaxBenefitSystem:
    found = TaxBenefitSystem([Bill, Person])
    for name in (*INPUTS, *_FORMULAS):
        found.add_variable(_variable(name))
    for variable in found.variables.values():
        variable.dtype = np.int64
    return found


_SYSTEM = system()


def simulation(data: Data) -> Simulation:
    builder = SimulationBuilder()
    builder.create_entities(_SYSTEM)
    builder.declare_person_entity("bill", np.arange(data.rows))
    people = builder.declare_entity("person", np.arange(len(data.starts) - 1))
    builder.join_with_persons(people, data.people, roles=np.full(data.rows, "owned"))
    built = builder.build(_SYSTEM)
    for name in INPUTS:
        built.set_input(name, PERIOD, getattr(data, name))
    return built


def fisca(data: Data) -> Ints:
    """A simulation over all people; its variables are the explanation columns."""
    return simulation(data).calculate("granted", PERIOD)
