"""Writing the exchange: practices, adoptions, requests; loaded from files, carried between nodes."""

from teladan.exchange.services.adopting import (
    Beginning,
    become,
    begin_adoption,
    modify,
    move,
    observe_outcome,
    weigh,
)
from teladan.exchange.services.loading import load_exchange
from teladan.exchange.services.practices import (
    answer_check_in,
    ask_check_in,
    observe,
    record_practice,
    revise,
    translate,
)

__all__ = [
    "Beginning",
    "answer_check_in",
    "ask_check_in",
    "become",
    "begin_adoption",
    "load_exchange",
    "modify",
    "move",
    "observe",
    "observe_outcome",
    "record_practice",
    "revise",
    "translate",
    "weigh",
]
