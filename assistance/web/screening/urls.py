from __future__ import annotations

from django.urls import path

from assistance.web.screening import acts, indicators, views

PERIOD, RUN = "screening/<int:pk>/", "screening/runs/<int:pk>/"

urlpatterns = [
    path("screening/", views.periods, name="list_periods"),
    path("screening/townships/", views.townships, name="list_townships"),
    path("screening/targets/", indicators.page, name="list_indicators"),
    path("screening/sources/", views.sources, name="screening_sources"),
    path("screening/sources/sign/", acts.sign, name="sign_list_sources"),
    path("screening/sources/threshold/", acts.threshold, name="set_list_threshold"),
    path(PERIOD, views.period, name="list_period"),
    path(PERIOD + "draw-up/", acts.draw_up, name="draw_up_list"),
    path(RUN, views.run, name="list_run"),
    path(RUN + "stop/", acts.stop, name="stop_list"),
    path(RUN + "departures/", views.departures, name="list_departures"),
    path(RUN + "compare/<int:other>/", views.compare, name="compare_lists"),
    path("screening/entries/<int:pk>/", views.entry, name="list_entry"),
]
