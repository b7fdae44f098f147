from __future__ import annotations

from django.urls import path

from assistance.web.trail import views

urlpatterns = [
    path("trail/", views.trail, name="trail"),
    path("trail/access/", views.access_log, name="access_log"),
    path("trail/chain/", views.chain, name="chain"),
    path("trail/chain/anchor/", views.anchor, name="chain_anchor"),
]
