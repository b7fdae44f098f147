from __future__ import annotations

from django.urls import path

from assistance.web.letters import views
from assistance.web.letters.acts import LETTER_ACTS, SERVE

CASE = "cases/<str:number>/"
LETTER = "letters/<int:letter_id>/"

urlpatterns = [
    *(path(CASE + act.path, views.issue, {"act": act}, name=act.url_name) for act in LETTER_ACTS),
    path("letters/", views.letters, name="letters"),
    path(LETTER, views.letter, name="letter"),
    path(LETTER + "paper/", views.paper, name="letter_paper"),
    path(LETTER + "picture/", views.picture, name="letter_picture"),
    path(LETTER + "certificate/", views.certificate, name="service_certificate"),
    path(LETTER + SERVE.path, views.serve, name=SERVE.url_name),
]
