"""Sample publications in a record of their own: released, signed, and one of them corrected."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from teladan.publication.documents.source import read
from teladan.publication.models import Publication
from teladan.publication.services import ask_correction, decide_correction, draft, prepare, release
from teladan.registry.services import load_registry
from tests.publication.conftest import AT, Persons, make_persons
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish

LATER = AT + timedelta(days=1)
CODE = "smp-2024"
REASON = "The decree prints 3.30."
IMPOSSIBLE = OFF_SCALE.replace("1.71", "3.06").replace("Kurang", "Baik")
REGISTRY = {
    "countries.csv": "organisation,alpha2,name_en,name_id,name_ko\nIDN,ID,Indonesia,Indonesia,인도네시아\n",
    "groups.csv": "group,organisation\nkorea-asean,IDN\n",
    "regions.csv": "region,name\nsmp,Sample Province\n",
    "idn.csv": "organisation,name,kind,region,from,until,note\n"
    "smp-a,Kab. Sample A,regency,smp,,,\nsmp-b,Kota Sample B,city,smp,,,\n",
    "matches.csv": "publication,printed,organisation,how,note\n"
    "smp-2024,Sample A,smp-a,exact,\nsmp-2024,Sample B,smp-b,spelling,a note\n",
}


@dataclass
class Recorded:
    """A node with one publication of two bodies; the second's fourth domain is impossible as printed."""

    root: Path
    sequence: Callable[[], None]
    people: Persons

    def release(self, **meta: str) -> Publication:
        """Draft, prepare and release a reported sample; its proof is pending until `sequence()`."""
        folder = publish(self.root, SPBE + GOOD + IMPOSSIBLE, **meta)
        made = draft(by=self.people.publisher, source=read(folder), at=AT)
        prepared = prepare(by=self.people.publisher, preparation=made, at=AT)
        return release(by=self.people.second, preparation=prepared, at=AT)

    def correct(self) -> Publication:
        """Ask, decide, prepare and release the correction; its proof is pending until `sequence()`."""
        publication = Publication.objects.get(code=CODE)
        asked = ask_correction(
            by=self.people.publisher,
            publication=publication,
            organisation="smp-b",
            element="D4",
            becomes="3.30",
            reason=REASON,
            at=LATER,
        )
        decided = decide_correction(
            by=self.people.coordinator, correction=asked, accept=True, reason="Seen.", at=LATER
        )
        self.sequence()
        assert decided.preparation is not None
        prepared = prepare(by=self.people.publisher, preparation=decided.preparation, at=LATER)
        return release(by=self.people.second, preparation=prepared, at=LATER)


def recorded(sequence: Callable[[], None], folder: Path) -> Recorded:
    """Load the sample registry into the test's own node; nothing is published yet."""
    root = folder / "published"
    (root / "organisations").mkdir(parents=True)
    for name, text in REGISTRY.items():
        (root / "organisations" / name).write_text(text, encoding="utf-8")
    load_registry(root / "organisations")
    return Recorded(root, sequence, make_persons())
