"""How the templates of the public pages dress what a view holds: `{{ text | named(view.language) }}`."""

from __future__ import annotations

from teladan.portal.archive.links import relinked
from teladan.portal.cooperation.page import cited, follow_ups, meeting_link, period, track_heading
from teladan.portal.instruments.words import criteria_text, language_title, own_words, scale_text, whose_text
from teladan.portal.names import country_name, short_name, source_text
from teladan.portal.practices.words import or_not_seen
from teladan.portal.record.page import signers
from teladan.portal.record.words import (
    act_text,
    base64,
    correction_address,
    digest_link,
    entry_link,
    kind_text,
    publication_title,
    role_text,
    state_of,
    time_text,
    utc,
)
from teladan.portal.results.findings import figures_state
from teladan.portal.uncertainty.words import report_of
from teladan.portal.words import number, source_title

FILTERS = {
    filter_.__name__: filter_
    for filter_ in (
        act_text,
        base64,
        cited,
        correction_address,
        country_name,
        criteria_text,
        digest_link,
        entry_link,
        figures_state,
        follow_ups,
        kind_text,
        language_title,
        meeting_link,
        number,
        or_not_seen,
        own_words,
        period,
        publication_title,
        report_of,
        relinked,
        role_text,
        scale_text,
        short_name,
        signers,
        source_text,
        source_title,
        state_of,
        time_text,
        track_heading,
        utc,
        whose_text,
    )
}
