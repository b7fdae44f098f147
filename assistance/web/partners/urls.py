from __future__ import annotations

from django.urls import path

from assistance.web.partners import hand_outs, prospects, views
from assistance.web.partners.acts import CALL, HAND_OUT_ACTS, PUSH_ACTS

PUSH = "pushes/<int:pk>/"
HAND_OUT = "pushes/lists/<int:pk>/"
PROSPECT = "to-phone/<int:pk>/"

urlpatterns = [
    path("pushes/", views.pushes, name="pushes"),
    path("pushes/answer/", views.answer_many, name="answer_pushes"),
    path("pushes/yield/", views.push_yield, name="push_yield"),
    path("pushes/papers/<int:answer_id>/", views.paper, name="answer_paper"),
    path("pushes/lists/", hand_outs.hand_outs, name="hand_outs"),
    path(HAND_OUT, hand_outs.hand_out, name="hand_out"),
    path(HAND_OUT + "file/", hand_outs.file, name="partner_file"),
    *(
        path(HAND_OUT + act.path, hand_outs.act, {"act": act}, name=act.url_name)
        for act in HAND_OUT_ACTS
    ),
    path(PUSH, views.push, name="push"),
    path(PUSH + "number/", views.push_number, name="push_number"),
    *(path(PUSH + act.path, views.act, {"act": act}, name=act.url_name) for act in PUSH_ACTS),
    path("to-phone/", prospects.prospects, name="prospects"),
    path(PROSPECT, prospects.prospect, name="prospect"),
    path(PROSPECT + CALL.path, prospects.call, name=CALL.url_name),
]
