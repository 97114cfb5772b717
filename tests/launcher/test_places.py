"""Where things are kept."""

import os
import shutil
import tempfile

import pytest

from launcher.errors import LaunchError
from launcher.places import LONGEST_SOCKET_FOLDER, Place, outside, private_folder
from launcher.postgres import remove_programs_of_gone_clones


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "clone"
    (folder / "var").mkdir(parents=True)
    return folder


@pytest.fixture
def base(tmp_path):
    return tmp_path / "lib"


def test_a_clone_finds_its_folder_again_also_after_a_move(clone, base):
    first = outside(clone, base)
    assert outside(clone, base) == first
    moved = clone.rename(clone.with_name("moved"))
    assert outside(moved, base) == first


def test_a_copy_of_a_clone_gets_a_folder_of_its_own(clone, base):
    first = outside(clone, base)
    copy = shutil.copytree(clone, clone.with_name("copy"))
    assert outside(copy, base) != first
    assert outside(clone, base) == first


def test_a_new_clone_at_an_old_ones_path_does_not_find_the_old_data(clone, base):
    first = outside(clone, base)
    shutil.rmtree(clone)
    (clone / "var").mkdir(parents=True)
    assert outside(clone, base) != first


def test_a_socket_in_a_deep_folder_goes_to_a_short_private_one(tmp_path):
    home = tmp_path / ("deep" * 30)
    folder = Place(home, home).socket_folder(home)
    others = Place(home, home).socket_folder(tmp_path / ("Deep" * 30))
    try:
        assert len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER
        assert folder.stat().st_mode & 0o777 == 0o700
        assert Place(home, home).socket_folder(home) == folder != others
    finally:
        folder.rmdir()
        others.rmdir()


def test_a_private_folder_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tempfile.gettempdir())
    with pytest.raises(LaunchError, match="link"):
        private_folder(tmp_path / "link")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_private_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 65_534, 65_534)
    with pytest.raises(LaunchError, match="somebody else"):
        private_folder(tmp_path / "theirs")


def test_programs_of_clones_that_are_gone_are_removed_but_never_data(clone, base):
    for name in ("here", "gone", "gone with data"):
        folder = base / name
        (folder / "postgres-1.0").mkdir(parents=True)
        (folder / "clone").write_text(str(clone if name == "here" else clone / name))
    (base / "gone with data" / "up").mkdir()
    remove_programs_of_gone_clones(base)
    assert sorted(str(path.relative_to(base)) for path in base.glob("*/*")) == [
        "gone with data/clone",
        "gone with data/up",
        "here/clone",
        "here/postgres-1.0",
    ]
