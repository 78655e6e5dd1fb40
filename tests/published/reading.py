"""How these tests read the data: plain YAML and CSV, every scalar a string, no code of ours."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
INSTRUMENTS = ROOT / "instruments"
PUBLISHED = ROOT / "published"
FACTS = ROOT.parent / "shared" / "facts"
LANGUAGES = {"en", "id", "ko"}


def document(path: Path) -> dict[str, Any]:
    """Return a YAML file as nested strings."""
    loaded: dict[str, Any] = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return loaded


def table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file, each with the columns of its header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def publications() -> dict[str, Path]:
    """Return the folder of every publication by its code."""
    return {document(path)["code"]: path.parent for path in sorted(PUBLISHED.rglob("publication.yaml"))}


def instruments() -> dict[str, dict[str, Any]]:
    """Return every instrument by slug@version."""
    found = [document(path) for path in sorted(INSTRUMENTS.rglob("instrument.yaml"))]
    return {f"{item['slug']}@{item['version']}": item for item in found}


def elements(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Return an element and all below it, parents first."""
    return [node, *(below for child in node.get("children", []) for below in elements(child))]


def value(node: dict[str, Any], answers: dict[str, str]) -> Fraction:
    """Return the exact weighted mean of an element: a second, deliberately plain implementation."""
    if "children" not in node:
        return Fraction(answers[node["code"]])
    weighted = [Fraction(child["weight"]) * value(child, answers) for child in node["children"]]
    return sum(weighted, Fraction(0)) / Fraction(node["weight"])


def long(path: Path) -> dict[str, str]:
    """Return indicator to value of a long file about one organisation."""
    rows = table(path)
    assert len({row["organisation"] for row in rows}) == 1
    return {row["indicator"]: row["value"] for row in rows}
