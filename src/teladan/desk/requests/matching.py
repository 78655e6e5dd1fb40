"""The practices that match a request: by meaning in any language where there is an index, else by words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from teladan.exchange import queries
from teladan.exchange.models import PracticeRequest
from teladan.exchange.queries import PracticeRow
from teladan.search import queries as index
from teladan.search.library import NoQuestion, SearchHit
from teladan.search.queries import Filters
from teladan.web.formats import language

MOST = 12
LOOKED_AT = 40  # of what is found: practices of the asker's own country are among it


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A practice that may answer a request, and why it is shown."""

    row: PracticeRow
    why: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """The best first; `across` says whether other languages were looked through by meaning."""

    found: list[Match]
    across: bool


def matches(request: PracticeRequest) -> Matches:
    """Return at most twelve practices of other countries for a request."""
    answered = _searched(request)
    why = {hit.source: [_word(reason.how, reason.what) for reason in hit.reasons] for hit in answered}
    for row in queries.matching(request, language()):
        why.setdefault(row.code, []).extend([] if row.code in why else [_("words in common")])
    rows = {
        row.code: row
        for row in queries.practices(language(), codes=why)
        if row.country != request.organisation.country_id
    }
    for code, row in rows.items():
        if request.theme and row.theme == request.theme:
            why[code].append(_("the same theme"))
    order = {code: place for place, code in enumerate(why)}
    best = sorted(rows, key=lambda code: order[code])[:MOST]
    return Matches(
        found=[Match(row=rows[code], why=list(dict.fromkeys(why[code]))) for code in best],
        across=any(hit.likeness is not None for hit in answered),
    )


def _searched(request: PracticeRequest) -> tuple[SearchHit, ...]:
    """Return what the search finds; nothing before its index is made, or where nothing can be asked."""
    passages, _waiting = index.ready()
    if not passages:
        return ()
    try:
        answer = index.search(
            request.problem,
            request.language,
            filters=Filters(kinds=frozenset({"practice"})),
            most=LOOKED_AT,
        )
    except NoQuestion:
        return ()
    return answer.hits


def _word(how: str, what: str) -> str:
    if how == "meaning":
        return _("alike in meaning")
    if how == "words":
        return _("words in common: %(words)s") % {"words": what}
    return _("named in it: %(name)s") % {"name": what}
