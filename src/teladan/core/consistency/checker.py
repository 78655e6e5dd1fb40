"""The check of printed rows against one edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from teladan.core.consistency import reasons
from teladan.core.consistency.candidates import candidates, index_range
from teladan.core.consistency.feasible import ContradictionError, FeasibleSet, FeasibleSets
from teladan.core.consistency.intervals import band_window
from teladan.core.consistency.model import Finding, Row, Verdict
from teladan.core.consistency.plan import Node, plan
from teladan.core.instrument import INDEX, Edition
from teladan.core.quantity import exact

if TYPE_CHECKING:
    from teladan.core.instrument import Band


class Checker:
    """Checks rows of one edition; what rows share is worked out once and remembered.

    Complete: a row that some allowed answers print is never called inconsistent or impossible.
    Sound: a row called consistent comes with exact values that print as it does.
    """

    def __init__(self, edition: Edition) -> None:
        """Prepare the tree for every kind of organisation that it is different for."""
        self.edition = edition
        by_kind = any(element.applies_to is not None for element in edition.root.walk())
        kinds = [kind.code for kind in edition.kinds] if by_kind else [None]
        self._judges = {kind: _Judge(edition, kind) for kind in kinds}

    def check(self, row: Row) -> Finding:
        """Return the verdict on one row.

        Raises QuantityError for a text that is no number, KeyError for an unknown element.
        """
        texts = {code: text.strip() for code, text in row.values.items() if text.strip()}
        for code in texts:
            if code not in self.edition.elements:
                msg = f"{self.edition.address} has no element {code!r}"
                raise KeyError(msg)
        printed = {code: exact(text) for code, text in texts.items()}
        if self.edition.pipeline is not None:
            values = {"element": INDEX, "aggregation": "pipeline"}
            return reasons.finding(row, Verdict.UNDECIDED, "cannot-decide", values)
        band = (row.band or "").strip()
        if any(printed.get(o.element) == o.equals for o in self.edition.overrides):
            values = {"value": texts[INDEX], "band": band}
            if band:
                return reasons.finding(row, Verdict.INCONSISTENT, "band-not-scored", values)
            return reasons.finding(row, Verdict.CONSISTENT, "not-scored", values)
        if not texts and not band:
            return reasons.finding(row, Verdict.UNDECIDED, "nothing-printed")
        kind = self._kind(row)
        if kind in self._judges:
            return self._judges[kind].judge(row, texts, printed, band)
        return self._for_any_kind(row, texts, printed, band)

    def _kind(self, row: Row) -> str | None:
        if None in self._judges:
            return None
        wanted = (row.kind or "").strip().casefold()
        for kind in self.edition.kinds:
            names = (kind.code, *kind.titles.values())
            if wanted in {name.casefold() for name in names}:
                return kind.code
        return None

    def _for_any_kind(
        self, row: Row, texts: Mapping[str, str], printed: Mapping[str, Fraction], band: str
    ) -> Finding:
        """Judge a row whose kind is not known: wrong only if it is wrong for every kind."""
        findings = [j.judge(row, texts, printed, band) for j in self._judges.values()]
        verdicts = {finding.verdict for finding in findings}
        if verdicts == {Verdict.IMPOSSIBLE}:
            return findings[0]
        if verdicts <= {Verdict.IMPOSSIBLE, Verdict.INCONSISTENT} and verdicts:
            return next(f for f in findings if f.verdict is Verdict.INCONSISTENT)
        known = ", ".join(kind.code for kind in self.edition.kinds)
        kind = (row.kind or "").strip()
        code = "kind-unknown" if kind else "kind-not-given"
        return reasons.finding(row, Verdict.UNDECIDED, code, {"kind": kind, "known": known})


class _Judge:
    """The check for one kind of organisation."""

    def __init__(self, edition: Edition, kind: str | None) -> None:
        self.edition = edition
        self.kind = kind
        self.root = plan(edition, kind)
        self.sets = FeasibleSets(edition)
        self.nodes = {} if self.root is None else {n.code: n for n in _walk(self.root)}
        self.bands = {band.code: band_window(edition, band) for band in edition.bands}

    def judge(
        self, row: Row, texts: Mapping[str, str], printed: Mapping[str, Fraction], band: str
    ) -> Finding:
        problem = self._impossible(texts)
        if problem is not None:
            return reasons.finding(row, Verdict.IMPOSSIBLE, *problem)
        if self.root is None:
            values = {"kind": self.kind or ""}
            return reasons.finding(row, Verdict.UNDECIDED, "nothing-applies", values)
        feasible: dict[str, FeasibleSet] = {}
        try:
            top = self.sets.of(self.root, texts, feasible)
        except ContradictionError as error:
            node = error.node
            window = self.sets.window(node.code, texts[node.code])
            why = reasons.not_given(self.edition, node, texts, error.computed, window)
            return reasons.finding(row, Verdict.INCONSISTENT, *why)
        indices = top.values
        if band:
            named = self.edition.band_named(band)
            if named is None:
                values = {"band": band, "known": reasons.band_names(self.edition.bands)}
                return reasons.finding(row, Verdict.INCONSISTENT, "band-unknown", values)
            indices = indices.within(self.bands[named.code])
            if indices.is_empty:
                values = {"band": band, "expected": self._expected(top)}
                return reasons.finding(row, Verdict.INCONSISTENT, "band-does-not-follow", values)
        if top.doubt is not None:
            return reasons.finding(row, Verdict.UNDECIDED, top.doubt.code, top.doubt.values)
        sets, complete = candidates(
            self.edition, self.root, texts=texts, printed=printed, feasible=feasible, indices=indices
        )
        return replace(
            reasons.finding(row, Verdict.CONSISTENT, "ok"),
            candidates=sets,
            complete=complete,
            index=index_range(indices, printed.get(INDEX)),
            indices=indices,
        )

    def _impossible(self, texts: Mapping[str, str]) -> tuple[str, dict[str, str]] | None:
        """Return why a value cannot be, looking at each printed value alone; None if all can."""
        wrong: list[str] = [code for code, text in texts.items() if not self._can_be(code, text)]
        if not wrong:
            return None
        wrong.sort(key=list(self.edition.elements).index)
        first, *others = wrong
        text = texts[first]
        node = self.nodes.get(first)
        if node is None:
            return "does-not-apply", {
                "element": first,
                "value": text,
                "kind": self.kind or "",
                "also": ", ".join(others),
            }
        possible = self.sets.unprinted(node).values
        window = self.sets.window(first, text)
        return reasons.impossible(
            self.edition, node, text=text, possible=possible, window=window, also=others
        )

    def _can_be(self, code: str, text: str) -> bool:
        node = self.nodes.get(code)
        if node is None:
            return False
        try:
            self.sets.of(node, {code: text}, {})
        except ContradictionError:
            return False
        return True

    def _expected(self, top: FeasibleSet) -> str:
        """Return the bands that the printed values allow."""
        allowed: list[Band] = [
            band for band in self.edition.bands if not top.values.within(self.bands[band.code]).is_empty
        ]
        return reasons.band_names(allowed)


def _walk(node: Node) -> list[Node]:
    return [node, *(below for child in node.children for below in _walk(child))]
