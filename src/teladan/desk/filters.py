"""How the templates of the desk dress what a view holds: `{{ view.entry | proof }}`."""

from __future__ import annotations

from teladan.desk.adoptions.page import adoption_table
from teladan.desk.fields import errors_of
from teladan.desk.organisations import organisation_name
from teladan.desk.practices.page import figure_table, runs, sources
from teladan.desk.publications.words import correction_state, preparation_state
from teladan.desk.requests.words import answer_state, request_state
from teladan.desk.words import proof, shown

FILTERS = {
    filter_.__name__: filter_
    for filter_ in (
        adoption_table,
        answer_state,
        correction_state,
        errors_of,
        figure_table,
        organisation_name,
        preparation_state,
        proof,
        request_state,
        runs,
        shown,
        sources,
    )
}
