from __future__ import annotations

from django.urls import path

from assistance.web.meetings import claims, desk, views
from assistance.web.meetings.acts import (
    CASE_ACTS,
    CLAIM_ACTS,
    LEAVE_OUT,
    MARK,
    MEETING_ACTS,
    RESOLVE,
    SEAL,
)

LIST = "bottom-line/<int:pk>/"
CASE = "bottom-line/cases/<str:number>/"
CLAIM = CASE + "claims/<int:claim_id>/"
MEETING = "meetings/<str:number>/"

urlpatterns = [
    path("bottom-line/", views.reviews, name="bottom_lines"),
    path("bottom-line/runs/<int:run_id>/", views.open_review, name="open_bottom_line"),
    path(LIST, views.review, name="bottom_line_list"),
    path(LIST + "refresh/", views.refresh, name="refresh_bottom_line"),
    path(LIST + SEAL.path, views.seal, name=SEAL.url_name),
    path(CASE, views.case, name="bottom_line_case"),
    path(CASE + MARK.path, views.mark, name=MARK.url_name),
    path(CASE + "marks/<int:mark_id>/", views.withdraw, name="withdraw_mark"),
    *(path(CASE + act.path, views.act, {"act": act}, name=act.url_name) for act in CASE_ACTS),
    *(path(CLAIM + act.path, claims.act, {"act": act}, name=act.url_name) for act in CLAIM_ACTS),
    path(CASE + LEAVE_OUT.path, views.leave_out, name=LEAVE_OUT.url_name),
    path(CASE + "papers/<int:row_id>/", views.aid_paper, name="bottom_line_aid_paper"),
    path("meetings/", desk.meeting_list, name="meetings"),
    path("meetings/new/", desk.convene, name="convene_meeting"),
    path(MEETING, desk.meeting, name="meeting"),
    path(MEETING + "agenda/", desk.fill_agenda, name="fill_agenda"),
    path(MEETING + "minutes/", desk.minutes, name="meeting_minutes"),
    path(MEETING + "scan/", desk.scan, name="meeting_scan"),
    *(path(MEETING + act.path, desk.act, {"act": act}, name=act.url_name) for act in MEETING_ACTS),
    path(MEETING + RESOLVE.path, desk.resolve, name=RESOLVE.url_name),
    path(MEETING + RESOLVE.path + "release/", desk.release, name="release_resolution"),
]
