"""Who writes several sessions at once does it in the order of their ids."""

import threading

import pytest
from django.db import connection, transaction

from sessions_app.models import Session
from tests.conftest import eventually
from tests.rows import make_session

WAITING = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.mark.django_db(transaction=True)
def test_two_who_change_the_same_sessions_do_not_wait_for_each_other(account):
    make_session(account, id="b")  # before it in the table, after it by its id
    make_session(account, id="a")
    meanwhile = threading.Thread(target=change_both)
    with transaction.atomic():
        Session.objects.select_for_update().get(pk="a")
        meanwhile.start()
        eventually(somebody_waits, within_s=20)
        Session.objects.select_for_update(nowait=True).get(pk="b")
        Session.objects.filter(pk="a").update(region="first")
    meanwhile.join()
    assert set(Session.objects.values_list("region", flat=True)) == {"second"}


def change_both() -> None:
    Session.objects.filter(pk__in=["a", "b"]).change(region="second")
    connection.close()


def somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return cursor.rowcount > 0
