"""GET /v1/sessions: order, filters, and whose sessions."""

import pytest

from tests.upstream import Simulator


def ids(simulator: Simulator, **query: str) -> list[str]:
    answer = simulator.http.get("/v1/sessions", params=query)
    assert answer.status_code == 200, answer.text
    return [session["id"].rpartition(":")[2] for session in answer.json()]


@pytest.fixture
def four(simulator: Simulator) -> Simulator:
    metadata = [
        {"team": "growth", "run": {"id": "7", "a.b": "x"}},
        {"team": "growth", "run": 7},
        {"it's": "o'clock", "list": ["growth"]},
        {},
    ]
    simulator.put(
        *(
            simulator.session(
                status=("RUNNING", "COMPLETED", "ERROR", "RUNNING")[number],
                id=f"{simulator.key}:{number}",
                createdAt=f"2026-11-0{number + 1}T00:00:00Z",
                userMetadata=value,
            )
            for number, value in enumerate(metadata)
        )
    )
    return simulator


def test_the_list_is_newest_first(four: Simulator) -> None:
    assert ids(four) == ["3", "2", "1", "0"]


def test_a_status_filters(four: Simulator) -> None:
    assert ids(four, status="RUNNING") == ["3", "0"]
    assert ids(four, status="TIMED_OUT") == []


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("user_metadata['team']:'growth'", ["1", "0"]),
        ("user_metadata['run']['id']:'7'", ["0"]),
        ("user_metadata['run']['a.b']:'x'", ["0"]),
        ("user_metadata['run']:'7'", []),
        ("user_metadata['list']:'growth'", []),
        (r"user_metadata['it\'s']:'o\'clock'", ["2"]),
        ("user_metadata['nothing']['there']:''", []),
    ],
)
def test_q_finds_equal_texts_by_path(four: Simulator, q: str, found: list[str]) -> None:
    assert ids(four, q=q) == found


def test_q_and_status_hold_together(four: Simulator) -> None:
    assert ids(four, q="user_metadata['team']:'growth'", status="RUNNING") == ["0"]


@pytest.mark.parametrize(
    "query",
    [
        {"q": ""},
        {"q": "team"},
        {"q": "user_metadata:'a'"},
        {"q": "user_metadata['a']:b"},
        {"q": "user_metadata['a']:'b' AND user_metadata['c']:'d'"},
        {"status": "running"},
        {"status": ""},
    ],
)
def test_what_is_no_filter_is_a_400(four: Simulator, query: dict[str, str]) -> None:
    answer = four.http.get("/v1/sessions", params=query)
    assert answer.status_code == 400
    assert next(iter(query)) in answer.json()["message"]


def test_a_key_sees_its_own_sessions_only(four: Simulator, other_simulator: Simulator) -> None:
    assert ids(other_simulator) == []
    assert other_simulator.http.get(f"/v1/sessions/{four.key}:0").status_code == 404
