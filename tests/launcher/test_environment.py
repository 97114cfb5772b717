"""Which settings the parts of each mode get, and what is noted for manage.py."""

import pytest
from dotenv import dotenv_values

from launcher.environment import demo_settings, for_children, given, note, up_settings, words
from launcher.errors import LaunchError


@pytest.fixture
def dotenv(tmp_path):
    path = tmp_path / ".env"
    path.write_text("BROWSERBASE_API_KEY='bb_from_file'\nBROWSERBASE_BASE_URL=https://file.example\nDATABASE_URL=x\n")
    return path


def test_up_takes_the_environment_above_the_file(dotenv, monkeypatch):
    monkeypatch.delenv("SIGHTGLASS_ENV")
    monkeypatch.setenv("BROWSERBASE_API_KEY", "bb_from_shell")
    monkeypatch.setenv("BROWSERBASE_BASE_URL", "")
    monkeypatch.delenv("DATABASE_URL")
    settings = up_settings(given("up", dotenv), 8000)
    assert settings["BROWSERBASE_API_KEY"] == "bb_from_shell"
    assert settings["BROWSERBASE_BASE_URL"] == "https://file.example"
    assert settings["DATABASE_URL"] == "x"


def test_the_demo_does_not_read_the_file(dotenv, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    assert "DATABASE_URL" not in given("demo", dotenv)


def test_the_demo_talks_to_the_simulator_whatever_the_shell_holds():
    shell = {
        "BROWSERBASE_API_KEY": "bb_live_secret",
        "BROWSERBASE_BASE_URL": "https://api.browserbase.com",
        "SIGHTGLASS_ENV": "production",
        "SIGHTGLASS_URL": "https://sightglass.example",
        "SIGHTGLASS_PULL_LIVE_S": "2",
        "HOME": "/home/x",
    }
    assert demo_settings(shell, 8001, 4011) == {
        "BROWSERBASE_API_KEY": "bb_demo",
        "BROWSERBASE_BASE_URL": "http://127.0.0.1:4011",
        "SIGHTGLASS_ALLOW_PRIVATE_UPSTREAM": "1",
        "SIGHTGLASS_ENV": "demo",
        "SIGHTGLASS_PULL_LIVE_S": "2",
        "SIGHTGLASS_SIMULATOR_URL": "http://127.0.0.1:4011",
        "SIGHTGLASS_URL": "http://127.0.0.1:8001",
    }


def test_up_follows_the_chosen_address_and_mode():
    given_settings = {"SIGHTGLASS_ENV": "production", "SIGHTGLASS_URL": "https://sightglass.example"}
    assert up_settings(given_settings, 8000) == given_settings
    assert up_settings({}, 8001) == {"SIGHTGLASS_ENV": "local", "SIGHTGLASS_URL": "http://127.0.0.1:8001"}


def test_a_part_gets_no_setting_that_was_not_meant_for_it(monkeypatch):
    monkeypatch.setenv("BROWSERBASE_API_KEY", "bb_live_secret")
    monkeypatch.setenv("CACHE_URL", "redis://elsewhere")
    environment = for_children({"SIGHTGLASS_ENV": "demo"})
    assert "bb_live_secret" not in environment.values()
    assert "CACHE_URL" not in environment
    assert environment["SIGHTGLASS_ENV"] == "demo"
    assert "PATH" in environment


def test_the_note_is_private_complete_and_read_back_as_written(tmp_path):
    path = tmp_path / "running.env"
    path.write_text("OLD='left by a killed run'\n")
    path.chmod(0o644)
    settings = {
        "SIGHTGLASS_SECRET_KEY": """it's #1 \\ "quoted" $HOME =""",
        "DATABASE_URL": "postgresql://s@%2Fvar%2Flib/s",
        "BROWSERBASE_API_KEY": "bb_live_secret",
        "SIGHTGLASS_ADMIN_PASSWORD": "secret",
    }
    note(settings, path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert dotenv_values(path) == {name: settings[name] for name in ("SIGHTGLASS_SECRET_KEY", "DATABASE_URL")}


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_up_refuses_to_be_a_demo(mode):
    with pytest.raises(LaunchError, match="SIGHTGLASS_ENV"):
        up_settings({"SIGHTGLASS_ENV": mode}, 8000)


def test_arguments_for_the_simulator_are_split_as_a_shell_does():
    assert words({"SIM_ARGS": "--keys 'one two' --speed 0"}, "SIM_ARGS") == ["--keys", "one two", "--speed", "0"]
    with pytest.raises(LaunchError, match="SIM_ARGS"):
        words({"SIM_ARGS": "--keys 'one"}, "SIM_ARGS")
