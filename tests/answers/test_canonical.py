"""What the normaliser lets pass, and what it must not."""

import pytest

from tests.answers.canonical import html_lines
from tests.answers.compare import lines_of
from tests.answers.links import Page, pattern
from tests.answers.masks import Masks
from tests.answers.shelf import Answer, Shelf

ABOUT = {"first": "2026-11-24", "last": "2026-11-25", "port": 8123, "folder": "/tmp/x1", "checkout": "/code"}
MASKS = Masks(ABOUT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('<p class="a  b" id="x">1</p>', "<p id=x\n class='a b'>1</p>"),
        ("<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>", "<ul><li>one</li><li>two</li></ul>"),
        ("<td>\n <a href='/x'>y</a>\n</td>", "<td><a href='/x'>y</a></td>"),
        ("<p>a &amp; b &#8211; c</p>", "<p>a &#38; b – c</p>"),
        ("<p>one\n   two</p>", "<p>one two</p>"),
        ("<p>one <b>two</b></p>", "<p>one<b> two</b></p>"),
        ("<br/><img src='a'/>", "<br><img src='a'>"),
        ("<svg><path d='M0'/></svg>", "<svg><path d='M0'></path></svg>"),
        (
            "<table role=table><thead role=rowgroup><tr role=row><th role=columnheader><td role=cell>",
            "<table><thead><tr><th><td>",
        ),
        (
            "<table><tbody role=rowgroup><tr><th role=rowheader scope=row>",
            "<table><tbody><tr><th scope=row>",
        ),
    ],
)
def test_what_no_reader_sees_is_let_pass(one, other):
    assert html_lines(one) == html_lines(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<td>3.19</td>", "<td>3.20</td>"),
        ("<h2>Data</h2>", "<h3>Data</h3>"),
        ("<a aria-label='Main'>x</a>", "<a aria-label='Site'>x</a>"),
        ("<b>a</b> <b>b</b>", "<b>a</b><b>b</b>"),
        ("<p>one two</p>", "<p>onetwo</p>"),
        ("<p>a <input name='q'></p>", "<p>a<input name='q'></p>"),
        ("<th scope=rowgroup role=columnheader>", "<th scope=rowgroup>"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
        ("<div role='table'>", "<div>"),
        ("<td role='rowheader'>", "<td>"),
        ("<th scope='row' role='columnheader'>", "<th scope='row'>"),
        ("<tr><td>1</td><td>2</td></tr>", "<tr><td>1</td></tr>"),
        ("<!-- note -->", ""),
        ("<p class='a b'>", "<p class='b a'>"),
        ("<p>a&nbsp;b</p>", "<p>a b</p>"),
    ],
)
def test_what_a_reader_could_see_is_not(one, other):
    assert html_lines(one) != html_lines(other)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("/tmp/x1/a of /code/src", "‹folder 1›/a of ‹checkout 1›/src"),
        ('"2026-11-24T23:04:19.595700Z"', '"‹time›"'),
        ("24 November 2026, 23:04 UTC", "‹time›"),
        ("2026년 11월 25일 23:04 UTC", "‹time›"),
        ("52836fa6-c5dd-4456-88b3-75deaf1d41b9", "‹act 1›"),
        ("6b0a868221d355d2 7864254b20b16942 6b0a868221d355d2", "‹pseudonym 1› ‹pseudonym 2› ‹pseudonym 1›"),
        ('"id": "4335979975006545"', '"id": "‹pseudonym 1›"'),
        ("d9da877e9b55f3093e425c5c01f40738434f42293a8b4333a28776582359d33c", "‹digest 1›"),
        ("3NR9753X8DBIEIBxeLA7V5SLIIMdejQOhzu1Nb/fVVc=", "‹bytes 1›"),
        (
            "localhost/record+00f6dcdd+ASQNBLaR5r4romgeeC90+6O/ip17o7wvSuJ3skzNtxD4",
            "localhost/record‹key 1›",
        ),
        ("/static/teladan.f8230a304243.css", "/static/teladan.#.css"),
        ("uuu8p-gtk7s-but89-y7ynq-tv6xw 4KO63FIHIS7MIBUPMKEX7SF3ZM6RQTUD", "‹password 1› ‹secret 1›"),
    ],
)
def test_what_differs_from_run_to_run_gets_a_name(text, masked):
    assert MASKS.put_on(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "23 November 2026, 23:04 UTC",
        "2024-11-24T23:04:19Z",
        "1277/400 3.19 1234567890123456 9182736450918273/1000000000000000",
        "/en/practices/kor-egcc/translate/claims/1/text/and/a/very/long/address",
        "https://example.org/Some/Long/Path2024/ThatGoesOnAndOnAndOnForEver/AndMore",
    ],
)
def test_what_is_content_keeps_its_value(text):
    assert MASKS.put_on(text) == text


def test_a_digest_of_steady_bytes_is_held_against_the_other():
    digest = "d9da877e9b55f3093e425c5c01f40738434f42293a8b4333a28776582359d33c"
    assert Masks(ABOUT | {"steady": [digest]}).put_on(digest) == digest


def test_two_values_that_were_one_are_noticed():
    one, two = (f"{digit}b0a868221d355d2" for digit in "67")
    assert MASKS.put_on(f"{one} {one}") != MASKS.put_on(f"{one} {two}")


def test_a_token_of_a_form_is_named_wherever_its_attributes_stand():
    page = "<input value='{}' type=hidden name=csrfmiddlewaretoken>"
    one, two = (MASKS.put_on("".join(html_lines(page.format(token)))) for token in ("OA5y", "k858"))
    assert one == two


def test_headers_count_but_not_those_that_follow_from_the_moment():
    def answer(**headers):
        return lines_of(Answer("public", "/", 200, headers, b"x"), 8123)

    assert answer(date="1", etag="2") == answer(date="3")
    assert answer(vary="Cookie") != answer()


def test_the_port_does_not_count_nor_white_space_in_a_page_but_in_a_csv():
    def answer(sort, body, port):
        return lines_of(Answer("public", "/", 200, {"content-type": sort}, body), port)

    page = (b"<p>\nhttp://localhost:%d/x", 8123), (b"<p>http://localhost:%d/x", 8124)
    one, two = (answer("text/html; charset=utf-8", body % port, port) for body, port in page)
    assert one == two
    assert answer("text/csv", b"a,b\n", 1) != answer("text/csv", b"a, b\n", 1)


def test_a_shelf_gives_back_what_was_put_on_it(tmp_path):
    shelf = Shelf(tmp_path, new=True)
    shelf.put("public", "/en/", 200, {"vary": "x"}, b"body")
    shelf.tell(ABOUT)
    assert Shelf(tmp_path).get("public", "/en/") == Answer("public", "/en/", 200, {"vary": "x"}, b"body")
    assert Shelf(tmp_path).about() == ABOUT


def test_links_and_forms_of_a_page_are_found():
    page = Page(
        "http://localhost:1/en/practices",
        "<a href='practices/x'></a><form action=''><select name=country><option value=KOR></select></form>"
        "<form method=post action='/en/desk/x'><input type=hidden name=a value=1><input name=b></form>",
    )
    assert page.links == ["http://localhost:1/en/practices/x", "http://localhost:1/en/practices?country=KOR"]
    assert (page.forms[1].fields, page.forms[1].seen) == ([("a", "1"), ("b", "")], True)


def test_fixed_addresses_are_patterns_of_their_own():
    assert pattern("/en/organisations/idn-kab-x.csv") == "/en/organisations/*.csv"
    assert pattern("/en/desk/practices/kor-x/translate/claims/1") == "/en/desk/practices/*/translate/*/1"
