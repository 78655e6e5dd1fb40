"""An archive of one edition: whole without us, the same bytes every time, verified with the network cut."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.publication.sample import GOOD, OFF_SCALE, SPBE
from tests.publication.sample import publish as publish_sample

DENPASAR = "spbe-2021-denpasar"
ACEH_TENGAH = "pemdi-2026-aceh-tengah"
AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
NETWORK_CUT = """\
import socket, runpy, sys
def refused(*_args, **_kwargs):
    raise SystemExit("the verifier tried to reach the network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@dataclass(frozen=True)
class Made:
    """Archives of one state: twice the same, as a ZIP file, in one language, of a site with an address."""

    folder: Path
    again: Path
    zip: Path
    zip_again: Path
    korean: Path
    with_site: Path
    countries: Path
    corrected: Path


@pytest.fixture(scope="module")
def made(empty_database: str, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Publish Denpasar and another edition in a node of their own, correct the first, and archive it."""
    from django.test import override_settings

    from teladan.portal import archive
    from teladan.publication.queries import archives

    base = tmp_path_factory.mktemp("archives")
    with node(empty_database, django_db_blocker, base / "node") as sign:
        publish(DENPASAR, "spbe/2021-denpasar")
        sign()
        publish(ACEH_TENGAH, "pemdi/2026-aceh-tengah")  # the log grows past what the archive needs
        sign()
        archive.write(DENPASAR, base / "folder" / f"{DENPASAR}-1")
        archives.folder().mkdir()
        archives.path(DENPASAR, 1).write_bytes(b"made by the worker")  # the site links it; no archive does
        archive.write(DENPASAR, base / "again" / f"{DENPASAR}-1")
        for name in ("zip", "zip again"):
            archive.write(DENPASAR, base / name / DENPASAR, zipped=True)
        archive.write(DENPASAR, base / "korean", languages=["ko"])
        with override_settings(TELADAN_ORIGIN="https://teladan.example"):
            archive.write(DENPASAR, base / "with site")
        publish("oecd-dgi-2023", "oecd-dgi/2023")
        sign()
        archive.write("oecd-dgi-2023", base / "countries", languages=["en"])
        correct(base / "published", sign)
        archive.write("smp-2024", base / "corrected", languages=["en"])
    return Made(
        folder=base / "folder" / f"{DENPASAR}-1",
        again=base / "again" / f"{DENPASAR}-1",
        zip=base / "zip" / f"{DENPASAR}.zip",
        zip_again=base / "zip again" / f"{DENPASAR}.zip",
        korean=base / "korean",
        with_site=base / "with site",
        countries=base / "countries",
        corrected=base / "corrected",
    )


@contextmanager
def node(empty_database: str, blocker: Any, home: Path) -> Iterator[Any]:
    """Bind Django to a node of its own; give the call that has its acts placed and signed."""
    import psycopg
    from django.db import connections
    from django.test import override_settings
    from psycopg.conninfo import conninfo_to_dict, make_conninfo

    from teladan.config import database
    from teladan.record.sequencer import Sequencer

    name, template = f"test_teladan_{os.getpid()}_archive", conninfo_to_dict(empty_database)["dbname"]
    url = make_conninfo(empty_database, dbname=name)
    with psycopg.connect(make_conninfo(empty_database, dbname="postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        connection = connections["default"]
        before = dict(connection.settings_dict)
        moments = iter(range(10_000))
        sequencer = Sequencer(
            url,
            home=home,
            keys=home / "keys",
            signed=home / "signed" / "checkpoint",
            node="localhost/record",
            clock=lambda: AT + timedelta(seconds=next(moments)),
        )

        def sign() -> None:
            while sequencer.step():
                pass

        with (
            blocker.unblock(),
            override_settings(
                TELADAN_HOME=home,
                TELADAN_KEYS=home / "keys",
                TELADAN_SIGNED=home / "signed" / "checkpoint",
                TELADAN_NODE="localhost/record",
            ),
        ):
            connection.close()
            connection.settings_dict.update(database.django_settings(url))
            try:
                yield sign
            finally:
                sequencer.close()
                connection.close()
                connection.settings_dict.clear()
                connection.settings_dict.update(before)
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def publish(code: str, folder: str) -> None:
    """Release one of the publications that come with Teladan."""
    from teladan.core import library
    from teladan.publication.models import Publication
    from teladan.publication.services import load_publication
    from teladan.registry.services import load_registry

    root = library.shipped("published")
    load_registry(root / "organisations")
    assert load_publication(root / folder, at=AT)
    assert Publication.objects.filter(code=code).exists()


def correct(published: Path, sign: Any) -> None:
    """Release a sample publication, then its correction: a figure of its second body."""
    from teladan.publication.documents.source import read
    from teladan.publication.services import draft, prepare, release
    from teladan.publication.services.loading import samples
    from teladan.registry.services import load_registry

    for name, text in ORGANISATIONS.items():
        (published / "organisations").mkdir(parents=True, exist_ok=True)
        (published / "organisations" / name).write_text(text, encoding="utf-8")
    load_registry(published / "organisations")
    publisher, second = samples(AT)
    for rows, reason in (
        (OFF_SCALE, ""),
        (OFF_SCALE.replace("0.30,1.71,Kurang", "3.55,3.19,Baik"), "Annex, p. 9"),
    ):
        source = read(publish_sample(published, SPBE + GOOD + rows))
        made = draft(by=publisher, source=source, at=AT, reason=reason)
        release(by=second, preparation=prepare(by=publisher, preparation=made, at=AT), at=AT)
        sign()


ORGANISATIONS = {
    "countries.csv": "organisation,alpha2,name_en,name_id,name_ko\nIDN,ID,Indonesia,Indonesia,인도네시아\n",
    "groups.csv": "group,organisation\nkorea-asean,IDN\n",
    "regions.csv": "region,name\nsmp,Sample Province\n",
    "idn.csv": "organisation,name,kind,region,from,until,note\n"
    "smp-a,Kab. Sample A,regency,smp,,,\nsmp-b,Kota Sample B,city,smp,,,\n",
    "matches.csv": "publication,printed,organisation,how,note\n"
    "smp-2024,Sample A,smp-a,exact,\nsmp-2024,Sample B,smp-b,exact,\n",
}


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- what is in it ----------------------------------------------------------------------------


def test_the_same_state_gives_the_same_bytes(made: Made) -> None:
    assert files_of(made.folder) == files_of(made.again)
    assert made.zip.read_bytes() == made.zip_again.read_bytes()
    with zipfile.ZipFile(made.zip) as packed:
        held = {name.partition("/")[2]: packed.read(name) for name in packed.namelist()}
    assert held == files_of(made.folder)


def test_the_manifest_holds_the_digest_of_every_other_file(made: Made) -> None:
    held = files_of(made.folder)
    lines = held.pop("manifest.sha256").decode().splitlines()
    assert dict(reversed(line.split("  ")) for line in lines) == {
        path: hashlib.sha256(content).hexdigest() for path, content in held.items()
    }


def test_sha256sum_finds_one_changed_byte(made: Made, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(made.folder, copy)

    def check() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "--quiet", "-c", "manifest.sha256"]
        return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)

    assert (check().returncode, check().stdout) == (0, "")
    page = copy / "ko" / "index.html"
    page.write_bytes(page.read_bytes().replace(b"3.19", b"3.91", 1))
    assert (check().returncode, check().stdout) == (1, "ko/index.html: FAILED\n")


def test_the_data_are_a_valid_frictionless_package(made: Made) -> None:
    from frictionless import Package

    package = Package(str(made.folder / "datapackage.json"))
    report = package.validate()
    assert report.valid, report.to_summary()
    assert [resource.name for resource in package.resources] == [
        "results", "exact", "elements", "scores", "names", "method", "bands", "publications",
    ]  # fmt: skip
    for resource in package.resources:
        assert resource.licenses
        assert resource.sources
        for field in resource.schema.fields:
            assert field.title, field.name
            assert field.description, field.name
    index = package.get_resource("results").schema.get_field("index")
    assert (index.type, index.custom["unit"]) == ("number", "points on the scale of the index")
    row = package.get_resource("results").read_rows()[0]
    assert (row["organisation"], str(row["index"]), row["index_exact"]) == (
        "idn-kota-denpasar", "3.19", "1277/400",
    )  # fmt: skip


def test_a_digit_in_a_table_makes_the_package_invalid(made: Made, tmp_path: Path) -> None:
    from frictionless import validate

    copy = tmp_path / "copy"
    shutil.copytree(made.folder, copy)
    table = copy / "data" / "results.csv"
    table.write_text(table.read_text("utf-8").replace("3.19", "3.91"), encoding="utf-8")
    report = validate(str(copy / "datapackage.json"))
    assert [error.type for task in report.tasks for error in task.errors] == ["hash-count"]


def test_tables_and_published_bytes_say_the_same(made: Made) -> None:
    published = json.loads((made.folder / "data" / "results.json").read_bytes())["rows"][0]
    with (made.folder / "data" / "elements.csv").open(encoding="utf-8", newline="") as stream:
        rows = {row["element"]: row for row in csv.DictReader(stream)}
    assert set(rows) == set(published["elements"])
    for code, entry in published["elements"].items():
        told = {name: rows[code][name] or None for name in entry}
        assert told == {name: entry[name] or None for name in entry}


def test_the_instrument_is_there_as_published_and_as_its_file(made: Made) -> None:
    from teladan.core import library

    manifest = json.loads((made.folder / f"record/publication/{DENPASAR}.json").read_bytes())
    digest = manifest["publications"][0]["instrument"]
    published = (made.folder / "method" / "instrument.json").read_bytes()
    assert hashlib.sha256(published).hexdigest() == digest
    assert (made.folder / "record" / "object" / digest).read_bytes() == published
    file = library.shipped("instruments") / "spbe" / "2020" / "instrument.yaml"
    assert (made.folder / "method" / "instrument.yaml").read_bytes() == file.read_bytes()


# --- checked without us -------------------------------------------------------------------------


def verify(folder: Path, *arguments: str) -> tuple[int, str]:
    """Run the archive's own verifier as the pages say, with the network cut; return status and verdict."""
    command = [sys.executable, "-I", "-c", NETWORK_CUT, "verify.py", *arguments]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={})
    return ran.returncode, ran.stdout.partition("\n")[0] or ran.stderr


def test_the_archive_verifies_with_the_network_cut(made: Made) -> None:
    status, verdict = verify(made.folder, "publication", ".")
    assert (status, verdict[:27]) == (0, f"Holds: {DENPASAR} is"[:27])
    assert "digit by digit" in verdict
    assert verify(made.folder, "log", ".") == (
        0,
        "Holds: the record localhost/record of 3 entries is exactly what its signed checkpoint says.",
    )
    assert verify(made.folder, "proof", "record/proof/2")[0] == 0
    assert verify(made.folder, "publication", ".", "--key", "@record/key")[0] == 0


@pytest.mark.parametrize("changed", ["results", "entry", "checkpoint", "receipt"])
def test_a_changed_digit_is_found(made: Made, tmp_path: Path, changed: str) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(made.folder, copy)
    manifest = json.loads((copy / f"record/publication/{DENPASAR}.json").read_bytes())
    path = {
        "results": f"record/object/{manifest['publications'][0]['results']}",
        "entry": "record/tile/entries/000.p/3",
        "checkpoint": "record/checkpoint",
        "receipt": "record/proof/2",
    }[changed]
    content = (copy / path).read_bytes()
    # the index of Denpasar; the first digit of an act; a letter of the root or the signature
    place = content.index(b'"3.19"') + 1 if changed == "results" else len(content) // 2
    digit = bytes([content[place] ^ 1])
    (copy / path).write_bytes(content[:place] + digit + content[place + 1 :])
    statuses = [verify(copy, "publication", ".")[0], verify(copy, "log", ".")[0]]
    assert statuses != [0, 0]  # 1: does not hold; 2: no longer the form of a receipt or a note


def test_the_log_goes_no_further_than_the_publication_needs(made: Made) -> None:
    assert (made.folder / "record" / "checkpoint").read_text("utf-8").splitlines()[:2] == [
        "localhost/record",
        "3",
    ]
    assert sorted(path.name for path in (made.folder / "record" / "tile").rglob("*") if path.is_file()) == [
        "3",
        "3",
    ]


# --- the pages ------------------------------------------------------------------------------------


class References(HTMLParser):
    """The addresses and the anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.addresses += [given[name] or "" for name in ("href", "src", "action") if name in given]
        self.anchors |= {given["id"] or ""} if "id" in given else set()


@pytest.mark.parametrize("which", ["folder", "korean", "with_site", "countries", "corrected"])
def test_every_link_leads_somewhere(made: Made, which: str) -> None:
    folder: Path = getattr(made, which)
    broken = []
    for page in sorted(folder.rglob("*.html")):
        for address in References(page.read_text("utf-8")).addresses:
            if address.startswith("https://") or (which == "with_site" and address.startswith("https://t")):
                continue
            path, _, fragment = address.partition("#")
            target = (page.parent / path).resolve() if path else page
            there = target.is_file() and (
                not fragment
                or target.suffix != ".html"
                or fragment in References(target.read_text("utf-8")).anchors
            )
            if not there:
                broken.append(f"{page.relative_to(folder)}: {address}")
    assert broken == []


def test_pages_outside_are_linked_marked_or_not_at_all(made: Made) -> None:
    page = "en/index.html"
    without, with_site = (
        folder.joinpath(page).read_text("utf-8") for folder in (made.folder, made.with_site)
    )
    ours = [a for a in References(without).addresses if a.startswith("https://")]
    assert not [a for a in ours if "teladan" in a]
    assert "localhost" not in "".join(
        path.read_text("utf-8").replace("localhost/record", "") for path in made.folder.rglob("*.html")
    )
    outside = re.findall(r'<a href="https://teladan\.example/[^"]*">.*?</a>', with_site, re.DOTALL)
    assert outside
    assert not [a for a in outside if "(on the site)" not in a and "on the site</a>" not in a]
    assert "(on the site)" not in without


def test_every_page_is_there_in_each_language_with_its_figures(made: Made) -> None:
    pages = {
        language: {
            path.relative_to(made.folder / language) for path in (made.folder / language).rglob("*.html")
        }
        for language in ("en", "id", "ko")
    }
    assert pages["en"] == pages["id"] == pages["ko"]
    wanted = ["check.html", "history.html", "index.html", "instrument.html", "names.html", "proof.html"]
    assert sorted(map(str, pages["en"])) == [
        *wanted[:3],
        "instrument.html",
        "names.html",
        f"organisations/{KOTA}.html",
        "proof.html",
    ]
    for language, index in {"en": "3.19", "id": "3,19", "ko": "3.19"}.items():
        for page in ("index.html", f"organisations/{KOTA}.html"):
            assert index in (made.folder / language / page).read_text("utf-8")
    assert sorted(path.name for path in made.korean.iterdir() if path.is_dir()) == [
        "data", "ko", "method", "record", "static",
    ]  # fmt: skip


KOTA = "idn-kota-denpasar"


def test_a_country_has_a_page_of_its_row(made: Made, browser: Any, axe: Any) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto((made.countries / "en" / "index.html").as_uri())
    page.click('a[href="organisations/KOR.html"] >> nth=0')
    assert page.inner_text("h1") == "South Korea: 0.935"
    cells = [cell.inner_text() for cell in page.query_selector_all("tbody tr:nth-child(2) > *")]
    assert cells == ["DATA Data-driven public sector", "1", "–"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe(page) == []
    page.close()


def test_a_corrected_edition_has_both_versions(made: Made) -> None:
    folder = made.corrected
    publications = json.loads((folder / "record/publication/smp-2024.json").read_bytes())["publications"]
    assert [(each["number"], each["kind"]) for each in publications] == [
        (1, "publication"),
        (2, "correction"),
    ]
    for each in publications:
        assert (folder / "record" / "proof" / str(each["entry"])).is_file()
        assert (folder / "record" / "object" / each["results"]).is_file()
    beside = (folder / "en" / "corrections" / "2.html").read_text("utf-8")
    for figure in ("1.71", "3.19", "Annex, p. 9"):
        assert figure in beside
    assert 'href="corrections/2.html"' in (folder / "en" / "index.html").read_text("utf-8")
    with (folder / "data" / "results.csv").open(encoding="utf-8", newline="") as stream:
        assert [row["index"] for row in csv.DictReader(stream)] == ["3.19", "3.19"]
    assert verify(folder, "publication", ".")[0] == 0
    assert verify(folder, "log", ".")[0] == 0


def test_readme_says_in_three_languages_how_to_check(made: Made) -> None:
    text = (made.folder / "README.txt").read_text("utf-8")
    assert [name for name in ("English", "Bahasa Indonesia", "한국어") if f"{name}\n====" in text] == [
        "English", "Bahasa Indonesia", "한국어",
    ]  # fmt: skip
    assert text.count("    python3 -I verify.py publication .\n") == 3
    assert text.count((made.folder / "record" / "key").read_text("ascii").strip()) == 3
    assert [line for line in text.splitlines() if len(line) > 100] == []


@pytest.mark.parametrize(
    "language", ["en", pytest.param("id", marks=pytest.mark.more), pytest.param("ko", marks=pytest.mark.more)]
)
def test_pages_open_from_the_file_system(made: Made, browser: Any, axe: Any, language: str) -> None:
    failed: list[str] = []
    files = sorted(path.relative_to(made.folder) for path in (made.folder / language).rglob("*.html"))
    context = browser.new_context(viewport={"width": 320, "height": 800}, offline=True)
    page = context.new_page()
    page.goto((made.folder / "index.html").as_uri())
    page.click(f'main a[href="{language}/index.html"]')
    page.click('nav.t-nav a[href="proof.html"]')
    assert page.url.endswith(f"/{language}/proof.html")
    page.wait_for_load_state()
    page.on("requestfailed", lambda request: failed.append(f"{request.failure} {request.url}"))
    page.on("console", lambda message: failed.append(message.text))
    for file in (Path("index.html"), *files):
        page.goto((made.folder / file).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, file
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px"  # the stylesheet is there
    # leaving a page ends what it still loads, as its icon
    assert [line for line in failed if not line.startswith("net::ERR_ABORTED")] == []
    for file in (Path("index.html"), *files):
        page.goto((made.folder / file).as_uri())
        assert axe(page) == [], file
    context.close()


# --- when it cannot be made -------------------------------------------------------------------------


def test_what_cannot_be_archived(empty_database: str, django_db_blocker: Any, tmp_path: Path) -> None:
    with node(empty_database, django_db_blocker, tmp_path / "node") as sign:
        refusals(tmp_path, sign)


def refusals(tmp_path: Path, sign: Any) -> None:
    from teladan.portal import archive

    def refusal(*arguments: Any, **options: Any) -> str:
        with pytest.raises(archive.CannotArchive) as caught:
            archive.write(*arguments, **options)
        return str(caught.value)

    out = tmp_path / "out"
    assert refusal(DENPASAR, out) == (
        f"there is no publication '{DENPASAR}': nothing is loaded yet; run teladan load"
    )
    publish(DENPASAR, "spbe/2021-denpasar")
    assert refusal("spbe-2021", out) == f"there is no publication 'spbe-2021'; there are: {DENPASAR}"
    assert refusal(DENPASAR, out).startswith(
        f"the proof of {DENPASAR}, publication 1, is pending: no signed checkpoint covers it yet"
    )
    sign()
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")
    assert refusal(DENPASAR, out) == (f"{out} is not an empty folder; name another with --out, or empty it")
    assert list(out.iterdir()) == [out / "mine.txt"]
    (tmp_path / "there.zip").write_bytes(b"mine")
    assert "is there already" in refusal(DENPASAR, tmp_path / "there", zipped=True)
    changed_objects(tmp_path / "node", lambda: refusal(DENPASAR, tmp_path / "new"))
    tile = tmp_path / "node" / "record" / "tile" / "entries" / "000.p" / "3"
    tile.unlink()
    assert refusal(DENPASAR, tmp_path / "new") == (
        f"{tile} is not there: run `teladan audit`, which names what is wrong"
    )
    assert sorted(path.name for path in tmp_path.iterdir() if "new" in path.name or "part" in path.name) == []


def changed_objects(home: Path, refusal: Callable[[], str]) -> None:
    """Change one object, and let the manifest name a file that is none: neither gets into an archive."""
    from teladan.publication.models import Preparation, Publication
    from teladan.record import objects

    digest = Publication.objects.get(code=DENPASAR).sha256
    file, content = objects.path(digest), objects.get(digest)
    file.write_bytes(content.replace(b"1", b"2", 1))
    assert refusal() == (
        f"{file} holds other bytes than were published: run `teladan audit`, which names what is wrong"
    )
    file.write_bytes(content)
    (home / "keys" / "record.key").read_text(encoding="utf-8")  # the file that is reached for is there
    outside = "./../keys/record.key"
    Preparation.objects.filter(code=DENPASAR).update(results_sha256=outside)
    assert refusal() == (
        f"the object {outside!r} is not there: run `teladan audit`, which names what is wrong"
    )
    Preparation.objects.filter(code=DENPASAR).update(results_sha256=digest)
