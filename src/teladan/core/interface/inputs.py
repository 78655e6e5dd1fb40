"""What the Python interface is given: an instrument or a pipeline, and data read for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from teladan.core import library
from teladan.core.composite import CompositeError, Denominate, Impute, Pipeline, Table
from teladan.core.composite.reading import FORMAT, Document, parse
from teladan.core.composite.within import read_within
from teladan.core.consistency import Row
from teladan.core.index import Answers, AnswersError, read_answers
from teladan.core.instrument import INDEX, Edition
from teladan.core.instrument import Instrument as Method
from teladan.core.interface.frames import columns_of, names_of, text_of
from teladan.core.uncertainty.what_if import pipeline_of

ORGANISATION, KIND, BAND = "organisation", "kind", "band"


class Instrument:
    """A published method at one edition, or a pipeline of research.

    address: slug, slug@version, the path of an instrument.yaml or of a pipeline document, or a
    Pipeline made in Python, whose denominators and groups are columns of the data. functions: those
    that a pipeline names under `custom`. `document` is the pipeline, of a document or within an
    instrument file; None where the exact engine makes the index.
    """

    def __init__(
        self,
        address: str | Path | Pipeline,
        edition: str | None = None,
        *,
        functions: Mapping[str, Callable[..., Any]] | None = None,
    ) -> None:
        """Read it; raises LibraryError, DocumentError, KeyError (no such edition) or OSError."""
        self.functions = functions or {}
        self.method: Method | None = None
        self.edition: Edition | None = None
        self.document: Document | None = None
        if isinstance(address, Pipeline):
            self.document = _document_of(address)
            return
        text = pipeline_text(Path(address))
        if text is not None:
            self.document = parse(text, str(address), functions=functions)
            return
        self.method = library.find(str(address))
        self.edition = self.method.edition(edition)
        self.document = read_within(self.edition, functions)

    @property
    def address(self) -> str:
        """Return how this is cited."""
        return self.edition.address if self.edition else "a pipeline"

    @property
    def is_legal(self) -> bool:
        """Say whether the weights are law."""
        return self.method is not None and self.method.nature == "legal"

    @property
    def ranking(self) -> bool:
        """Say whether the index may be ranked."""
        return self.method is None or self.method.ranking

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return the codes that data must have columns of."""
        if self.edition is not None:
            return tuple(leaf.code for leaf in self.edition.leaves)
        return self.pipeline.tree.indicators

    @property
    def pipeline(self) -> Pipeline:
        """Return the pipeline that may vary; raises CompositeError for a tree that is none."""
        if self.document is not None:
            return self.document.pipeline
        assert self.edition is not None
        return pipeline_of(self.edition)

    def __repr__(self) -> str:
        """Return how this is cited."""
        return f"Instrument({self.address!r})"


def _document_of(pipeline: Pipeline) -> Document:
    """Return a pipeline with the columns beside its indicators that its own steps read."""
    divisors = [element.denominator for element in pipeline.tree.elements.values()]
    groups = []
    for step in pipeline.steps:
        divisors += step.by.values() if isinstance(step, Denominate) else ()
        groups += [step.group] if isinstance(step, Impute) else []
    divides = any(isinstance(step, Denominate) for step in pipeline.steps)
    return Document(
        pipeline=pipeline,
        denominators=tuple(dict.fromkeys(filter(None, divisors))) if divides else (),
        groups=tuple(dict.fromkeys(filter(None, groups))),
    )


def pipeline_text(path: Path) -> str | None:
    """Return the text of a pipeline document, None for what is none."""
    if path.suffix not in {".yaml", ".yml"} or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8")
    wanted = f"format: {FORMAT.partition('/')[0]}/"
    return text if any(line.startswith(wanted) for line in text.splitlines()) else None


def answers_of(instrument: Instrument, data: Any, *, unit: str = ORGANISATION) -> Answers:
    """Return the answers of an edition; raises AnswersError naming every wrong cell."""
    edition = instrument.edition
    assert edition is not None
    columns = columns_of(data)
    names = names_of(columns, unit)
    wanted = [*instrument.indicators, *([INDEX] if edition.overrides else [])]
    cells = {code: [text_of(v) for v in columns[code]] for code in wanted if code in columns}
    kinds = [text_of(v) for v in columns[KIND]] if KIND in columns else None
    answers, problems = read_answers(edition, names, cells, kinds)
    if problems:
        raise AnswersError(problems, names)
    return answers


def rows_of(instrument: Instrument, data: Any, *, unit: str = ORGANISATION) -> list[Row]:
    """Return printed rows of an edition: the figures of any elements, as texts."""
    assert instrument.edition is not None
    columns = columns_of(data)
    codes = [code for code in instrument.edition.elements if code in columns]
    empty = [None] * len(next(iter(columns.values())))
    bands, kinds = ([text_of(v) or None for v in columns.get(name, empty)] for name in (BAND, KIND))
    return [
        Row(
            organisation=name,
            values={code: text for code in codes if (text := text_of(columns[code][i]))},
            band=bands[i],
            kind=kinds[i],
        )
        for i, name in enumerate(names_of(columns, unit))
    ]


def table_of(instrument: Instrument, data: Any, *, unit: str = "") -> Table:
    """Return the table of a pipeline: columns as its document names them."""
    document = instrument.document
    assert document is not None
    columns = columns_of(data)
    name = unit or (ORGANISATION if document.unit not in columns else document.unit)
    wanted = (
        name,
        *document.pipeline.tree.indicators,
        *document.denominators,
        *document.groups,
        document.time,
    )
    absent = [column for column in wanted if column and column not in columns]
    if absent:
        raise CompositeError("data", f"no such column: {', '.join(absent)}")
    rows = [
        {
            document.unit if column == name else column: text_of(columns[column][i])
            for column in dict.fromkeys(wanted)
            if column
        }
        for i in range(len(columns[name]))
    ]
    return document.table([dict(row) for row in rows])
