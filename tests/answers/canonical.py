"""HTML in one form: a tag or a text a line, whatever the template's white space, quotes and order."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "br",
        "button",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "mark",
        "meter",
        "output",
        "progress",
        "q",
        "s",
        "samp",
        "select",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "time",
        "u",
        "var",
        "wbr",
    ]
)
KEPT = frozenset(("pre", "textarea"))
SCOPES = {"col": "columnheader", "colgroup": "columnheader", "row": "rowheader", "rowgroup": "rowheader"}
SPACES = re.compile(r"[ \t\n\r\f]+")
# The role that a table's own markup has without saying it.
IMPLIED = {
    "table": "table",
    "tr": "row",
    "td": "cell",
    "thead": "rowgroup",
    "tbody": "rowgroup",
    "tfoot": "rowgroup",
}


def html_lines(text: str) -> list[str]:
    """Return a page as lines that are equal exactly where a reader's page is.

    White space counts as it does for a reader: between words and words beside each other in a line it is
    one space, at the edge of a block nothing.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.lines


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self._space = self._content = False
        self._kept = self._head = 0
        self._text: list[str] = []

    def handle_decl(self, decl: str) -> None:
        self._say(f"<!{decl}>", inline=False)

    def handle_comment(self, data: str) -> None:
        self._say(f"<!--{' '.join(data.split())}-->", inline=False)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._end_of_text()
        self._head += tag == "thead"
        said = {name: value or "" for name, value in attrs}
        if said.get("role") and said["role"] == self._implied(tag, said):
            del said["role"]
        if "class" in said:
            said["class"] = " ".join(said["class"].split())
        inner = "".join(f" {name}={value!r}" for name, value in sorted(said.items()))
        self._say(f"<{tag}{inner}>", inline=tag in INLINE and said.get("type") != "hidden", own=tag in VOID)
        self._kept += tag in KEPT

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._end_of_text()
        self._kept -= tag in KEPT
        self._head -= tag == "thead"
        if tag not in VOID:
            self._say(f"</{tag}>", inline=tag in INLINE)

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def close(self) -> None:
        super().close()
        self._end_of_text()

    def _implied(self, tag: str, said: dict[str, str]) -> str | None:
        if tag == "th":
            scope = said.get("scope") or ("col" if self._head else "")
            return SCOPES.get(scope)
        return IMPLIED.get(tag)

    def _say(self, line: str, *, inline: bool, own: bool = False) -> None:
        """Write a tag; a block breaks the text, an element of its own may stand after a space."""
        self._end_of_text()
        if not inline:
            self._space = self._content = False
        elif own:
            self._pass_space()
            self._content = True
        self.lines.append(line)

    def _end_of_text(self) -> None:
        text, self._text = "".join(self._text), []
        if not text:
            return
        if self._kept:
            self.lines += [f"|{line}" for line in text.split("\n")]
            return
        words = SPACES.sub(" ", text)
        if words.startswith(" "):
            self._space = self._content
        if words.strip(" "):
            self._pass_space()
            self.lines.append(words.strip(" "))
            self._content, self._space = True, words.endswith(" ")

    def _pass_space(self) -> None:
        if self._space:
            self.lines.append("␣")
        self._space = False
