from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404, HttpRequest
from django.test import RequestFactory

from teladan.web.public_page import Answer, Crumb, Csv, public_page

ERROR = "web/error.html"


def never(*_: Any) -> Any:
    raise AssertionError("computed although nobody asked for it")


def served(answer: Answer, **kwargs: str) -> Any:
    view = public_page("portal/about/accessibility.html", token=lambda *_args, **_kwargs: None)(
        lambda _request: answer
    )
    return view(RequestFactory().get("/en/accessibility"), **kwargs)


def test_only_what_is_asked_for_is_computed() -> None:
    answer = Answer(context=never, json=lambda: {"a": 1}, csv=never)
    assert served(answer, face="json").content == b'{\n "a": 1\n}\n'
    answer = Answer(context=never, json=never, csv=lambda: Csv("rows", ("a",), [(1,)], ["/proof.json"]))
    response = served(answer, face="csv")
    assert response.content.decode("utf-8-sig") == "a\r\n1\r\n"
    assert response.headers["Link"] == '</proof.json>; rel="describedby"'


@pytest.mark.parametrize("face", ["json", "csv"])
def test_a_representation_that_a_page_has_not_is_not_there(face: str) -> None:
    with pytest.raises(Http404):
        served(Answer(context=dict), face=face)


def test_a_question_that_makes_no_sense_has_a_page_that_says_so_and_no_data() -> None:
    answer = Answer(context=dict, json=never, problem="There is no such month.")
    assert served(answer).status_code == 404
    with pytest.raises(Http404, match="no such month"):
        served(answer, face="json")


@pytest.mark.parametrize(
    ("given", "linked"),
    [({}, []), ({"json": dict}, ["json"]), ({"json": dict, "csv": never}, ["json", "csv"])],
)
def test_the_page_links_its_way_up_and_its_representations(
    given: dict[str, Callable[..., Any]], linked: list[str]
) -> None:
    crumbs = (
        Crumb("Results", "portal:results"),
        Crumb("SPBE", "portal:edition", {"code": "spbe-2024"}),
        Crumb("x"),
    )
    page = served(Answer(context=dict, crumbs=crumbs, **given)).content.decode()
    for kind in ("json", "csv"):
        assert (f'href="/en/accessibility.{kind}"' in page) == (kind in linked)
    assert page.index('href="/en/results"') < page.index('href="/en/results/spbe-2024"') < page.index(">x<")


def test_a_public_page_is_only_read() -> None:
    view = public_page(ERROR, token=lambda *_args, **_kwargs: None)(never)

    request: HttpRequest = RequestFactory().post("/en/accessibility")
    assert view(request).status_code == 405
