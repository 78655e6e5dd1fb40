"""How the templates of the public pages dress what a view holds: `{{ text | named(view.language) }}`."""

from __future__ import annotations

from teladan.portal.cooperation.page import cited, follow_ups, meeting_link, period, track_heading
from teladan.portal.instruments.words import criteria_text, language_title, own_words, scale_text, whose_text
from teladan.portal.practices.words import or_not_seen
from teladan.portal.words import number

FILTERS = {
    filter_.__name__: filter_
    for filter_ in (
        cited,
        criteria_text,
        follow_ups,
        language_title,
        meeting_link,
        number,
        or_not_seen,
        own_words,
        period,
        scale_text,
        track_heading,
        whose_text,
    )
}
