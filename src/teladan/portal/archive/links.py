"""The addresses in an archived page: what is in the archive is reached by a relative path.

Other pages of the site are linked at the site's own address, marked, where that is known; else the words
stay and the link goes. A form has nobody to answer it and is left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

ANCHOR = re.compile(r"<a\b(?P<attributes>[^>]*)>(?P<text>.*?)</a>", re.DOTALL)
HREF = re.compile(r'\s+href="(?P<address>[^"]*)"')
FORM = re.compile(r"<form\b.*?</form>\s*", re.DOTALL)
OUTSIDE = ("http://", "https://", "mailto:")
# What only makes sense on a link.
LINK_ONLY = re.compile(r'\s+(?:hreflang|rel|download|target)(?:="[^"]*")?')


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where each address of the site is found from inside the archive.

    `inside` maps a path of the site ("/en/results/spbe-2024") to one of the archive
    ("en/index.html"); `origin` is the site's own address, "" where it is not known; `outside` are the
    words that mark a link to it.
    """

    inside: Mapping[str, str]
    origin: str
    outside: str

    def rewrite(self, html: str, *, site: str, file: str) -> str:
        """Return the content of the page at the site's path `site` as it stands in `file` of the archive."""
        return ANCHOR.sub(lambda match: self._anchor(match, site, file), FORM.sub("", html))

    def _anchor(self, match: re.Match[str], site: str, file: str) -> str:
        attributes, text = match["attributes"], match["text"]
        found = HREF.search(attributes)
        if found is None:
            return match[0]
        address = unescape(found["address"])
        target = self.resolve(address, site=site, file=file)
        if target == address:
            return match[0]
        if target is None:
            kept = LINK_ONLY.sub("", HREF.sub("", attributes))
            return f"<span{kept}>{text}</span>" if kept.strip() else text
        whole = HREF.sub(lambda _: f' href="{escape(target)}"', attributes, count=1)
        mark = f'<span class="t-hide"> ({escape(self.outside)})</span>' if target.startswith(OUTSIDE) else ""
        return f"<a{whole}>{text}{mark}</a>"

    def resolve(self, address: str, *, site: str, file: str) -> str | None:
        """Return where an address of the page leads from the archive; None where it leads nowhere.

        >>> links = Links(inside={"/en/a": "en/index.html"}, origin="https://x.example", outside="outside")
        >>> links.resolve("/en/a#rows", site="/en/b", file="en/more/b.html")
        '../index.html#rows'
        >>> links.resolve("?sort=name#rows", site="/en/a", file="en/index.html")
        'https://x.example/en/a?sort=name#rows'
        """
        if address.startswith(("#", *OUTSIDE)):
            return address
        parts = urlsplit(address)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(site), parts.path)) if parts.path else site
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        there = self.inside.get(path)
        if there is not None and (not parts.query or path != site):
            if there == file and fragment:
                return fragment
            return posixpath.relpath(there, posixpath.dirname(file) or ".") + fragment
        if not self.origin:
            return None
        return f"{self.origin}{path}{f'?{parts.query}' if parts.query else ''}{fragment}"


def relinked(html: str, frame: Any) -> Markup:
    """Return the content of a page of the site with the links of its place in the archive."""
    return Markup(frame.relinked(html) if frame.relinked else html)  # noqa: S704  (our own page)
