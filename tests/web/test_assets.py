"""The stylesheets: fonts only where the reader's system has none, nothing from elsewhere."""

import re

import pytest

from teladan.web import assets

STYLES = ("built/govuk.css", "built/fonts.css", "built/fonts-ko.css", "teladan.css", "exchange.css")


@pytest.fixture(scope="module", params=STYLES)
def style(request):
    return (assets.WEB / "static" / request.param).read_text(encoding="utf-8")


def test_nothing_is_fetched_from_elsewhere(style):
    assert re.findall(r"url\((?!fonts/)[^)]*\)|@import", style) == []


def test_every_font_file_is_there():
    named = set()
    for name in ("fonts.css", "fonts-ko.css"):
        named |= set(re.findall(r"url\(fonts/([^)]+)\)", (assets.BUILT / name).read_text(encoding="utf-8")))

    assert named == {file.name for file in (assets.BUILT / "fonts").iterdir()}


def test_every_font_waits_for_a_character_of_its_script():
    for name in ("fonts.css", "fonts-ko.css"):
        for face in re.findall(r"@font-face\{[^}]*\}", (assets.BUILT / name).read_text(encoding="utf-8")):
            assert "unicode-range:U+" in face
            assert "font-display:swap" in face


def test_our_fonts_come_after_those_of_every_system():
    style = (assets.WEB / "static" / "teladan.css").read_text(encoding="utf-8")

    families = [name.strip(' "\n') for name in re.search(r"--font:([^;]+);", style)[1].split(",")]

    assert families[0] == "system-ui"
    assert families[-3:] == [assets.FAMILY, assets.FAMILY_HANGUL, "sans-serif"]


def test_no_font_face_of_the_design_system_is_left():
    assert "@font-face" not in (assets.BUILT / "govuk.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("span", "is_hangul"), [("U+ac00-d7a3", True), ("U+20, U+ae00", True), ("U+4e00-9fff", False)]
)
def test_hangul_is_told_from_hanja(span, is_hangul):
    assert assets.covers(span, assets.HANGUL) is is_hangul
