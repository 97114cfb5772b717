"""No cell of the export is a formula, whatever upstream says, and nothing that it says is lost."""

import csv
import io

import pytest

from tests.hostile import CORPUS
from tests.rows import make_session

pytestmark = pytest.mark.django_db

#: What a spreadsheet reads as the beginning of a formula; in East Asian settings the wide forms too.
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.fixture
def hostile_rows(account) -> dict[str, str]:
    """{id: text}"""
    return {
        make_session(
            account, id=f"{text}{number}", status=text, region=text, context_id=text, user_metadata={text: text}
        ).pk: text
        for number, text in enumerate(CORPUS)
    }


def exported(client) -> list[dict[str, str]]:
    response = client.get("/sessions/?format=csv")
    return list(csv.DictReader(io.StringIO(response.getvalue().decode(), newline="")))


def test_no_cell_is_a_formula(signed_in, hostile_rows):
    cells = [cell for row in exported(signed_in) for cell in row.values()]
    assert [cell for cell in cells if cell.lstrip(" ").startswith(BEGINNINGS)] == []
    assert any(cell.startswith("'=") for cell in cells)


def test_every_text_arrives_whole(signed_in, hostile_rows):
    rows = exported(signed_in)
    assert len(rows) == len(CORPUS)
    for row in rows:
        assert meant(row["status"]) == hostile_rows[meant(row["id"])]


def meant(cell: str) -> str:
    """Without the quote that makes it no formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(BEGINNINGS) else cell
