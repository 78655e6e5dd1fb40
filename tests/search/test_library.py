"""What is found, in which order, and why; with the model and without; and questions that are none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from teladan.search import shipped
from teladan.search.library import Library, NoQuestion, Passage, understand
from teladan.search.vectors import Index, pack

COMMAND = (sys.executable, "-c", "from teladan.cli import main; main()")


@pytest.fixture(scope="session")
def practices(model, tmp_path_factory) -> Library:
    """The shipped practices, embedded once for all tests and kept in var/ between runs."""
    passages = shipped.passages()
    kept = Path(__file__).parents[2] / "var" / "test-search.npz"
    return Library(passages, shipped.vectors(passages, model, kept))


@pytest.fixture(scope="session")
def words_only() -> Library:
    return Library(shipped.passages(), None, "no model here")


@pytest.mark.parametrize(
    ("question", "language", "source"),
    [
        ("pengadaan barang pemerintah secara elektronik", "id", "kor-koneps"),
        ("수출입 통관 절차 전산화", "ko", "kor-unipass"),
        ("rekam medis elektronik pasien", "id", "brn-bruhims"),
        ("마을 말라리아 요원", "ko", "idn-edat"),
        ("công dân tham gia kiểm toán", "vi", "phl-cpa"),
        ("跨境即时支付", "zh", "sgp-paynow-link"),
        ("รายงานปัญหาเมืองผ่านแชต", "th", "tha-traffy"),
        ("pengaduan masyarakat", "id", "idn-lapor"),
        ("pengaduan masyarakat daring", "id", "idn-lapor"),
        ("전자조달", "ko", "kor-koneps"),
        ("pengadaan barang jasa elektronik", "id", "kor-koneps"),
    ],
)
def test_a_question_in_one_language_finds_a_practice_of_another(
    question: str, language: str, source: str, practices
) -> None:
    assert source in [found.source for found in practices.search(question, language).hits[:5]]


@pytest.mark.parametrize(
    ("question", "source", "how"),
    [
        ("KONEPS", "kor-koneps", "name"),
        ("나라장터", "kor-koneps", "name"),
        ("sp4n", "idn-lapor", "name"),
        ("e-People", "kor-epeople", "name"),
        ("konesp", "kor-koneps", "spelling"),
        ("kor-gov24", "kor-gov24", "identifier"),
    ],
)
def test_what_is_named_comes_first_and_the_reason_is_said(
    question: str, source: str, how: str, practices, words_only
) -> None:
    for library in (practices, words_only):
        first = library.search(question).hits[0]
        assert (first.source, first.reasons[0].how) == (source, how)


def test_words_count_only_in_the_language_of_the_question(model) -> None:
    shared = [
        Passage(source="a", kind="practice", language="id", text="program kota"),
        Passage(source="b", kind="practice", language="en", text="program kota"),
    ]
    vector = pack(np.eye(384, dtype=np.float32)[[0, 0]])
    found = Library(shared, vector).search("program kota", "en").hits

    assert [one.source for one in found] == ["b", "a"]
    assert found[0].likeness == found[1].likeness


def test_without_vectors_words_decide_and_the_answer_says_so(words_only) -> None:
    answer = words_only.search("customs clearance", "en")

    assert answer.notes == ("no model here",)
    assert answer.hits[0].likeness is None
    assert {"kor-unipass", "vnm-vnaccs"} <= {found.source for found in answer.hits[:3]}
    assert words_only.search("zzzzqq", "en").hits == ()


def test_only_what_is_asked_among_is_found(practices) -> None:
    answer = practices.search("customs", "en", among=["kor-unipass", "jpn-naccs"])

    assert {found.source for found in answer.hits} == {"kor-unipass", "jpn-naccs"}
    assert practices.search("customs", "en", among=[]).hits == ()


@pytest.mark.parametrize("text", ["", "   ", "?!", "\u200b\x00"])
def test_an_empty_question_is_refused_with_what_to_type(text: str, words_only) -> None:
    with pytest.raises(NoQuestion, match="Type a word or a sentence"):
        words_only.search(text)


@pytest.mark.parametrize("text", ["word " * 5_000, "ការិយាល័យសេវា" * 770])
def test_of_a_very_long_question_the_first_words_are_searched_and_that_is_said(text: str, practices) -> None:
    answer = practices.search(text)

    assert len(answer.hits) == 10
    assert answer.notes[0] == (
        f"The question is long: of its {len(text)} characters the first {len(answer.question)} were searched."
    )
    assert len(answer.question) <= 1_700


def test_what_was_done_to_a_question_is_said() -> None:
    assert understand("ေက်းဇူးတင္ပါတယ္").notes == ("The question was in Zawgyi and was read as Unicode.",)
    assert "not one of id ko en" in understand("Beschwerden", "de").notes[0]
    assert understand("warga", "in").language == "id"


def test_equal_scores_keep_the_order_of_the_passages(model) -> None:
    passages = [Passage(source=f"s{n}", kind="practice", language="en", text="same") for n in range(5)]
    found = Library(passages, pack(np.tile(np.eye(384, dtype=np.float32)[:1], (5, 1)))).search("other", "en")

    assert [one.source for one in found.hits] == [f"s{n}" for n in range(5)]


def test_the_nearest_are_those_of_the_plain_product() -> None:
    rows = np.random.default_rng(3).standard_normal((1_000, 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    packed = pack(rows)
    index = Index.of([row.tobytes() for row in packed])
    plain = packed.astype(np.float64) @ rows[7].astype(np.float64) / 127

    assert [row for row, _ in index.nearest(rows[7], 10)] == np.argsort(-plain)[:10].tolist()
    assert np.abs(packed / 127 - rows).max() <= 0.5 / 127 + 1e-6
    among = np.arange(1_000) % 2 == 0
    assert all(row % 2 == 0 for row, _ in index.nearest(rows[7], 10, among))
    assert index.nearest(rows[7], 10, np.zeros(1_000, dtype=bool)) == []


def test_an_index_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="384"):
        Index(np.zeros((2, 3), dtype=np.int8))
    with pytest.raises(ValueError, match="reshape"):
        Index.of([b"x"])


def test_what_is_kept_is_not_embedded_again_and_a_broken_file_is_done_without(model, tmp_path) -> None:
    passages = shipped.passages()[:2]
    kept = tmp_path / "kept.npz"
    made: list[Passage] = []

    def watched(new):
        made.extend(new)
        return iter(new)

    first = shipped.vectors(passages, model, kept, watched)
    again = shipped.vectors(passages, model, kept, watched)
    kept.write_bytes(b"no archive")
    third = shipped.vectors(passages, model, kept, watched)

    assert len(made) == 4
    assert first.tobytes() == again.tobytes() == third.tobytes()


def command(home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "TELADAN_HOME": str(home), **environ},
    )


def test_the_command_prints_json(tmp_path) -> None:
    done = command(
        tmp_path,
        "search",
        "KONEPS",
        "--language",
        "en",
        "--most",
        "1",
        "--format",
        "json",
        TELADAN_EMBEDDER="none",
    )
    answer = json.loads(done.stdout)

    assert done.returncode == 0, done.stderr
    assert answer["format"] == "teladan-search/1"
    assert [(one["source"], one["likeness"]) for one in answer["results"]] == [("kor-koneps", None)]
    assert answer["notes"] == [
        "Search by meaning is turned off (TELADAN_EMBEDDER=none): only words are searched."
    ]


def test_the_command_refuses_an_empty_question(tmp_path) -> None:
    done = command(tmp_path, "search", "  ")

    assert done.returncode == 2
    assert done.stderr.startswith("Type a word or a sentence")


def test_the_command_prints_a_table_with_the_reason(tmp_path) -> None:
    done = command(tmp_path, "search", "unipass", "--most", "1", TELADAN_EMBEDDER="none")

    assert "kor-unipass" in done.stdout
    assert "name UNI-PASS" in done.stdout
