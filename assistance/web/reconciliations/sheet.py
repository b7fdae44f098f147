"""名单核对确认表: what both sides sign, masked."""

from __future__ import annotations

from datetime import date
from typing import Any

from assistance.registry.models import Difference, Reconciliation
from assistance.registry.queries.reconciliations import differences_of
from assistance.shared.masking import mask_id
from assistance.web.paper.words import day

Kind = Difference.Kind


def sheet_data(made: Reconciliation, on: date) -> dict[str, Any]:
    rows = list(differences_of(made).order_by("kind", "id"))
    return {
        "title": "救助对象名单核对确认表",
        "agency": made.agency.name,
        "source": str(made.source),
        "as_of": day(made.as_of),
        "half": f"{made.half.year} 年{'上' if made.half.month == 1 else '下'}半年",
        "sums": [
            ["一致", str(made.agreed)],
            *[[str(kind.label), str(sum(row.kind == kind for row in rows))] for kind in Kind],
        ],
        "lines": [
            [
                str(n),
                str(row.get_kind_display()),
                row.name,
                mask_id(row.number),
                row.category,
                row.ours,
                row.theirs,
                " ".join(
                    filter(None, [row.get_decision_display() if row.decision else "", row.note])
                ),
            ]
            for n, row in enumerate(rows, start=1)
        ],
        "signed_by": str(made.signed_by or ""),
        "signed_on": day(made.signed_at) if made.signed_at else "",
        "department": made.source.get_department_display(),
        "department_signer": made.department_signer,
        "printed_on": day(on),
        "foot": f"名单核对 {made.pk}",
    }
