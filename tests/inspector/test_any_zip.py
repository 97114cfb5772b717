"""Whatever a zip holds and whatever its files are called: read, or refused in words."""

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.inspector.files import Archive, Spoilt
from sessions_app.inspector.files.names import harmless, leads_elsewhere
from tests.hostile import CORPUS

names = st.text(max_size=60) | st.sampled_from(CORPUS) | st.text("ab./\\:\x00 \u202e", max_size=30)


def a_good_zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.txt", "some text, " * 50)
        file.writestr("folder/größe.bin", bytes(300))
        with file.open("big.txt", "w", force_zip64=True) as entry:
            entry.write(b"as if it were long")
    return content.getvalue()


GOOD = a_good_zip()
changes = st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("zips") / "zip"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes, st.integers(0, len(GOOD)))
def test_a_zip_that_was_damaged_anywhere_is_read_or_refused(path, changes, length):
    content = bytearray(GOOD)
    for place, value in changes:
        content[place] = value
    path.write_bytes(content[:length] if length % 3 == 0 else content)
    with suppress(Spoilt), Archive(path) as archive:
        for number in range(len(archive.entries)):
            with suppress(Spoilt):
                entry = archive.examine(number)
                assert sum(map(len, archive.pieces(number))) == entry.size


@settings(max_examples=300, deadline=None)
@given(names)
def test_any_name_becomes_one_file_in_one_folder(name):
    saved_as = harmless(name, "otherwise")
    assert saved_as == harmless(saved_as, "otherwise")
    assert saved_as.isprintable()
    assert 0 < len(saved_as) <= 151
    assert not set(saved_as) & set('/\\:*?"<>|')
    assert saved_as.strip(" .")
    assert not saved_as.startswith(".")
    assert not leads_elsewhere(saved_as)
