"""The API as a whole: its description, how it writes JSON, how it says that something is wrong."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import BaseRenderer

from teladan import __version__
from teladan.api.views import router
from teladan.web.page_cache import kept

PREFIX = "/api/v1/"
DESCRIPTION = """\
Everything that was published, as data. It only reads; there is nothing to sign in to.

**Figures are text.** A printed figure keeps every digit its source prints (`"3.10"`); an exact value
is an integer or a fraction in lowest terms (`"1277/400"`). No figure is ever a binary number.
**null** means that there is nothing to say: not printed, not computed, not known.
**"not seen"** means that whoever carried the data over did not have that part of the source before them.
Every publication says its `kind` (*computed* or *reported*) and names its `source`.

The pages give the same values at their own addresses with `.json`: `/en/results/spbe-2024.json` is
`/api/v1/publications/spbe-2024`. Answers carry `ETag` and `Last-Modified`.
"""


class Readable(BaseRenderer):
    """JSON as the pages write it: every script readable."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:  # noqa: ARG002
        """Return the JSON text."""
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


class OpenData(NinjaAPI):
    """Ninja's API, knowing where it stands without looking for its namespace."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """Return the description, OpenAPI 3.1."""
        return super().get_openapi_schema(path_prefix=path_prefix or PREFIX, path_params=path_params)


api = OpenData(
    title="Teladan open data",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,  # ours below: ninja's would look for its namespace at the top
    urls_namespace="v1",
    renderer=Readable(),
)
api.add_router("", router)


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, exc: ValidationError) -> HttpResponse:
    """Answer a request with a parameter that cannot be."""
    where = exc.errors[0] if exc.errors else {}
    place = ".".join(map(str, where.get("loc", ())))
    return api.create_response(request, {"detail": f"{place}: {where.get('msg', 'not valid')}"}, status=422)


@kept(token=lambda _request: "")
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe the API: OpenAPI 3.1."""
    schema = api.get_openapi_schema()
    return HttpResponse(
        Readable().render(request, schema, response_status=200),
        content_type="application/json; charset=utf-8",
    )


def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer an address under /api/ that leads nowhere, as JSON."""
    detail = {"detail": f"There is nothing here. {PREFIX}openapi.json lists every address."}
    return HttpResponse(
        Readable().render(request, detail, response_status=404),
        status=404,
        content_type="application/json; charset=utf-8",
    )
