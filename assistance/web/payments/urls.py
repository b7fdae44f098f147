from __future__ import annotations

from django.urls import path

from assistance.web.payments import awards, batches, bounces, fund, heirs, recoveries
from assistance.web.payments.acts import (
    AWARD_ACTS,
    BATCH_ACTS,
    BOUNCE_LINE,
    DROP_LINE,
    FUND_ACTS,
    TAKE_BACK,
)
from assistance.web.payments.recovery_acts import ENTRY_ACTS, RECOVERY_ACTS

AWARD = "awards/<str:number>/"
BATCH = "batches/<str:number>/"
FUND = "fund/<int:fund_year_id>/"
RECOVERY = "recoveries/<str:number>/"

urlpatterns = [
    path("awards/", awards.awards, name="awards"),
    path("awards/held/", heirs.waiting, name="held_awards"),
    path(AWARD, awards.award, name="award"),
    path(AWARD + "claim/papers/<int:paper_id>/", heirs.claim_paper, name="claim_paper"),
    *(
        path(AWARD + act.path, awards.act, {"act": act}, name=act.url_name)
        for act in (*AWARD_ACTS, *heirs.CLAIM_ACTS)
    ),
    path("batches/", batches.batches, name="batches"),
    path("batches/draw-up/", batches.draw_up, name="draw_up_batch"),
    path(BATCH, batches.batch, name="batch"),
    path(BATCH + "file/", batches.hand_out, name="hand_out_file"),
    path(BATCH + "roster/", batches.roster, name="batch_roster"),
    path(BATCH + DROP_LINE.path, batches.drop_line, name=DROP_LINE.url_name),
    path(BATCH + BOUNCE_LINE.path, bounces.bounce_line, name=BOUNCE_LINE.url_name),
    *(path(BATCH + act.path, batches.act, {"act": act}, name=act.url_name) for act in BATCH_ACTS),
    path("bounces/", bounces.bounces, name="bounces"),
    path("bounces/read/", bounces.read, name="read_bounces"),
    path("recoveries/", recoveries.recoveries, name="recoveries"),
    path(RECOVERY, recoveries.recovery, name="recovery"),
    *(
        path(RECOVERY + act.path, recoveries.act, {"act": act}, name=act.url_name)
        for act in RECOVERY_ACTS
    ),
    *(
        path(RECOVERY + act.path, recoveries.act, {"act": act}, name=act.url_name)
        for act in ENTRY_ACTS
    ),
    path("fund/", fund.fund, name="fund"),
    path("fund/waiting/", recoveries.waiting, name="waiting_for_money"),
    path("fund/open/", fund.open_year, name="open_fund_year"),
    path(FUND, fund.fund_year, name="fund_year"),
    path(FUND + "check/", fund.check, name="check_ledger"),
    path(FUND + TAKE_BACK.path, fund.take_back, name=TAKE_BACK.url_name),
    *(path(FUND + act.path, fund.act, {"act": act}, name=act.url_name) for act in FUND_ACTS),
]
