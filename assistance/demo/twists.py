"""The steps that cases take, the days they are tied to, and what makes some of them special."""

from __future__ import annotations

from enum import Enum, auto


class Step(Enum):
    """What one person does to an application on one day."""

    REGISTER = auto()
    SUBMIT = auto()
    EMPLOYER = auto()
    SIGN = auto()
    RETURN_TOWNSHIP = auto()
    RETURN_COUNTY = auto()
    PROPOSE = auto()
    REFUSE = auto()
    SEND_BACK = auto()
    AGREE = auto()
    WITHDRAW = auto()


Steps = tuple[Step, ...]
DRAFT: Steps = (Step.REGISTER,)
SUBMITTED: Steps = (*DRAFT, Step.SUBMIT)
SIGNED: Steps = (*SUBMITTED, Step.SIGN)
PROPOSED: Steps = (*SIGNED, Step.PROPOSE)
AGREED: Steps = (*PROPOSED, Step.AGREE)
BY_EMPLOYER: Steps = (*DRAFT, Step.EMPLOYER, Step.PROPOSE, Step.AGREE)
REFUSAL: Steps = (*SIGNED, Step.REFUSE)
REFUSED: Steps = (*REFUSAL, Step.AGREE)


class Anchor(Enum):
    """A day of the calendar on which a case is registered, or for NOVEMBER proposed."""

    NONE = auto()
    JUNE = auto()  # the last working day up to the last 30 June
    JULY = auto()  # 5 July or the next working day, for papers handed in on 30 June
    SUNDAY = auto()  # the Monday after the last 30 June that was a Sunday
    NOVEMBER = auto()


class Twist(Enum):
    """What makes a case special. The name says it on the screen as well: it stands in the case's note."""

    NONE = ""
    GATE_PENDING = "6月30日受理，民政低边认定尚未作出"
    SIX_EXCLUSIONS = "六种不予补助情形齐全"
    TYPED_LATE = "6月30日收件，7月5日补录"
    SUNDAY = "6月30日逢星期日，次一工作日申请"
    THREE_YEARS = "外地户籍，连续参保刚满三年"
    UNDER_THREE_YEARS = "外地户籍，连续参保差一天满三年"
    NOT_INSURED = "费用年度未在本县参保"
    LATE = "超过次年6月底申请"
    OTHER_AID = "工会、残联救助已扣除，慈善救助不扣除"
    EMPLOYEE = "职工医保参保人员，用人单位初审"
    OBJECTION = "公示期间有异议，尚未核查"
    OBJECTION_WEB = "公示期间网上提出异议，正在核查"
    UNFOUNDED = "公示异议经核查不成立"
    FOUNDED = "公示异议经核查成立"
    NO_CERTIFICATE = "公示期满，待乡镇出具公示证明"
    DIED = "公示期间死亡"
    NEW_AID = "公示期间新增其他部门救助"
    HELD = "待核实，暂缓发放"
    BANK_FAILS = "银行退回，待更正账户"
    HOUSEHOLD = "同户两名患者，材料取自同户案件"
    MINOR = "未成年人，由父母作为监护人申请"
    HUKOU_LEFT = "费用发生后、申请前户籍迁出本县"
    REGISTERED_TWICE = "证件号码更正，重复档案合并"
    REISSUED = "银行退回，更正账户后重新列入待发"
    HEIRS = "审批后死亡，继承人领取"
    HEIRS_WAIT = "审批后死亡，继承人领取申请待确认"
    CARD_CHANGED = "审批后发放前换卡"
    BOUNCED = "发放后银行退汇，更正账户后重新发放"
    SUPPLEMENT = "发放后再次申请，仅补差额"
    CORRECTED = "公示后金额更正，重新公示"
    LATE_AID = "核定后、发放前新增其他部门救助"
    NO_MONEY = "11月资金账户余额不足，资金到位后续办"
    HANDED_OVER = "初审期间迁居，案件移交新居住地乡镇"
    OFFERED = "拟移交其他乡镇，对方尚未接收"
    CALLED = "家属来电询问进度"
    TOGETHER = "批量签署初审意见"
    RELATIVE = "患者为本乡镇经办人员的近亲属，经办人员回避，由县级窗口受理"
    OVERPAID = "发放后发现多发，依职权更正并追回"
