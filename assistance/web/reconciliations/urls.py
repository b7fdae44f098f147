from __future__ import annotations

from django.urls import path

from assistance.web.reconciliations import views

ONE = "reconciliations/<int:pk>/"

urlpatterns = [
    path("reconciliations/", views.reconciliations, name="reconciliations"),
    path(ONE, views.reconciliation, name="reconciliation"),
    path(ONE + "decide/", views.decide, name="decide_differences"),
    path(ONE + "sign/", views.sign, name="sign_reconciliation"),
    path(ONE + "sheet/", views.sheet, name="reconciliation_sheet"),
]
