"""How the templates of the public pages dress what a view holds: `{{ text | named(view.language) }}`."""

from __future__ import annotations

from teladan.portal.cooperation.page import cited, follow_ups, meeting_link, period, track_heading
from teladan.portal.practices.words import or_not_seen
from teladan.portal.words import named

FILTERS = {
    filter_.__name__: filter_
    for filter_ in (cited, follow_ups, meeting_link, named, or_not_seen, period, track_heading)
}
