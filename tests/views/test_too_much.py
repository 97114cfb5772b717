"""More than Django reads of one request: a 400, to a person as to a program, and not a word in the log."""

import pytest
from django.test import Client

MANY = 1_001  # DATA_UPLOAD_MAX_NUMBER_FIELDS, and one
TOO_MANY = "?" + "&".join(f"a{number}=1" for number in range(MANY))

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/usage", "/sessions/"])
def test_an_address_with_too_many_parameters_cannot_be_read(
    signed_in: Client, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    signed_in.raise_request_exception = False
    program = signed_in.get(path + TOO_MANY, headers={"Accept": "application/json"})
    person = signed_in.get(path + TOO_MANY, headers={"Accept": "text/html"})
    assert (program.status_code, person.status_code) == (400, 400)
    assert "unexpected" in program.json()["error"]["message"]
    assert "unexpected" in person.content.decode()
    assert caplog.records == []


@pytest.mark.parametrize(("path", "status"), [("/api/usage", 401), ("/sessions/", 302), ("/accounts/login/", 400)])
def test_who_has_not_signed_in_is_told_that_first(client: Client, path: str, status: int) -> None:
    client.raise_request_exception = False
    assert client.get(path + TOO_MANY, headers={"Accept": "text/html"}).status_code == status


def test_a_form_with_too_many_fields_cannot_be_read(signed_in: Client) -> None:
    answer = signed_in.post(
        "/sessions/new/", {f"a{number}": "1" for number in range(MANY)}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 400
    assert "cannot be read" in answer.content.decode()
