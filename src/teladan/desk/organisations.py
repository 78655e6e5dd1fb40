"""Which organisation is meant: by its code, its name, or the one that a person has a role for."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from teladan.desk.fields import ExchangeForm
from teladan.publication.queries import search
from teladan.registry.models import Organisation, Person
from teladan.registry.queries import roles_of
from teladan.web.formats import plain

MOST_MEANT = 6


def meant(form: ExchangeForm, name: str) -> Organisation | None:
    """Return the organisation that a field names; where it is none or several, say so at the field."""
    text = form.cleaned_data.get(name, "")
    if not text:
        return None
    known = Organisation.objects.select_related("country")
    code = text.upper() if len(text) == 3 else text
    by_code = known.filter(code__in=(text, code)).first()
    if by_code is not None:
        return by_code
    several = search(text[:100])
    exact = [organisation for organisation in several if organisation.name.casefold() == text.casefold()]
    if len(exact or several) == 1:
        return (exact or several)[0]
    if several:
        some = "; ".join(f"{one.code} ({organisation_name(one)})" for one in several[:MOST_MEANT])
        text = _("Several organisations are called so. Write the code of one: %(some)s.") % {"some": some}
    else:
        text = _("No organisation of the registry has this name or code. Look at its spelling.")
    form.add_error(name, text)
    return None


def organisation_name(organisation: Organisation) -> str:
    """Return how an organisation is called: a country in the reader's language, others by their own name."""
    is_country = organisation.pk == organisation.country_id
    return plain(organisation.country.titles) if is_country else organisation.name


def own(person: Person, *kinds: str, at: datetime) -> str:
    """Return the code of the one organisation that a person has one of some roles for; "" where not one."""
    codes = {held.scope.code for held in roles_of(person, at) if held.kind in kinds}
    return codes.pop() if len(codes) == 1 else ""
