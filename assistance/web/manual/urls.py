from __future__ import annotations

from django.urls import path

from assistance.web.manual import views

urlpatterns = [
    path("manual/", views.manual, name="manual"),
    path("manual/<slug:slug>/", views.manual_chapter, name="manual_chapter"),
]
