"""Bodies are read as what they are, whatever their header says."""

import json

import pytest

from sessions_app.inspector.secrets import MASK, Cover

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("mime_type", ["application/json", "text/plain", FORM])
def test_json_with_signs_of_a_form_in_it_is_json(mime_type):
    body = json.dumps({"password": "one", "next": "/a?b=c&d=e"}, separators=(",", ":"))
    assert Cover().body(body, mime_type) == body.replace("one", MASK)


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_of_several_forms_in_one_body_each_is_covered(end):
    body = f"v=2&password=one&cid=1.2{end}en=scroll&token=two&epn.percent=90{end}"
    assert Cover().body(body, "text/plain") == body.replace("one", MASK).replace("two", MASK)


def test_lines_of_a_form_are_covered_with_what_was_typed_in_mind():
    cover = Cover(frozenset(["correct horse"]))
    body = "v=2&dt=a\r\nen=search&ep.term=correct%20horse&n=1"
    assert cover.body(body) == body.replace("correct%20horse", MASK)


def test_a_form_can_end_with_its_sign():
    assert Cover().body("user=ada&password=one&", "text/plain") == f"user=ada&password={MASK}&"


def test_a_value_of_several_lines_is_covered_to_its_end():
    assert Cover().body("user=ada&password=one\ntwo&page=2", FORM) == f"user=ada&password={MASK}&page=2"


@pytest.mark.parametrize("end", ["\r\n", "\n"])
@pytest.mark.parametrize("name", ['"password"', "password"])
def test_a_part_is_covered_by_its_name_however_its_lines_end(name, end):
    lines = ["--x", f"Content-Disposition: form-data; name={name}", "", "one two", "--x--", ""]
    body = end.join(lines)
    assert Cover().body(body, "multipart/form-data; boundary=x") == body.replace("one two", MASK)


def test_a_file_in_a_form_is_covered_as_a_whole():
    body = '--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\none\r\n\r\ntwo\r\n--x--\r\n'
    assert Cover().body(body, "multipart/form-data") == body.replace("one\r\n\r\ntwo", MASK)
