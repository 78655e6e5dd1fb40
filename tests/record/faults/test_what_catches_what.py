"""One place is changed; the table says who catches it, and that what they say names the place."""

from __future__ import annotations

import logging

import pytest

from tests.conftest import ROOT
from tests.record.faults.damage import AUDIT, LOG, PAGE, PUBLICATION, START, WORK
from tests.record.faults.office import CODE
from tests.record.faults.places import PLACES, as_text


@pytest.fixture
def remembered(office, tmp_path):
    """What a stranger remembers of the record before anything was changed."""
    logging.disable()
    office.back()
    office.mirror(tmp_path / "mirror")
    assert office.verify("log", str(tmp_path / "mirror"), "--remember", str(tmp_path / "remembered")) is None
    yield tmp_path
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_a_changed_place_is_caught_by_exactly_these(office, remembered, place):
    place.damage(office)
    mirror = remembered / "mirror"
    office.mirror(mirror)
    told = {
        LOG: office.verify("log", str(mirror), "--remember", str(remembered / "remembered")),
        PUBLICATION: office.verify(
            "publication", str(mirror / "record" / "publication" / f"{CODE}.json"), "--log", str(mirror)
        ),
        PAGE: office.page(),
    }
    findings = office.audit()
    told[AUDIT] = "\n".join(f"{each.place}: {each.message}" for each in findings) or None
    if findings:
        stopping = any(each.stops for each in findings)
        assert not stopping or office.start() is not None, "signing goes on after a finding"
        office.change("DELETE FROM record_audit")
    told[START] = office.start()
    office.back()
    told[WORK] = office.at_work(lambda: place.damage(office))
    said = {catcher: text for catcher, text in told.items() if text}
    assert set(said) == set(place.caught), said
    assert [text for catcher, text in place.caught.items() if text not in said[catcher]] == [], said


def test_the_page_shows_this_table():
    page = ROOT / "docs" / "methodology" / "what-catches-what.md"
    assert page.read_text(encoding="utf-8").endswith(as_text())


def test_what_nobody_catches_is_explained():
    assert [place.name for place in PLACES if not place.caught and not place.why] == []


def test_every_table_of_the_record_and_every_file_is_in_the_table(office):
    office.back()
    names = " ".join(place.name for place in PLACES)
    tables = {table for table in office.tables if table.startswith("record_")} - {"record_audit"}
    assert [table for table in tables if table not in names] == []
    files = [
        path.relative_to(office.log.home).as_posix()
        for path in office.log.record.rglob("*")
        if path.is_file()
    ]
    assert [name for name in files if name not in names] == []
