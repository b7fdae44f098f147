from __future__ import annotations

from string import Formatter

import pytest

from assistance.calculation.codes import (
    MISSING,
    REFUSALS,
    STEPS,
    Missing,
    RefusalCode,
    Step,
)

TABLES = [(STEPS, Step), (REFUSALS, RefusalCode), (MISSING, Missing)]


@pytest.mark.parametrize(("table", "codes"), TABLES)
def test_every_code_has_its_arguments_and_english(table, codes):
    assert set(table) == set(codes)


@pytest.mark.parametrize(("table", "codes"), TABLES)
def test_english_names_only_known_arguments(table, codes):
    for code, spec in table.items():
        named = {name for _, name, _, _ in Formatter().parse(spec.english) if name}
        assert named - {"field"} <= set(spec.args), code
