from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from assistance.accounts.operations import next_number


@pytest.mark.django_db
def test_next_number_counts_each_series_and_year_on_its_own():
    calls = [("JN", 2026), ("JN", 2026), ("JN", 2027), ("GS", 2026), ("JN", 2026)]
    assert [next_number(*call) for call in calls] == [1, 2, 1, 1, 3]


@pytest.mark.django_db
def test_next_number_of_a_failed_transaction_is_given_out_again():
    assert next_number("JN", 2026) == 1
    with transaction.atomic():
        assert next_number("JN", 2026) == 2
        transaction.set_rollback(True)
    assert next_number("JN", 2026) == 2


@pytest.mark.django_db(transaction=True)
def test_next_number_in_parallel_gives_each_number_once():
    def take(_number):
        try:
            with transaction.atomic():
                return next_number("JN", 2026)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(40)))
    assert sorted(taken) == list(range(1, 41))
