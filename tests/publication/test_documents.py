"""The bytes of each document format, kept for ever: a change of them is a new format number."""

import re
from pathlib import Path

import pytest

from teladan.core import canonical
from teladan.core.instrument import parse as parse_instrument
from teladan.publication.documents import build
from teladan.publication.documents.source import read
from teladan.publication.services.drafting import document
from teladan.record import objects
from teladan.registry.services import load_registry
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish

GOLDEN = Path(__file__).parent / "golden"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "formats.md"
SCORES = "organisation,indicator,value\n" + "".join(f"smp-a,I{i},{3 if i % 2 else 4}\n" for i in range(1, 48))


def golden(name: str) -> bytes:
    """Return the kept bytes; the file ends with a line end, the document does not."""
    return (GOLDEN / name).read_bytes().removesuffix(b"\n")


def test_the_bytes_of_a_method() -> None:
    example = re.search(
        r"```yaml\n(format: teladan-instrument/1\n.*?)```", PAGE.read_text("utf-8"), re.DOTALL
    )
    assert example
    instrument = parse_instrument(example[1], "formats.md")

    value = build.instrument_document(instrument, instrument.edition())

    assert canonical.encode(value) == golden("method-1.json")


@pytest.mark.django_db
def test_the_bytes_of_reported_results(root: Path) -> None:
    load_registry(root / "organisations")

    made = document(read(publish(root, SPBE + GOOD + OFF_SCALE)))

    assert made.inputs is None
    assert canonical.encode(made.results | {"engine": "teladan 0.1.0"}) == golden("results-1-reported.json")


@pytest.mark.django_db
def test_the_bytes_of_computed_inputs_and_results(root: Path) -> None:
    load_registry(root / "organisations")

    made = document(read(publish(root, scores=SCORES, kind="computed")))

    assert objects.get(made.inputs_sha256) == golden("inputs-1.json")
    assert canonical.encode(made.results | {"engine": "teladan 0.1.0"}) == golden("results-1-computed.json")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["reported", "computed"])
def test_a_source_read_back_from_its_documents_gives_the_same_documents(root: Path, kind: str) -> None:
    load_registry(root / "organisations")
    given = {"results": SPBE + GOOD + OFF_SCALE} if kind == "reported" else {"scores": SCORES}
    made = document(read(publish(root, kind=kind, **given)))

    again = document(build.source_of(made.results, made.inputs))

    assert (again.results_sha256, again.inputs_sha256) == (made.results_sha256, made.inputs_sha256)
