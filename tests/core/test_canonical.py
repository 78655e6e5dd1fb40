"""Canonical bytes: RFC 8785, and the same under any Python."""

from __future__ import annotations

import decimal
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teladan.core.canonical import LARGEST, CanonicalError, encode

ROOT = Path(__file__).parents[2]
VECTORS = ROOT.parent / "shared" / "vectors" / "tlog" / "jcs" / "testdata"
NEEDED = ("numpy", "pyyaml", "rfc8785")
texts = st.text(st.characters(exclude_categories=["Cs"])).map(lambda text: unicodedata.normalize("NFC", text))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-LARGEST, LARGEST), texts),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(texts, inner)),
    max_leaves=20,
)


@given(values)
def test_the_bytes_read_back_and_are_written_again_the_same(value):
    data = encode(value)
    assert json.loads(data) == value
    assert encode(json.loads(data)) == data


@given(st.dictionaries(texts, st.integers(0, 9), min_size=2))
def test_keys_stand_in_the_order_of_utf_16(value):
    found = list(json.loads(encode(value)))
    assert found == sorted(value, key=lambda key: key.encode("utf-16-be"))


def test_an_emoji_comes_before_what_a_code_point_order_would_put_first():
    assert encode({"Ａ": 1, "😂": 2}) == '{"😂":2,"Ａ":1}'.encode()


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.5, "$: float 1.5; canonical JSON holds text, integers"),
        ({"a": [1, float("nan")]}, "$.a[1]: float nan"),
        (LARGEST + 1, "$: 9007199254740992 is beyond 2**53; give it as text"),
        (-LARGEST - 1, "$: -9007199254740992 is beyond 2**53"),
        ("A\u030a", "$: text is not in Unicode normal form C"),
        ({"A\u030a": 1}, "$: text is not in Unicode normal form C"),
        ({1: 2}, "$: the key 1 is not text"),
        (np.int64(3), "$: int64 np.int64(3)"),
        (decimal.Decimal(1), "$: Decimal Decimal('1')"),
        (b"x", "$: bytes b'x'"),
        ({"a": {"b": {1, 2}}}, "$.a.b: set {1, 2}"),
        ("\ud800", "$: half a character"),
    ],
)
def test_a_value_that_others_would_read_otherwise_is_refused_with_its_place(value, message):
    with pytest.raises(CanonicalError) as refused:
        encode(value)
    assert str(refused.value).startswith(message)


def vectors():
    if not VECTORS.is_dir():
        pytest.skip("the vectors of RFC 8785 are not beside this project")
    return VECTORS


@pytest.mark.parametrize("name", ["arrays", "french", "structures"])
def test_the_published_vectors_without_fractions(name):
    folder = vectors()
    # 56.0 is a float to Python and the integer 56 to JSON; ours takes integers only.
    value = json.loads(
        (folder / "input" / f"{name}.json").read_text("utf-8"), parse_float=lambda text: int(float(text))
    )
    assert encode(value) == (folder / "output" / f"{name}.json").read_bytes().rstrip(b"\n")


@pytest.mark.parametrize("name", ["values", "unicode", "weird"])
def test_the_published_vectors_that_ours_refuses_on_purpose(name):
    value = json.loads((vectors() / "input" / f"{name}.json").read_text("utf-8"))
    with pytest.raises(CanonicalError, match="float 333333333|normal form C"):
        encode(value)


# --- the same bytes under any Python ----------------------------------------------------------------

SCRIPT = """
import csv, hashlib, json, pathlib, sys
sys.path.insert(0, "src")
from teladan.core import canonical, library
from teladan.core.index import evaluate, read_answers
for folder in sorted(pathlib.Path("instruments").glob("*/*")):
    named = json.loads((folder / "expected.json").read_bytes())
    edition = library.find(f"{named['instrument']}@{named['version']}").edition(named["edition"])
    with (folder / "example.csv").open(encoding="utf-8", newline="") as lines:
        table = list(csv.DictReader(lines))
    names = [line.pop("organisation") for line in table]
    kinds = [line.pop("kind") for line in table] if "kind" in table[0] else None
    cells = {code: [line[code] for line in table] for code in table[0]}
    answers, problems = read_answers(edition, names, cells, kinds)
    assert not problems, problems
    data = canonical.encode(evaluate(edition, answers).as_json()) + b"\\n"
    print(folder, hashlib.sha256(data).hexdigest(), data == (folder / "expected.json").read_bytes())
"""


def others():
    """Return every other Python from 3.11 on, by its minor version."""
    folders = [Path(part) for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    folders += sorted(Path.home().glob(".pyenv/versions/*/bin"))
    found = {}
    for minor in range(11, 20):
        if (3, minor) == sys.version_info[:2]:
            continue
        for folder in folders:
            python = folder / f"python3.{minor}"
            if python.exists() and _runs(python, minor):
                found.setdefault(minor, python)
    return found


def _runs(python, minor):
    """Say whether it is that Python (a version manager puts empty shells in the PATH)."""
    asked = subprocess.run(
        [python, "-c", "import sys; print(sys.version_info[1])"], capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() == str(minor)


def run(python):
    done = subprocess.run([python, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_this_python_gives_the_kept_bytes():
    lines = run(sys.executable).splitlines()
    assert len(lines) == len(list((ROOT / "instruments").glob("*/*/expected.json")))
    assert all(line.endswith(" True") for line in lines)


@pytest.mark.more
def test_every_other_python_gives_the_same_bytes(tmp_path):
    found = others()
    if not found:
        pytest.skip("there is no other Python from 3.11 on")
    uv = Path(sys.executable).with_name("uv")
    uv = uv if uv.exists() else shutil.which("uv")
    if not uv:
        pytest.skip("there is no uv to make the other Python's environment")
    here = run(sys.executable)
    tried = []
    for minor, python in found.items():
        home = tmp_path / f"py3{minor}"
        made = subprocess.run(
            [uv, "venv", "--quiet", "--python", python, home], capture_output=True, text=True, check=False
        )
        installed = made.returncode == 0 and subprocess.run(
            [uv, "pip", "install", "--quiet", "--python", home / "bin" / "python", *NEEDED],
            capture_output=True,
            text=True,
            check=False,
        )
        if not installed or installed.returncode:
            continue
        assert run(home / "bin" / "python") == here
        tried.append(minor)
    if not tried:
        pytest.skip(f"{', '.join(NEEDED)} could not be installed for {', '.join(map(str, found.values()))}")
