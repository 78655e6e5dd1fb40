"""Every question about publications in the record: proofs, manifests, disclosures, stories, corrections."""

from teladan.publication.queries.changes import Change, changes, row_of
from teladan.publication.queries.history import CorrectionView, Happening, correction, corrections_of, story
from teladan.publication.queries.proofs import (
    Proof,
    Release,
    bundle,
    disclosures,
    is_published,
    moment,
    proof_of,
    proofs_of,
    published_objects,
    releases,
    state_of,
    subject,
)

__all__ = [
    "Change",
    "CorrectionView",
    "Happening",
    "Proof",
    "Release",
    "bundle",
    "changes",
    "correction",
    "corrections_of",
    "disclosures",
    "is_published",
    "moment",
    "proof_of",
    "proofs_of",
    "published_objects",
    "releases",
    "row_of",
    "state_of",
    "story",
    "subject",
]
