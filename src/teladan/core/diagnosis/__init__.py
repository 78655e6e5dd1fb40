"""Diagnosis of an index: what its data and its structure say about each other, and one readable file."""

from teladan.core.diagnosis.as_json import as_json
from teladan.core.diagnosis.components import Components, components
from teladan.core.diagnosis.correlations import Correlations, correlate
from teladan.core.diagnosis.diagnose import Diagnosis, Pair, diagnose
from teladan.core.diagnosis.findings import Finding, findings
from teladan.core.diagnosis.quality import Quality
from teladan.core.diagnosis.reliability import Reliability, reliability
from teladan.core.diagnosis.subject import Subject, of_edition, of_pipeline
from teladan.core.diagnosis.thresholds import Thresholds

__all__ = [
    "Components",
    "Correlations",
    "Diagnosis",
    "Finding",
    "Pair",
    "Quality",
    "Reliability",
    "Subject",
    "Thresholds",
    "as_json",
    "components",
    "correlate",
    "diagnose",
    "findings",
    "of_edition",
    "of_pipeline",
    "reliability",
]
