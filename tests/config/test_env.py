"""What the environment may say."""

import stat
from pathlib import Path

import pytest

from teladan.config import env

SETTINGS_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_nothing_set_gives_a_closed_site_on_this_machine():
    found = env.read({})

    assert found.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert (found.debug, found.https, found.keep, found.origin) == (False, False, True, "")


def test_a_misspelt_name_is_refused_with_those_that_are():
    with pytest.raises(env.SettingError, match=r"TELADAN_HOST is not a setting .* TELADAN_HOSTS"):
        env.read({"TELADAN_HOST": "teladan.example"})


@pytest.mark.parametrize("value", ["1", "true", "on"])
def test_yes_is_the_only_yes(value):
    with pytest.raises(env.SettingError, match="TELADAN_DEBUG is .* write yes or no"):
        env.read({"TELADAN_DEBUG": value})


def test_the_hosts_and_the_origin_are_read():
    found = env.read({"TELADAN_HOSTS": "a.example, b.example", "TELADAN_ORIGIN": "https://a.example/"})

    assert found.hosts == ("a.example", "b.example")
    assert found.origin == "https://a.example"


def test_an_origin_without_scheme_is_refused():
    with pytest.raises(env.SettingError, match="TELADAN_ORIGIN"):
        env.read({"TELADAN_ORIGIN": "a.example"})


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    made = env.secret_key(tmp_path / "new", {})

    assert env.secret_key(tmp_path / "new", {}) == made
    assert len(made) >= 50
    assert stat.S_IMODE((tmp_path / "new" / "secret.key").stat().st_mode) == 0o600


def test_a_short_key_is_refused(tmp_path):
    with pytest.raises(env.SettingError, match="at least 32"):
        env.secret_key(tmp_path, {"TELADAN_SECRET_KEY": "short"})


def test_a_folder_that_cannot_be_made_says_what_to_set(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(env.SettingError, match="set TELADAN_SECRET_KEY"):
        env.secret_key(tmp_path / "file", {})


def test_the_home_is_as_given_else_beside_the_source(tmp_path):
    assert env.home({"TELADAN_HOME": str(tmp_path)}) == tmp_path
    assert env.home({}) == Path(__file__).parents[2] / "var"


def test_an_installed_package_keeps_its_data_where_the_user_does(monkeypatch, tmp_path):
    monkeypatch.setattr(env, "clone", lambda: None)

    assert env.home({"XDG_DATA_HOME": str(tmp_path)}) == tmp_path / "teladan"


def test_the_settings_page_is_up_to_date():
    assert SETTINGS_PAGE.read_text(encoding="utf-8") == env.markdown()
