"""A reform officer finds a practice and judges it, in a browser without script; one screen answers first."""

from __future__ import annotations

from typing import Any


def test_an_officer_finds_compares_and_follows_a_practice_to_its_proof(open_page: Any) -> None:
    page = open_page("/en/", script=False)
    page.locator(".t-nav a", has_text="Practices").click()
    page.get_by_label("Country").select_option(label="South Korea")
    page.get_by_label("Theme").select_option(label="Procurement")
    page.get_by_role("button", name="Show").click()
    assert page.locator("tbody tr").count() == 1
    page.locator("tbody th a").click()

    page.get_by_label("Your country").select_option(label="Laos")
    page.get_by_role("button", name="Compare").click()
    assert page.url.endswith("?country=LAO#fit") or "?country=LAO" in page.url
    assert "furthest below South Korea" in page.locator("#fit caption").inner_text()

    page.locator("#lineage tbody a", has_text="TUNEPS").click()
    receipt = page.locator("#stages a", has_text="entry").first.get_attribute("href")
    proof = page.request.get(page.url.split("/en/")[0] + receipt)
    assert proof.ok
    assert proof.text().startswith("c2sp.org/tlog-proof@v1")


def test_one_screen_says_what_it_is_whether_it_worked_who_says_so_and_asks_where_you_are(
    open_page: Any,
) -> None:
    page = open_page("/en/practices/kor-koneps")
    answers = [
        f"dt:has-text('{question}') + dd" for question in ("Did it work?", "Says who?", "Who learned it?")
    ]
    for what in ("h1", ".t-lede", *answers, ".t-facts", ".t-ask .t-status", "#country"):
        box = page.locator(what).bounding_box()
        assert box is not None, what
        assert box["y"] + box["height"] <= 800, what
