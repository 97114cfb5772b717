"""Figures of a HAR that other programs compute with."""

import base64

import pytest

from sessions_app.inspector.har import har_of
from tests.inspector.logs import Written

A = "https://a.example/a"


def entry_of(written):
    log = written.log()
    return har_of(log, log.cover)["log"]["entries"][0]


@pytest.mark.parametrize("length", [0, 1, 2, 3, 256])
def test_a_binary_body_is_as_long_as_its_bytes(length):
    body = base64.b64encode(bytes(length)).decode()
    written = Written().sent("1", A, 0).received("1", A, 10)
    written.command("Network.getResponseBody", 20, {"body": body, "base64Encoded": True}, requestId="1")
    assert entry_of(written)["response"]["content"]["size"] == length


def test_what_was_sent_is_measured_in_bytes():
    written = Written().sent("1", A, 0, method="POST", request={"postData": "größe"})
    assert entry_of(written)["request"]["bodySize"] == 7
