"""The tables of the exchange."""

from teladan.exchange.models.adoptions import (
    Adoption,
    AdoptionParent,
    AdoptionStage,
    Appraisal,
    Modification,
    ProspectiveEvaluation,
)
from teladan.exchange.models.keys import AcceptedKey
from teladan.exchange.models.observations import Claim, Evidence, Measure, Observation
from teladan.exchange.models.people import FocalPoint, Message, PracticeRequest
from teladan.exchange.models.practices import CheckIn, CoreElement, Practice, PracticeVersion, Translation

__all__ = [
    "AcceptedKey",
    "Adoption",
    "AdoptionParent",
    "AdoptionStage",
    "Appraisal",
    "CheckIn",
    "Claim",
    "CoreElement",
    "Evidence",
    "FocalPoint",
    "Measure",
    "Message",
    "Modification",
    "Observation",
    "Practice",
    "PracticeRequest",
    "PracticeVersion",
    "ProspectiveEvaluation",
    "Translation",
]
