from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from assistance.settlements.models import Payer, PayerDoubt, PayerFile, PayerLine, PayerSource
from assistance.settlements.payers.reading import field_label
from assistance.settlements.queries.payers import doubt_fields, payers_visible_to, problem_texts
from assistance.shared.masking import mask_id
from assistance.shared.money import from_fen, yuan
from assistance.web.acts import links
from assistance.web.lists import Column, ListForm, amount, day, link, text
from assistance.web.payers.acts import DOUBT_ACTS
from assistance.web.templatetags.yizhu import badge, state_badge

ANY = ("", _("All"))
# The tax office pays no cost of a bill.
PAYERS = [(payer.value, payer.label) for payer in Payer if payer != Payer.TAX]


def _count(heading: Any, key: str) -> Column:
    return text(heading, lambda file: file.counts.get(key, ""), css="yz-money")


class PayerFileList(ListForm):
    subject = "files of further payers"
    empty = _("No file has been taken in.")
    orderings = {"newest": (_("Newest first"), ("-id",))}
    columns = (
        link(_("Payer"), lambda f: str(f.source), lambda f: reverse("payer_file", args=[f.pk])),
        text(_("File"), lambda f: f.filename),
        text(_("Stage"), lambda f: f.get_stage_display(), lambda f: state_badge(f, "stage")),
        _count(_("Rows in the file"), "rows"),
        _count(_("Payments booked"), "booked"),
        _count(_("Payments taken back"), "taken_back"),
        _count(_("Known already"), "known"),
        _count(_("In doubt"), "in_doubt"),
        amount(_("Amount (yuan)"), lambda f: from_fen(f.counts["fen"]) if f.counts else None),
        text(_("Uploaded by"), lambda f: f.uploaded_by, css="yz-nowrap"),
        text(
            _("Uploaded at"),
            lambda f: f"{localtime(f.uploaded_at):%Y-%m-%d %H:%M}",
            css="yz-nowrap",
        ),
    )

    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[ANY, *PayerFile.Stage.choices]
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        stage = self.cleaned_data["stage"]
        return rows.filter(stage=stage) if stage else rows


def _name(doubt: Any) -> Any:
    name = doubt_fields(doubt).get("name", "")
    if doubt.person_id is None:
        return name
    return format_html('<a href="{}">{}</a>', reverse("person", args=[doubt.person_id]), name)


def _bill(doubt: Any) -> str:
    """As the payer names the bill; of a premium, as what it was paid and how much for which insurance."""
    row = doubt_fields(doubt)
    if row.get("big_illness"):
        label = field_label("big_illness")
        return " · ".join(filter(None, [row.get("kind", ""), f"{label} {row['big_illness']}"]))
    stay = " – ".join(filter(None, [row.get("service_from", ""), row.get("service_to", "")]))
    parts = (row.get("bill", ""), row.get("invoice", ""), row.get("institution", ""), stay)
    return " · ".join(part for part in parts if part)


def _wrong(doubt: Any) -> str:
    return doubt.outcome or " ".join(problem_texts(doubt.problems))


class DoubtList(ListForm):
    subject = "payments in doubt"
    empty = _("Nothing is in doubt.")
    orderings = {
        "oldest": (_("Oldest first"), ("id",)),
        "newest": (_("Newest first"), ("-id",)),
    }

    source = forms.ModelChoiceField(
        label=_("Payer"), required=False, queryset=PayerSource.objects.none()
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[ANY, *PayerDoubt.Reason.choices]
    )
    settled = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Open")), ("yes", _("Settled"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        source = self.fields["source"]
        assert isinstance(source, forms.ModelChoiceField)
        source.queryset = payers_visible_to(self.user)

    @property
    def columns(self) -> tuple[Column, ...]:  # type: ignore[override]
        """With what this person may do to a row."""

        def acts(doubt: Any) -> SafeString:
            found = links(DOUBT_ACTS, self.user, doubt, doubt.pk)
            pairs = ((link.url, link.title) for link in found)
            return format_html_join(" ", '<a class="btn btn-sm" href="{}">{}</a>', pairs)

        return (*DOUBT_COLUMNS, Column(_("Do"), acts, lambda doubt: "", "yz-nowrap"))

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        rows = rows.filter(settled_at__isnull=wanted["settled"] != "yes")
        if wanted["source"]:
            rows = rows.filter(file__source=wanted["source"])
        return rows.filter(reason=wanted["reason"]) if wanted["reason"] else rows


DOUBT_COLUMNS = (
    text(_("Payer"), lambda d: str(d.file.source), css="yz-nowrap"),
    text(_("Row"), lambda d: d.line, css="yz-nowrap"),
    text(
        _("Reason"),
        lambda d: d.get_reason_display(),
        lambda d: badge(d.reason, d.get_reason_display()),
    ),
    Column(_("Name"), _name, lambda d: doubt_fields(d).get("name", ""), "yz-nowrap"),
    text(_("Id number"), lambda d: mask_id(doubt_fields(d).get("id_number", "")), css="yz-nowrap"),
    text(_("Amount (yuan)"), lambda d: doubt_fields(d).get("amount", ""), css="yz-money"),
    text(_("Paid on"), lambda d: doubt_fields(d).get("paid_on", ""), css="yz-nowrap"),
    text(_("Year"), lambda d: doubt_fields(d).get("year", "")),
    text(_("As the sender names it"), _bill),
    text(_("What is to be mended"), _wrong),
)


def _result(line: Any) -> str:
    return str(line.get_reason_display() or line.get_fate_display())


class LineList(ListForm):
    """The rows of one file as they came, each with what becomes of it; taken out, the file back with results."""

    subject = "rows of a payer's file"
    empty = _("The file has no rows.")
    orderings = {"line": (_("As in the file"), ("line",))}
    columns = (
        text(_("Row"), lambda d: d.line, css="yz-nowrap"),
        text(_("Result"), _result, lambda d: badge(d.reason or d.fate, _result(d))),
        Column(_("Name"), _name, lambda d: doubt_fields(d).get("name", ""), "yz-nowrap"),
        text(
            _("Id number"), lambda d: mask_id(doubt_fields(d).get("id_number", "")), css="yz-nowrap"
        ),
        text(_("Number of the payment"), lambda d: doubt_fields(d).get("number", "")),
        text(_("Amount (yuan)"), lambda d: doubt_fields(d).get("amount", ""), css="yz-money"),
        text(_("Paid on"), lambda d: doubt_fields(d).get("paid_on", ""), css="yz-nowrap"),
        text(_("Year"), lambda d: doubt_fields(d).get("year", "")),
        text(_("As the sender names it"), _bill),
        text(_("What is to be mended"), lambda d: " ".join(problem_texts(d.problems))),
    )

    fate = forms.ChoiceField(
        label=_("Result"), required=False, choices=[ANY, *PayerLine.Fate.choices]
    )
    reason = forms.ChoiceField(
        label=_("Reason"), required=False, choices=[ANY, *PayerDoubt.Reason.choices]
    )

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        wanted.pop("order", None)
        return rows.filter(**wanted)


def _sender(payment: Any) -> str:
    return str(payment.payer_source or payment.sender)


def _of_bill(payment: Any) -> str:
    bill = payment.settlement
    return str(bill) if bill is not None else str(_("Person and year"))


def _bill_state(payment: Any) -> Any:
    bill = payment.settlement
    if bill is not None and hasattr(bill, "reversed_by"):
        return format_html("{} {}", bill, badge("reversed", str(_("reversed"))))
    return _of_bill(payment)


class PaymentList(ListForm):
    subject = "later payments"
    empty = _("No further payer has given anything.")
    orderings = {
        "newest": (_("Newest first"), ("-id",)),
        "paid": (_("By day of payment"), ("-paid_on", "-id")),
    }
    columns = (
        link(
            _("Name"),
            lambda p: p.person.name,
            lambda p: reverse("person_costs", args=[p.person_id]),
        ),
        text(_("Id number"), lambda p: mask_id(p.person.id_number), css="yz-nowrap"),
        text(_("Payer"), lambda p: p.get_payer_display(), css="yz-nowrap"),
        text(_("Sent by"), _sender),
        text(_("Year of the cost"), lambda p: p.benefit_year),
        Column(_("Bill"), _bill_state, _of_bill),
        day(_("Paid on"), lambda p: p.paid_on),
        amount(_("Amount (yuan)"), lambda p: p.amount),
        text(_("Number of the payment"), lambda p: p.source_id, css="yz-code"),
    )

    payer = forms.ChoiceField(label=_("Payer"), required=False, choices=[ANY, *PAYERS])
    year = forms.IntegerField(
        label=_("Year of the cost"), required=False, min_value=2000, max_value=2100
    )
    q = forms.CharField(label=_("Name"), required=False, max_length=60)

    def filter(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data
        if wanted["payer"]:
            rows = rows.filter(payer=wanted["payer"])
        if wanted["year"]:
            rows = rows.filter(benefit_year=wanted["year"])
        words = wanted["q"].strip()
        if words:
            rows = rows.filter(
                Q(person__name__contains=words) | Q(person__pinyin_key__contains=words.lower())
            )
        return rows


def figures(file: PayerFile) -> list[tuple[Any, str, str]]:
    """What becomes of the rows of a file: in words, in figures, and the filter of its list of rows."""
    counts, is_open = file.counts, file.is_open
    booked = _("Payments to be booked") if is_open else _("Payments booked")
    taken_back = _("Payments to be taken back") if is_open else _("Payments taken back")
    shown = [
        (_("Rows in the file"), "rows", ""),
        (booked, "booked", "fate=book"),
        (taken_back, "taken_back", "fate=take_back"),
        (_("Known already"), "known", "fate=known"),
        (_("Twice in the file"), "repeated", "fate=repeated"),
        (_("In doubt"), "in_doubt", "fate=doubt"),
        (_("of them not registered here"), "unknown_person", "fate=doubt&reason=unknown_person"),
    ]
    return [
        *((label, f"{counts.get(key, 0):,}", query) for label, key, query in shown),
        (_("Amount (yuan)"), yuan(from_fen(counts.get("fen", 0))), ""),
    ]
