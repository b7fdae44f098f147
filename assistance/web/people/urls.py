from __future__ import annotations

from django.urls import path

from assistance.web import disclosure
from assistance.web.people import account, identity, views
from assistance.web.people.acts import all_acts
from assistance.web.people.households import HOUSEHOLD_ACTS
from assistance.web.people.identity_acts import identity_acts
from assistance.web.people.status_acts import status_acts

PERSON = "people/<int:person_id>/"
NUMBER = PERSON + "numbers/<slug:what>/"

urlpatterns = [
    path("people/", views.people, name="people"),
    path("people/find/", views.find, name="find_person"),
    path("people/new/", views.new, name="new_person"),
    path("people/waiting/", identity.waiting, name="identity_waiting"),
    path(PERSON, views.person, name="person"),
    path(PERSON + "costs/", views.costs, name="person_costs"),
    path(PERSON + "account/<int:year>/", account.account, name="person_account"),
    path(
        PERSON + "account/<int:year>/paper/",
        account.account_paper_of_year,
        name="person_account_paper",
    ),
    path(PERSON + "history/", views.history, name="person_history"),
    path(PERSON + "accounts/<int:row_id>/paper/", views.account_paper, name="account_paper"),
    path(NUMBER, disclosure.person_number, name="person_number"),
    path(NUMBER + "reveal/", disclosure.reveal_person_number, name="reveal_number"),
    path(NUMBER + "compare/", disclosure.compare_person_number, name="compare_number"),
    path(PERSON + "identity/<int:row_id>/paper/", identity.paper, name="identity_paper"),
    path(
        PERSON + "identity/<int:row_id>/preview/",
        identity.paper_preview,
        name="identity_paper_preview",
    ),
    *(
        path(PERSON + act.path, views.act, {"act": act}, name=act.url_name)
        for act in (*all_acts(), *status_acts(), *HOUSEHOLD_ACTS, *identity_acts())
    ),
]
