from __future__ import annotations

from django.urls import path

from assistance.web.trail import views

urlpatterns = [
    path("trail/", views.trail, name="trail"),
    path("trail/access/", views.access_log, name="access_log"),
    path("trail/log-ins/", views.log_ins, name="log_ins"),
    path("trail/log-ins/wrong/", views.wrong_tries, name="wrong_tries"),
    path("trail/accounts/", views.account_changes, name="account_changes"),
    path("trail/console/", views.console_actions, name="console_actions"),
    path("trail/alarms/", views.alarms, name="alarms"),
    path("trail/chain/", views.chain, name="chain"),
    path("trail/chain/anchor/", views.anchor, name="chain_anchor"),
]
