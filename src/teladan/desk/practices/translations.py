"""Translating a practice: every text beside its translation, and writing one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from teladan.desk.act import act, form_view, sent
from teladan.desk.pages import asking, page, practice_of
from teladan.desk.practices.forms import TranslationForm
from teladan.desk.practices.page import texts
from teladan.desk.practices.texts import texts_of
from teladan.desk.signed_in import signed_in
from teladan.exchange import labels, rules, services
from teladan.exchange.content import TranslationPart
from teladan.exchange.models import Practice
from teladan.registry.refusals import demand
from teladan.web.formats import language
from teladan.web.jinja import url
from teladan.web.page import moment

AT = {"translation-place": "text", "translation-language": "text", "translation-of-another": "text"}


@require_safe
@signed_in
def translations(request: HttpRequest, code: str) -> HttpResponse:
    """Show every text of a practice beside its translation into one language."""
    person, practice = asking(request), practice_of(code)
    demand(rules.may_translate(person, practice, at=moment(request)))
    own, wanted = _languages(request, practice)
    context = {
        "practice": practice,
        "wanted": wanted,
        "texts": texts(texts_of(practice, wanted), code, own, wanted),
        "offered": [(code, name) for code, name in labels.LANGUAGES.items() if code != own],
    }
    return page(request, "desk/practices/translations.html", context)


@form_view
def translate(request: HttpRequest, code: str, place: str) -> HttpResponse:
    """Write the translation of one text, the text itself beside it."""
    person, practice = asking(request), practice_of(code)
    demand(rules.may_translate(person, practice, at=moment(request)))
    own, wanted = _languages(request, practice)
    text = next((text for text in texts_of(practice, wanted) if text.place == place), None)
    if text is None:
        raise Http404
    before = text.translation.text if text.translation else ""
    form = TranslationForm(sent(request), initial={"text": before, "made_by": "person"})

    def translated(given: dict[str, Any]) -> object:
        part = TranslationPart(place=place, language=wanted, text=given["text"], model=given["model"])
        return services.translate(by=person, practice=practice, translation=part, at=moment(request))

    return act(
        request,
        form,
        do=translated,
        at=AT,
        done=_("The translation is kept. Its proof follows within a minute."),
        to=lambda _translation: url("desk:translate", code=code) + f"?language={wanted}",
        template="desk/practices/translate.html",
        context=lambda: {"practice": practice, "own": own, "wanted": wanted, "text": text, "form": form},
    )


def _languages(request: HttpRequest, practice: Practice) -> tuple[str, str]:
    """Return the language of a practice's texts and the one to translate into."""
    own = practice.versions.order_by("-number").values_list("language", flat=True)[0]
    asked = request.GET.get("language", "")
    offered = [code for code in labels.LANGUAGES if code != own]
    return own, asked if asked in offered else next(code for code in (language(), *offered) if code != own)
