"""Kept bytes: rendered once, sent in the encoding asked for, never stale, never without bound."""

import gzip
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import brotli
import pytest
from django.http import HttpResponse, JsonResponse
from django.utils.translation import override

from teladan.web import page_cache as module
from teladan.web.page_cache import Kept, Shelf, State, kept, settle

TEXT = "<p>Exact, or honestly marked as reported.</p>" * 200


class Site:
    """A view that counts its renderings, on a publication whose state can change."""

    def __init__(self, make=lambda: HttpResponse(TEXT), params=("kind",)):
        self.rendered = 0
        self.state = State("one", datetime(2026, 11, 24, 12, tzinfo=UTC))

        def view(request):
            self.rendered += 1
            return make()

        self.view = kept(token=lambda _: self.state, params=params)(view)


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def get(rf, site):
    def get(address="/en/results/", on=site, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        response = on.view(rf.get(address, headers=names))
        settle()
        return response

    return get


@pytest.fixture(autouse=True)
def forget():
    yield
    settle()
    module.shelf_in.cache_clear()


def test_a_page_is_rendered_once(get, site):
    answers = [get(accept_encoding="gzip") for _ in range(3)]

    assert site.rendered == 1
    assert {gzip.decompress(answer.content).decode() for answer in answers} == {TEXT}


def test_each_encoding_holds_the_same_page_under_its_own_tag(get):
    get()

    plain, zipped, small = get(), get(accept_encoding="gzip"), get(accept_encoding="gzip, deflate, br")

    assert plain.content.decode() == TEXT
    assert gzip.decompress(zipped.content).decode() == TEXT
    assert brotli.decompress(small.content).decode() == TEXT
    assert "Content-Encoding" not in plain.headers
    assert (zipped.headers["Content-Encoding"], small.headers["Content-Encoding"]) == ("gzip", "br")
    tags = [answer.headers["ETag"] for answer in (plain, zipped, small)]
    assert len(set(tags)) == 3
    assert not any(tag.startswith("W/") for tag in tags)
    for answer in (plain, zipped, small):
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Cache-Control"] == "public, max-age=300"
        assert answer.headers["Last-Modified"] == "Tue, 24 Nov 2026 12:00:00 GMT"
        assert answer.headers["Content-Length"] == str(len(answer.content))


def test_the_first_visitor_does_not_wait_for_brotli(get):
    assert get(accept_encoding="gzip, br").headers["Content-Encoding"] == "gzip"
    assert get(accept_encoding="gzip, br").headers["Content-Encoding"] == "br"


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", "identity"),
        ("br", "br"),
        ("gzip;q=0.5, br;q=0.1", "br"),
        ("gzip, br;q=0", "gzip"),
        ("br;q=0.0, gzip;q=0", "identity"),
        ("*", "br"),
        ("identity;q=0, *;q=0", "identity"),
        ("GZIP", "gzip"),
        ("zstd, ,;q=,", "identity"),
    ],
)
def test_the_encoding_follows_the_header(accepted, chosen):
    assert module.choose_encoding(accepted, {"identity", "gzip", "br"}) == chosen


def test_who_has_the_page_is_told_so(get, site):
    tag = get(accept_encoding="gzip").headers["ETag"]

    answer = get(accept_encoding="gzip", if_none_match=f'"other", {tag}')

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["ETag"] == tag
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in answer.headers
    assert site.rendered == 1


def test_who_has_the_page_since_it_changed_is_told_so(get):
    assert get(if_modified_since="Tue, 24 Nov 2026 12:00:00 GMT").status_code == 304
    assert get(if_modified_since="Tue, 24 Nov 2026 11:59:59 GMT").status_code == 200


def test_a_tag_of_another_page_gets_the_page(get):
    assert get(if_none_match='"other"').status_code == 200


def test_a_new_state_is_a_new_page(get, site):
    before = get().headers["Last-Modified"]
    site.state = State("two", datetime(2026, 11, 25, tzinfo=UTC))

    assert get().headers["Last-Modified"] != before
    assert site.rendered == 2


def test_language_query_host_and_address_are_different_pages(get, site, settings):
    settings.ALLOWED_HOSTS = ["*"]
    get()
    get("/en/results/?kind=city")
    get("/en/results/other/")
    get(host="b.example")
    with override("id"):
        get()

    assert site.rendered == 5


def test_a_query_that_is_not_listed_is_answered_but_not_kept(get, site, settings):
    for number in range(3):
        answer = get(f"/en/results/?invented={number}", accept_encoding="gzip")
        assert gzip.decompress(answer.content).decode() == TEXT

    assert site.rendered == 3
    assert not settings.TELADAN_KEPT.exists()
    small = get("/en/results/?invented=x", accept_encoding="gzip, br")
    assert brotli.decompress(small.content).decode() == TEXT


@pytest.mark.parametrize(
    "query",
    [
        "kind=city&kind=city",  # said twice
        "kind=%63ity",  # written otherwise than a form writes it
        "kind=city&",
        "&kind=city",
        "kind",
        "q=",  # empty, but not named as such
    ],
)
def test_a_query_in_another_spelling_is_not_kept(get, site, settings, query):
    for _ in range(2):
        get(f"/en/results/?{query}")

    assert site.rendered == 2
    assert not settings.TELADAN_KEPT.exists()


def test_what_a_form_sends_along_empty_may_be_named(rf):
    rendered = []

    @kept(token=lambda _: "one", params=("kind",), blank=("q",))
    def view(request):
        rendered.append(request.GET)
        return HttpResponse(TEXT)

    for query in ("kind=city&q=", "kind=city&q=", "kind=city&q=x", "kind=city&q=x"):
        view(rf.get(f"/en/results?{query}"))

    assert len(rendered) == 3


def test_a_page_takes_nothing_in(rf, site):
    response = site.view(rf.post("/en/results/", {"a": "b"}))

    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    assert site.rendered == 0


@pytest.mark.parametrize(
    "make",
    [
        lambda: HttpResponse(TEXT, status=404),
        lambda: HttpResponse(TEXT, status=500),
        lambda: _with_cookie(HttpResponse(TEXT)),
    ],
)
def test_errors_and_personal_answers_are_not_kept(get, make):
    site = Site(make)

    get(on=site)
    answer = get(on=site)

    assert site.rendered == 2
    assert "Cache-Control" not in answer.headers


def _with_cookie(response):
    response.set_cookie("who", "me")
    return response


def test_no_token_means_not_kept(get, site):
    site.state = None
    get()

    assert "Last-Modified" not in get().headers
    assert site.rendered == 2


def test_keeping_can_be_switched_off(get, site, settings):
    settings.TELADAN_KEEP = False
    get()
    get()

    assert site.rendered == 2


def test_head_is_answered_from_the_same_page(rf, get, site):
    tag = get().headers["ETag"]

    assert site.view(rf.head("/en/results/")).headers["ETag"] == tag
    assert site.rendered == 1


def test_data_keeps_its_type_and_file_name(get):
    site = Site(
        lambda: JsonResponse({"a": TEXT}, headers={"Content-Disposition": 'inline; filename="a.json"'})
    )
    get(on=site)

    answer = get(on=site, accept_encoding="br")

    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Content-Disposition"] == 'inline; filename="a.json"'
    assert answer.headers["Content-Encoding"] == "br"


def test_what_does_not_compress_is_sent_as_it_is(get):
    site = Site(lambda: HttpResponse(b"\x89PNG" * 1000, content_type="image/png"))
    get(on=site)

    assert "Content-Encoding" not in get(on=site, accept_encoding="gzip, br").headers


def test_another_process_finds_the_page_in_the_folder(get, site):
    get()
    module.shelf_in.cache_clear()  # what a new process starts with

    assert get(accept_encoding="br").headers["Content-Encoding"] == "br"
    assert site.rendered == 1


def test_a_damaged_file_is_rendered_anew(get, site, settings):
    get()
    (file,) = (path for path in settings.TELADAN_KEPT.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-1])
    module.shelf_in.cache_clear()

    assert get().content.decode() == TEXT
    assert site.rendered == 2


def test_a_folder_that_cannot_be_written_costs_only_the_keeping(get, site, settings, caplog):
    settings.TELADAN_KEPT.write_text("a file where the folder should be")

    assert get().content.decode() == TEXT
    assert get().content.decode() == TEXT
    assert site.rendered == 1  # memory still holds it
    assert "cannot be kept" in caplog.text


def test_another_version_of_the_code_has_other_pages(get, site, monkeypatch):
    get()
    monkeypatch.setattr(module, "code_version", lambda: "another")
    get()

    assert site.rendered == 2


def page(size):
    return Kept({}, "digest", 0, {"identity": b"x" * size})


def test_a_changed_swapped_or_copied_file_is_no_kept_page(tmp_path, settings):
    shelf = Shelf(tmp_path / "v")
    for key in ("aa", "bb"):
        shelf.write(key, page(100))
    written = shelf.path("aa").read_bytes()
    assert shelf.get("aa") == page(100)

    for place in (0, 40, len(written) - 1):
        changed = bytearray(written)
        changed[place] ^= 1
        shelf.path("aa").write_bytes(changed)
        assert Shelf(tmp_path / "v").get("aa") is None
    for other in (b"", written[:20], shelf.path("bb").read_bytes()):
        shelf.path("aa").write_bytes(other)
        assert Shelf(tmp_path / "v").get("aa") is None
    shelf.path("aa").write_bytes(written)
    settings.SECRET_KEY = "of another installation"
    assert Shelf(tmp_path / "v").get("aa") is None


def test_memory_lets_go_of_what_was_not_used_for_longest(tmp_path):
    shelf = Shelf(tmp_path / "v", memory=250)
    for key in ("aa", "bb"):
        shelf.remember(key, page(100))
    shelf.get("aa")
    shelf.remember("cc", page(100))

    assert [key for key in ("aa", "bb", "cc") if shelf.get(key)] == ["aa", "cc"]


def test_the_folder_is_held_to_its_bounds(tmp_path):
    shelf = Shelf(tmp_path / "kept" / "v", disk_files=3)
    for number in range(10):
        shelf.write(f"{number:02}", page(10))
    shelf.prune()

    assert len([path for path in shelf.folder.rglob("*") if path.is_file()]) == 3
    assert not list(shelf.folder.rglob(".*"))


def test_many_first_visitors_cost_one_rendering(rf):
    together = Barrier(8)
    site = Site()

    def visit(_):
        together.wait()
        return site.view(rf.get("/en/results/")).content

    with ThreadPoolExecutor(8) as visitors:
        answers = set(visitors.map(visit, range(8)))

    assert answers == {TEXT.encode()}
    assert site.rendered == 1
