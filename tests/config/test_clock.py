"""One clock: who reads it, and who may move it."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client, RequestFactory

from teladan.config import clock, env
from teladan.web.page import moment

SOURCE = Path(clock.__file__).parents[1]
LATER = datetime(2027, 3, 1, 9, tzinfo=UTC)
# What reads a clock as (file, call), and why it is none of ours.
OTHERS = {
    ("config/clock.py", "datetime.now"): "the clock",
    ("web/page_cache.py", "time.time"): "compared with the times of files, which the machine's clock gives",
    ("desk/account/adapters.py", "timezone.now"): "compared with what allauth stamped by the machine's clock",
}
READING = {"now", "utcnow", "today", "localtime", "localdate", "gmtime", "time", "time_ns"}
FROM = {"datetime", "date", "timezone", "time", "dt"}


def calls(tree: ast.AST) -> set[str]:
    """Return the calls that read a clock: of a module or class, or of a name imported from one."""
    imported = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] in FROM
        for alias in node.names
        if alias.name in READING and node.module != "datetime"
    }
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in READING:
            owner = getattr(node.value, "attr", getattr(node.value, "id", ""))
            if owner == "time" or (owner in FROM and node.attr != "time"):
                found.add(f"{owner}.{node.attr}")
    return found | set(imported.values())


@pytest.mark.parametrize(
    "text",
    [
        "datetime.now(UTC)",
        "datetime.datetime.now()",
        "x(key=timezone.now)",
        "date.today()",
        "time.time()",
        "from time import time",
        "from django.utils.timezone import now as later",
    ],
)
def test_a_reading_of_the_clock_is_noticed(text: str) -> None:
    assert calls(ast.parse(text))


def test_a_timer_is_no_clock() -> None:
    assert not calls(ast.parse("time.monotonic(); clock.now(); self._clock(); from datetime import time"))


def test_only_the_clock_reads_the_time() -> None:
    found = {
        (str(path.relative_to(SOURCE)), call)
        for path in SOURCE.rglob("*.py")
        for call in calls(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert found == set(OTHERS)


def test_a_request_has_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(LATER + timedelta(seconds=each) for each in range(9))
    monkeypatch.setattr(clock, "now", lambda: next(ticks))
    answer = clock.stamp(lambda request: (moment(request), moment(request)))  # type: ignore[arg-type, return-value]
    assert answer(RequestFactory().get("/")) == (LATER, LATER)


def test_a_page_is_of_the_moment_to_which_the_clock_is_moved(db: None) -> None:
    with clock.moved(to=LATER):
        assert moment(Client().get("/en/verify").wsgi_request) == LATER
        with clock.moved(to=LATER + timedelta(days=1)):
            assert clock.now() == LATER + timedelta(days=1)
        assert clock.now() == LATER
    assert clock.now() != LATER


def test_the_clock_is_given_back_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), clock.moved(to=LATER):
        _ = 1 / 0
    assert clock.now() != LATER


@pytest.mark.parametrize(
    "open_", [{"TELADAN_HOSTS": "teladan.example"}, {"TELADAN_ORIGIN": "https://a.example"}]
)
def test_a_node_that_others_reach_keeps_the_time(
    monkeypatch: pytest.MonkeyPatch, open_: dict[str, str]
) -> None:
    with pytest.raises(env.SettingError, match=r"^TELADAN_CLOCK moves the clock only where"):
        env.read(open_ | {"TELADAN_CLOCK": "30"})
    assert env.read(open_ | {"TELADAN_CLOCK": "0"}).clock == 0
    for name, value in open_.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(env.SettingError, match=r"^The clock is moved only where"), clock.moved(to=LATER):
        pass


@pytest.mark.parametrize(("days", "moved"), [("30", 30), ("+30", 30), ("-7", -7), ("", 0)])
def test_the_setting_moves_it_by_days(monkeypatch: pytest.MonkeyPatch, days: str, moved: int) -> None:
    monkeypatch.setenv("TELADAN_CLOCK", days)
    clock.days_moved.cache_clear()
    try:
        ahead = clock.now() - datetime.now(UTC)
    finally:
        clock.days_moved.cache_clear()
    assert abs(ahead - timedelta(days=moved)) < timedelta(minutes=1)


@pytest.mark.parametrize("days", ["soon", "1.5", "٣", "1000000", "2027-03-01"])
def test_a_setting_that_is_no_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(env.SettingError, match="write a number of days"):
        env.read({"TELADAN_CLOCK": days})
