"""What the offices of a neighbouring county send: recipient lists, bills, payments of huimin insurance."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from random import Random

from assistance.demo import names
from assistance.demo.neighbours.people import Neighbour, Population
from assistance.shared.spreadsheets import Cell

LIST_HEAD = ("身份证号码", "姓名", "乡镇街道", "村社", "对象类别", "认定日期", "结束日期")
INSURED_HEAD = (
    "psn_no", "certno", "psn_name", "gend", "brdy", "insutype", "psn_insu_stas", "psn_insu_date",
    "paus_insu_date", "insu_admdvs", "乡镇街道", "村社",
)  # fmt: skip
# Every so many-th person is insured nowhere, so that the duty to insure finds somebody.
UNINSURED = 15
BILL_HEAD = (
    "setl_id", "mdtrt_id", "certno", "psn_name", "setl_time", "begndate", "enddate", "med_type",
    "fixmedins_code", "fixmedins_name", "dise_codg", "dise_name", "setl_type", "refd_setl_flag",
    "vali_flag", "medfee_sumamt", "inscp_scp_amt", "hifp_pay", "hifmi_pay", "maf_pay",
)  # fmt: skip
PAID_HEAD = ("赔案号", "姓名", "身份证号", "赔付金额", "赔付日期", "结算ID")
MONEY = ("medfee_sumamt", "inscp_scp_amt", "hifp_pay", "hifmi_pay", "maf_pay")
# Kind of visit, least and largest cost in yuan, how often.
VISITS = (
    ("21", 3_000, 60_000, 2),
    ("140201", 200, 2_500, 4),
    ("11", 40, 600, 6),
    ("41", 20, 200, 2),
)
DIAGNOSES = (
    ("I10.x00", "高血压"), ("E11.900", "2型糖尿病"), ("J44.900", "慢性阻塞性肺疾病"),
    ("I63.900", "脑梗死"), ("C34.900", "肺恶性肿瘤"), ("N18.900", "慢性肾脏病"),
)  # fmt: skip
MENTAL = (("F20.000", "偏执型精神分裂症"), ("F41.100", "广泛性焦虑障碍"), ("F32.900", "抑郁发作"))
PLACE_NAMES = {"zhoushan": "舟山", "lanxi": "兰溪", "wenzhou": "温州"}
SHARES = {"TEKUN": 100, "DIBAO": 80, "DIBIAN": 70, "YINBING": 60}
BillFields = dict[str, str]


def list_file(population: Population, month: date, official: Mapping[str, str]) -> bytes:
    """The full list of a month as civil affairs writes it, in the encoding of its program."""
    rows = [
        (p.number, p.name, p.township, p.village, official[p.category], p.first_day.isoformat(), "")
        for p in population.people
        if p.is_on_list(month)
    ]
    return as_csv(LIST_HEAD, rows).encode("gb18030")


def insured_file(population: Population, since: date, counties: Mapping[str, str]) -> bytes:
    """Nearly everybody is in the resident insurance of his county, whether a list names him or not."""
    rows = [
        (
            f"P{n:08d}", p.number, p.name, "1" if int(p.number[16]) % 2 else "2",
            p.number[6:14], "390", "1", since.isoformat(), "", counties[p.township],
            p.township, p.village,
        )
        for n, p in enumerate(population.people, start=1)
        if n % UNINSURED
    ]  # fmt: skip
    return as_csv(INSURED_HEAD, rows).encode("gb18030")


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([head, *rows])
    return buffer.getvalue()


def institutions(population: Population) -> list[list[Cell]]:
    """The designated institutions of the county: one hospital rose a level, one pharmacy is not among them."""
    code, place = population.place.agency, PLACE_NAMES[population.place.city]
    since = "2019-01-01"
    rows = [
        (f"H{code}01", names.HOSPITALS[0], "医院", "二级", place, since, ""),
        (f"H{code}02", names.HOSPITALS[1], "医院", "二级", place, since, ""),
        (f"H{code}03", names.HOSPITALS[3], "医院", "三级", place, since, ""),
        (f"P{code}01", names.PHARMACIES[0], "药店", "", place, since, ""),
    ]
    head = ("机构编码", "机构名称", "机构类别", "机构等级", "所在地", "开始日期", "结束日期")
    return [list(row) for row in (head, *rows)]


class Bills:
    """The bills of a population, month after month; some are refunded, some are of nobody we know."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.rng = Random(f"bills:{population.place.agency}:{population.days.today}")
        self._number = 0

    def of_month(self, month: date, until: date) -> list[BillFields]:
        """Bills settled in the month, none later than `until`."""
        last = min((month + timedelta(days=31)).replace(day=1) - timedelta(days=1), until)
        if last < month:
            return []
        found: list[BillFields] = []
        for person in self.population.people:
            if self.rng.random() < 0.45:
                row = self._bill(person, month, last)
                found += [row, self._refund(row)] if self.rng.random() < 0.03 else [row]
        return found

    def _bill(self, person: Neighbour, month: date, last: date) -> BillFields:
        rng = self.rng
        self._number += 1
        med_type, least, most, _often = rng.choices(VISITS, [visit[3] for visit in VISITS])[0]
        settled = month + timedelta(days=rng.randint(0, (last - month).days))
        total = rng.randint(least * 100, most * 100)
        in_scope = total * rng.randint(70, 98) // 100
        basic = in_scope * rng.randint(50, 75) // 100
        left = in_scope - basic
        share = SHARES.get(person.category, 0) if person.is_on_list(settled) else 0
        # One in twenty was granted otherwise than our own rule says: the list of differences shows it.
        granted = (left * share * 2 + 100) // 200 // (1 if rng.random() > 0.05 else 2)
        if not self.population.place.grants_itself:
            granted = 0
        code, disease = rng.choice(MENTAL if person.is_ill else DIAGNOSES)
        where = self._where(med_type)
        key = f"{self.population.place.agency}{self._number:06d}"
        stay = med_type == "21"
        return {
            "setl_id": f"S{key}",
            "mdtrt_id": f"V{key}",
            "certno": person.number,
            "psn_name": person.name,
            "setl_time": settled.isoformat(),
            "begndate": (settled - timedelta(days=rng.randint(3, 15))).isoformat() if stay else "",
            "enddate": settled.isoformat() if stay else "",
            "med_type": med_type,
            "fixmedins_code": where[0],
            "fixmedins_name": where[1],
            "dise_codg": code,
            "dise_name": disease,
            "setl_type": "2",
            "refd_setl_flag": "0",
            "vali_flag": "1",
            **dict(zip(MONEY, map(_yuan, (total, in_scope, basic, 0, granted)), strict=True)),
        }

    def _where(self, med_type: str) -> tuple[str, str]:
        code = self.population.place.agency
        if med_type == "41":
            place = self.rng.randint(1, 2)
            return f"P{code}0{place}", names.PHARMACIES[place - 1]
        place = self.rng.choice((1, 1, 2, 3))
        return f"H{code}0{place}", names.HOSPITALS[place if place == 3 else place - 1]

    def _refund(self, row: BillFields) -> BillFields:
        money = {name: f"-{row[name]}" for name in MONEY if row[name] != "0.00"}
        return row | {"setl_id": row["setl_id"].replace("S", "R"), "refd_setl_flag": "1"} | money


def payments(bills: Iterable[BillFields], paid_on: date) -> Iterator[tuple[str, ...]]:
    """Huimin insurance for every second stay, the last one of a bill that has not come."""
    stays = [row for row in bills if row["med_type"] == "21" and row["refd_setl_flag"] == "0"]
    chosen = stays[::2]
    for row in chosen:
        amount = _fen(row["inscp_scp_amt"]) - _fen(row["hifp_pay"]) - _fen(row["maf_pay"])
        bill = row["setl_id"] if row is not chosen[-1] else f"{row['setl_id']}X"
        if amount > 0:
            yield (
                f"HM{row['setl_id'][1:]}",
                row["psn_name"],
                row["certno"],
                _yuan(amount // 2 or 1),
                paid_on.isoformat(),
                bill,
            )


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _fen(text: str) -> int:
    return int(text.replace(".", ""))
