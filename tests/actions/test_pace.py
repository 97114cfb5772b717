import time

from sessions_app.actions.pace import AT_ONCE, HANGS_AFTER_S, Pace

MANY = 1000


def begin_all(pace: Pace, waiting: int) -> int:
    """As many calls as may begin now; how many those are."""
    free, first = pace.free(waiting, MANY), pace.under_way
    for number in range(free):
        pace.begin(first + number)
    return free


def test_an_upstream_that_answers_gets_twenty_calls_at_once():
    pace = Pace()
    assert begin_all(pace, 500) == AT_ONCE
    assert pace.free(500, MANY) == 0
    pace.end(3)
    pace.end(4)
    assert pace.free(500, MANY) == 2


def test_while_calls_hang_as_many_begin_as_give_each_wish_its_try():
    pace = Pace()
    begin_all(pace, 500)
    time.sleep(HANGS_AFTER_S + 0.05)
    assert begin_all(pace, 480) == 100
    assert begin_all(pace, 380) == 0
    for number in range(pace.under_way):
        pace.end(number)
    assert pace.free(500, MANY) == AT_ONCE


def test_few_wishes_of_an_upstream_that_hangs_need_no_more_places():
    pace = Pace()
    pace.begin(0)
    time.sleep(HANGS_AFTER_S + 0.05)
    assert pace.free(9, MANY) == AT_ONCE


def test_no_more_calls_are_under_way_than_the_process_allows():
    pace = Pace()
    begin_all(pace, 500)
    time.sleep(HANGS_AFTER_S + 0.05)
    assert pace.free(500, AT_ONCE + 7) == 7


def test_after_a_429_the_other_wishes_wait_as_long_but_not_for_ever():
    pace = Pace()
    pace.begin(1)
    pace.end(1, retry_after_s=0.3)
    assert pace.free(5, MANY) == 0
    time.sleep(0.35)
    assert pace.free(5, MANY) == AT_ONCE
