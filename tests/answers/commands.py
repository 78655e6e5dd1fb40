"""What the command says: every help, and every verb that only reads, on the examples that ship."""

from __future__ import annotations

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.answers.node import Node
from tests.answers.pages import Put

VERB = re.compile(r"^  ([a-z][a-z-]*)  ", re.MULTILINE)


def helps(node: Node, put: Put) -> None:
    """Store the help of every command, found from the help of the one above."""
    level: list[list[str]] = [[]]
    while level:
        texts = _run(node, put, node.home, [[*way, "--help"] for way in level])
        level = [
            [*way, verb]
            for way, text in zip(level, texts, strict=True)
            for verb in VERB.findall(text.partition("Commands:")[2])
        ]


def outputs(node: Node, put: Put, *, quick: bool) -> None:
    """Store what the reading verbs print and the files they write."""
    folder = node.home / "work"
    folder.mkdir()
    slugs = _examples(node, folder)
    slugs = slugs[:: len(slugs) - 1] if quick else slugs
    lines = ["instruments", "instruments --format json", "no-such-verb", "evaluate", "evaluate nothing x.csv"]
    for slug in slugs:
        first = (folder / f"{slug}.csv").read_text("utf-8").split("\n")[1].partition(",")[0]
        lines += [f"evaluate {slug} {slug}.csv --format {form}" for form in ("table", "csv", "json")]
        lines += [
            f"evaluate {slug} {slug}.csv --explain {first}",
            f"evaluate {slug} {slug}.csv --explain {first} --format json",
            f"evaluate {slug} {slug}.csv --explain nobody",
            f"evaluate {slug} wrong.csv",
            f"evaluate {slug} {slug}.csv --edition 1900",
            f"check {slug} {slug}.printed.csv",
            f"check {slug} {slug}.printed.csv --format json",
            f"agree {slug} {slug}.csv {slug}.csv",
            f"rank {slug} {slug}.csv --draws 50",
            f"rank {slug} {slug}.csv --draws 50 --format json",
        ]
    for method in ["egdi", *(["gtmi", "sample.yaml"] if not quick else [])]:
        data = method.replace(".yaml", "") + ".csv"
        lines += [
            f"sensitivity {method} {data} --points 8 --draws 50",
            f"sensitivity {method} {data} --points 8 --draws 50 --format json",
            f"diagnose {method} {data}",
            f"diagnose {method} {data} --format json",
            f"diagnose {method} {data} --report {method}.html",
        ]
    sample = "sample.yaml sample.csv"
    lines += [f"evaluate {sample} --format {form}" for form in ("table", "csv", "json")]
    lines += [f"rank {sample} --draws 50", f"rank {sample} --draws 50 --format json"]
    lines += ["search pengaduan", "search pengaduan --format json", "search 전자조달 --most 3", "search ..."]
    lines += [
        "practice export kor-koneps -",
        "practice export no-such -",
        "practice import wrong.csv --by x@y",
    ]
    lines += ["person list", "person code no@one", "person role no@one publisher", "prepare x --by no@one"]
    lines += ["key", "doctor", "audit", "search-index", "correct list --by no@one", "erase no-such"]
    lines += [
        f"verify log {node.site}/record/",
        f"verify publication {node.site}/en/results/spbe-2021-denpasar",
    ]
    lines += ["archive no-such", "archive spbe-2021-denpasar --out archive"]
    _run(node, put, folder, [line.split() for line in lines])
    for path in sorted(folder.rglob("*")):
        if path.is_file() and (path.suffix == ".html" or "archive" in path.parts):
            put("file", path.relative_to(folder).as_posix(), 0, {}, path.read_bytes())


def _examples(node: Node, folder: Path) -> list[str]:
    """Lay the examples out under plain names; return the instruments."""
    slugs = []
    for path in sorted(node.checkout.glob("instruments/*/*/example.csv")):
        slug = path.parts[-3]
        slugs.append(slug)
        shutil.copy(path, folder / f"{slug}.csv")
        done = node.run("evaluate", slug, f"{slug}.csv", "--format", "csv", cwd=folder)
        (folder / f"{slug}.printed.csv").write_bytes(done.stdout)
    for path in node.checkout.glob("tests/**/sample.yaml"):
        shutil.copy(path, folder)
        shutil.copy(path.with_suffix(".csv"), folder)
    (folder / "wrong.csv").write_text("organisation,OSI,I1\nKOR,seven,9\nKOR,,\n", "utf-8")
    return slugs


def _run(node: Node, put: Put, folder: Path, commands: list[list[str]]) -> list[str]:
    """Run commands, two at a time; store and return what each prints."""
    with ThreadPoolExecutor(2) as several:
        done = list(several.map(lambda words: node.run(*words, cwd=folder), commands))
    for words, one in zip(commands, done, strict=True):
        said = one.stdout + (b"\n--- stderr\n" + one.stderr if one.stderr else b"")
        put("command", " ".join(["teladan", *words]).replace(f":{node.port}", ""), one.returncode, {}, said)
    return [one.stdout.decode("utf-8", "replace") for one in done]
