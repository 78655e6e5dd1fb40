"""A public page: one question, answered as HTML, JSON and CSV at one address.

    @public_page("portal/cooperation/meeting.html", token=state.exchanged)
    def meeting(request: HttpRequest, code: str) -> Answer:
        view = queries.meeting(code)
        if view is None:
            raise Http404
        table = contributions(view)
        return Answer(
            context=lambda: {"view": view, "contributions": table},
            json=lambda: data.value(view),
            csv=lambda: Csv(code, table.header, table.records()),
            crumbs=(Crumb(_("Cooperation"), "portal:cooperation"), Crumb(plain(view.row.titles))),
        )

Only what is asked for is computed. The page links the representations that it has; the others do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from teladan.web.page_cache import MAX_AGE, State, kept
from teladan.web.responses import as_csv, as_json


class Crumb(NamedTuple):
    """One step of the way up: a title, the name of its address ("" for the page itself), its arguments."""

    title: Any
    name: str = ""
    arguments: Mapping[str, str] = {}

    @property
    def address(self) -> str | None:
        """Where it leads."""
        return reverse(self.name, kwargs=dict(self.arguments)) if self.name else None


class Csv(NamedTuple):
    """Rows as a file: its name without ending, and the addresses that lead to the proof of its figures."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[object]]
    manifests: Iterable[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a page answers, each representation computed when it is asked for.

    `problem`: what was asked for makes no sense; the page says so with status 404, and there are no data.
    `invented`: what the page shows in its stead is not what was asked for, so its status is 404 too.
    """

    context: Callable[[], Mapping[str, Any]]
    json: Callable[[], Mapping[str, Any]] | None = None
    csv: Callable[[], Csv] | None = None
    crumbs: Sequence[Crumb] = ()
    problem: str = ""
    invented: Callable[[], bool] | None = None


class Elsewhere(Exception):  # noqa: N818  (an answer, not a fault)
    """What was asked for has a page of another name; each representation leads to the same one there."""

    def __init__(self, name: str, arguments: Mapping[str, str]) -> None:
        super().__init__(name)
        self.name = name
        self.arguments = arguments


def public_page(
    template: str,
    *,
    token: Callable[..., str | State | None],
    params: Collection[str] = (),
    blank: Collection[str] = (),
    max_age: int = MAX_AGE,
) -> Callable[[Callable[..., Answer]], Callable[..., HttpResponse]]:
    """Serve what a view answers: by a template, as JSON, as CSV. The other arguments are those of `kept`."""

    def decorate(view: Callable[..., Answer]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def respond(request: HttpRequest, face: str | None = None, **kwargs: Any) -> HttpResponse:
            try:
                answer = view(request, **kwargs)
            except Elsewhere as other:
                arguments = {**other.arguments, **({"face": face} if face else {})}
                return redirect(reverse(other.name, kwargs=arguments))
            if face:
                return _data(answer, face)
            alternates = [name for name in ("json", "csv") if getattr(answer, name)]
            crumbs = [(crumb.title, crumb.address) for crumb in answer.crumbs]
            context = {"crumbs": crumbs, "twins": alternates, **answer.context()}
            missing = answer.problem or (answer.invented and answer.invented())
            return render(request, template, context, status=404 if missing else 200)

        page = kept(token=token, params=params, blank=blank, max_age=max_age)(respond)
        page.question, page.template = view, template  # type: ignore[attr-defined]  # for archives
        return page

    return decorate


def _data(answer: Answer, face: str) -> HttpResponse:
    if answer.problem:
        raise Http404(answer.problem)
    if face == "json" and answer.json:
        return as_json(answer.json())
    if face == "csv" and answer.csv:
        return as_csv(*answer.csv())
    raise Http404
