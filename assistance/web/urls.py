"""Every address of the screens, as a table of contents."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from assistance.cases.states import Action
from assistance.web import disclosure
from assistance.web.bills.urls import urlpatterns as bill_urls
from assistance.web.bulk.urls import urlpatterns as bulk_urls
from assistance.web.duties.urls import urlpatterns as duty_urls
from assistance.web.enquiries.urls import urlpatterns as enquiry_urls
from assistance.web.jobs.urls import urlpatterns as job_urls
from assistance.web.letters.urls import urlpatterns as letter_urls
from assistance.web.manual.urls import urlpatterns as manual_urls
from assistance.web.marks.urls import urlpatterns as mark_urls
from assistance.web.meetings.urls import urlpatterns as meeting_urls
from assistance.web.paper.urls import urlpatterns as paper_urls
from assistance.web.partners.urls import urlpatterns as partner_urls
from assistance.web.payers.urls import urlpatterns as payer_urls
from assistance.web.payments.urls import urlpatterns as payment_urls
from assistance.web.people.urls import urlpatterns as people_urls
from assistance.web.recipients.urls import urlpatterns as list_urls
from assistance.web.reconciliations.urls import urlpatterns as reconciliation_urls
from assistance.web.screening.urls import urlpatterns as screening_urls
from assistance.web.steps import STEPS
from assistance.web.timing.urls import urlpatterns as timing_urls
from assistance.web.trail.urls import urlpatterns as trail_urls
from assistance.web.views import (
    access,
    account,
    applicants,
    assignments,
    case,
    clock,
    drafts,
    evidence,
    facts,
    further,
    handovers,
    health,
    notices,
    objections,
    papers,
    progress,
    public,
    public_objections,
    register,
    relatives,
    workbench,
)

ADDRESS_OF = {
    Action.SUBMIT: "submit",
    Action.SIGN_FIRST_REVIEW: "first-review",
    Action.RETURN: "return",
    Action.PROPOSE: "propose",
    Action.PROPOSE_REFUSAL: "propose-refusal",
    Action.AGREE: "agree",
    Action.SEND_BACK: "send-back",
    Action.WITHDRAW: "withdraw",
    Action.EMPLOYER_REVIEW: "employer-review",
    Action.CLAIM_RECEIPT: "earlier-receipt",
    Action.DECIDE_RECEIPT: "earlier-receipt/decide",
    Action.PARK: "park",
    Action.REMIND: "remind",
    Action.RESUME: "resume",
    Action.REOPEN: "reopen",
    Action.REPORT_ERROR: "report-error",
    Action.CORRECT: "correct",
    Action.DISMISS_ERROR: "dismiss-error",
    Action.PAY_ANYWAY: "pay-anyway",
    Action.PROPOSE_RECOVERY: "propose-recovery",
}
CASE = "cases/<str:number>/"
PAPER = CASE + "evidence/<int:evidence_id>/"
NOTICE = "publicity/<str:number>/"
OBJECTION = "objections/<str:number>/"

urlpatterns = [
    path("", workbench.workbench, name="workbench"),
    path("search/", workbench.search, name="search"),
    path("login/", access.Login.as_view(), name="login"),
    path("login/code/", access.login_code, name="login_code"),
    path("login/set-up/", access.login_set_up, name="login_set_up"),
    path("account/", account.account, name="account"),
    path("account/second-factor/", account.set_up_factor, name="set_up_factor"),
    path("account/recovery-codes/", account.new_recovery_codes, name="new_recovery_codes"),
    path("account/sessions/end/", account.end_other_sessions, name="end_other_sessions"),
    path("account/relatives/", relatives.relatives, name="relatives"),
    path("session/left/", account.session_left, name="session_left"),
    path("session/stay/", account.stay, name="stay_logged_in"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", access.ChangePassword.as_view(), name="password_change"),
    path("language/", access.choose_language, name="set_language"),
    path("health/", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/page", health.system, name="system_health"),
    path("cases/", case.applications, name="applications"),
    path("cases/stopped/", clock.stopped, name="stopped"),
    path("cases/stopped/sheet/", clock.sheet, name="stopped_sheet"),
    path("cases/stopped/paper/", clock.paper, name="stopped_paper"),
    path("cases/new/", register.find, name="register_find"),
    path("cases/new/person/", register.new_person, name="register_person"),
    path("cases/new/<int:person_id>/", register.register, name="register"),
    *paper_urls,
    path(CASE, case.application, name="application"),
    path(CASE + "again/", further.apply_again, name="apply_again"),
    path(CASE + "official/", further.official, name="open_official_correction"),
    path(CASE + "rule/", further.rule, name="rule_on_fact"),
    path(CASE + "phone/", disclosure.applicant_phone, name="applicant_phone"),
    path(CASE + "phone/reveal/", disclosure.reveal_applicant_phone, name="reveal_applicant_phone"),
    path(
        CASE + "phone/compare/", disclosure.compare_applicant_phone, name="compare_applicant_phone"
    ),
    path(CASE + "receipt/", register.receipt, name="receipt"),
    path(CASE + "facts/", facts.facts, name="facts"),
    path(CASE + "facts/save/", facts.save_facts, name="save_facts"),
    path(CASE + "facts/estimate/", facts.estimate, name="estimate"),
    path(CASE + "bills/add/", facts.add_bill, name="add_bill"),
    path(CASE + "bills/refresh/", facts.refresh, name="refresh_bills"),
    path(CASE + "bills/<int:item_id>/", facts.judge, name="judge_bill"),
    path(CASE + "bills/<int:item_id>/remove/", facts.remove_bill, name="remove_bill"),
    path("drafts/<str:form>/<str:subject>/", drafts.save_draft, name="save_draft"),
    path("drafts/<str:form>/<str:subject>/discard/", drafts.discard_draft, name="discard_draft"),
    path(CASE + "applicant/", applicants.applicant, name="name_applicant"),
    path(CASE + "member/", applicants.member_case, name="file_for_member"),
    path(CASE + "evidence/", evidence.evidence, name="evidence"),
    path(CASE + "evidence/add/", evidence.add_evidence, name="add_evidence"),
    path(PAPER, evidence.paper, name="paper"),
    path(PAPER + "file/", evidence.file, name="paper_file"),
    path(PAPER + "preview/", evidence.preview, name="paper_preview"),
    path(PAPER + "thumbnail/", evidence.thumbnail, name="paper_thumbnail"),
    path(PAPER + "void/", evidence.void_evidence, name="void_evidence"),
    path(PAPER + "original/", evidence.record_original, name="record_original"),
    path(CASE + "aid/add/", facts.add_aid, name="add_aid"),
    path(CASE + "account/", facts.choose_account, name="choose_account"),
    path(CASE + "account/new/", facts.new_account, name="new_account"),
    *(
        path(f"{CASE}{ADDRESS_OF[action]}/", case.take_step, {"action": action}, name=step.url_name)
        for action, step in STEPS.items()
    ),
    path("publicity/", notices.notices, name="notices"),
    path("publicity/draw-up/", notices.draw_up, name="draw_up_notice"),
    path(NOTICE, notices.notice, name="notice"),
    path(NOTICE + "sheet/", notices.sheet, name="notice_sheet"),
    path(NOTICE + "post/", notices.post, name="post_notice"),
    path(NOTICE + "certify/", notices.certify, name="certify_notice"),
    *bulk_urls,
    *meeting_urls,
    path(NOTICE + "lines/<int:line_id>/object/", objections.record, name="record_objection"),
    path("objections/", objections.objections, name="objections"),
    path(OBJECTION, objections.objection, name="objection"),
    path(OBJECTION + "receipt/", objections.receipt, name="objection_receipt"),
    path(OBJECTION + "reveal/", objections.reveal, name="reveal_objector"),
    path(OBJECTION + "take-on/", objections.take_on, name="take_on_objection"),
    path(OBJECTION + "decide/", objections.decide, name="decide_objection"),
    path(OBJECTION + "tell/", objections.tell, name="tell_objector"),
    path(OBJECTION + "letter/", objections.letter, name="issue_objection_letter"),
    path(OBJECTION + "paper/", objections.scan, name="objection_paper"),
    path("hand-overs/", handovers.hand_overs, name="hand_overs"),
    *(
        path(f"hand-overs/<int:pk>/{act.path}", handovers.answer, {"act": act}, name=act.url_name)
        for act in handovers.ANSWERS
    ),
    path(CASE + "hand-over/", handovers.propose, name="propose_hand_over"),
    path(CASE + assignments.ASSIGN.path, assignments.assign, name="assign_case"),
    path(CASE + "employer/<int:pk>/", papers.employer_review, name="employer_paper"),
    path(CASE + "receipts/<int:pk>/", papers.earlier_receipt, name="receipt_proof"),
    *enquiry_urls,
    *letter_urls,
    *manual_urls,
    *timing_urls,
    *partner_urls,
    *trail_urls,
    *people_urls,
    *payment_urls,
    *job_urls,
    *list_urls,
    *payer_urls,
    *mark_urls,
    *bill_urls,
    *reconciliation_urls,
    *duty_urls,
    *screening_urls,
    path("notices/<str:token>/", public.notice, name="public_notice"),
    path("notices/<str:token>/object/", public_objections.send, name="object_publicly"),
    path("objection/", public_objections.status, name="objection_status"),
    path("objection/received/", public_objections.received, name="objection_received"),
    path("progress/", progress.progress, name="public_progress"),
]
