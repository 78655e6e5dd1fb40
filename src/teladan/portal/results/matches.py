"""How each printed name of a publication was matched to an organisation."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from markupsafe import Markup

from teladan.core.table import Column, Table
from teladan.portal.names import body_address, organisation_name
from teladan.publication.models import Publication
from teladan.registry.models import NameMatch
from teladan.web.formats import link, said
from teladan.web.reasons import match_text


def match_table(publication: Publication, matches: Sequence[NameMatch]) -> Table[NameMatch]:
    """Return the names, those that needed a decision first; the data have codes where the page has words."""

    def printed(match: NameMatch) -> Markup:
        return Markup('<span lang="{}">{}</span>').format(match.organisation.language, match.printed)

    def organisation(match: NameMatch) -> Markup:
        address = body_address(match.organisation_id, match.organisation.kind)
        return link(address, organisation_name(match.organisation))

    def note(match: NameMatch) -> Markup | str:
        return Markup('<span lang="en">{}</span>').format(match.note) if match.note else ""

    return Table(
        (
            Column(None, lambda match: match.publication, key="publication"),
            Column(_("Printed name"), printed, "x4 r", key="printed", value=lambda match: match.printed),
            Column(None, lambda match: match.organisation_id, key="organisation"),
            Column(
                _("Matched to"), organisation, "x4", key="name", value=lambda match: match.organisation.name
            ),
            Column(
                _("How"), lambda match: match_text(match.how), "x4", key="how", value=lambda match: match.how
            ),
            Column(_("Note"), note, "x4", key="note", value=lambda match: match.note),
        ),
        matches,
        title=_("Printed names and how they were matched"),
        sub=said(publication.titles),
        css="t-table t-table--tight t-sticky t-stack",
        box="t-box",
    )
