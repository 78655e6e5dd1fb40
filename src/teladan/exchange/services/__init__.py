"""Writing the exchange: practices, adoptions, requests; loaded from files, carried between nodes."""

from teladan.exchange.services.adopting import (
    Beginning,
    become,
    begin_adoption,
    move,
    weigh,
)
from teladan.exchange.services.appraising import appraise, reply
from teladan.exchange.services.changing import modify, observe_outcome
from teladan.exchange.services.loading import load_exchange
from teladan.exchange.services.people import (
    answer,
    ask_owner,
    close_request,
    consent,
    file_request,
    name_focal_point,
    withdraw_consent,
)
from teladan.exchange.services.practices import (
    answer_check_in,
    ask_check_in,
    observe,
    record_practice,
    revise,
    translate,
)
from teladan.exchange.services.transferring import carry_in, spoken_for

__all__ = [
    "Beginning",
    "answer",
    "answer_check_in",
    "appraise",
    "ask_check_in",
    "ask_owner",
    "become",
    "begin_adoption",
    "carry_in",
    "close_request",
    "consent",
    "file_request",
    "load_exchange",
    "modify",
    "move",
    "name_focal_point",
    "observe",
    "observe_outcome",
    "record_practice",
    "reply",
    "revise",
    "spoken_for",
    "translate",
    "weigh",
    "withdraw_consent",
]
