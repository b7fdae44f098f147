from __future__ import annotations

from django.urls import path

from assistance.web.marks import views

urlpatterns = [
    path("marks/", views.marks, name="marks"),
    path("marks/<int:mark_id>/decide/", views.act, {"act": views.DECIDE}, name="decide_mark"),
]
