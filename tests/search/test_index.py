"""Passages follow what the rooms say, an index that was killed is gone on with, and everything is found."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction

from teladan.exchange.models import Adoption, Claim, Practice, PracticeVersion
from teladan.registry.models import Country, Organisation
from teladan.search import library, queries, services
from teladan.search.library import NoQuestion, WordsInMemory
from teladan.search.model import identity
from teladan.search.models import Passage
from teladan.search.queries import Filters

AT = datetime(2026, 11, 24, tzinfo=UTC)
LATER = datetime(2026, 11, 25, tzinfo=UTC)


FEW = frozenset({"practice"})  # the instruments that ship take a while


def index(**more) -> services.Indexed:
    return services.index(kinds=FEW, **more)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def no_practices(db: None) -> None:
    """Other tests may have loaded what ships; this test's transaction takes it away for itself."""
    with connection.cursor() as cursor:
        cursor.execute("truncate exchange_practice cascade")


@pytest.fixture
def country(no_practices) -> Country:
    made, _ = Country.objects.get_or_create(
        code="KOR",
        defaults={"alpha2": "KR", "titles": {"en": "Republic of Korea", "id": "Korea", "ko": "대한민국"}},
    )
    return made


def practice(country: Country, code: str, title: str, problem: str, does: str, **more) -> PracticeVersion:
    owner, _ = Organisation.objects.get_or_create(
        code="kor-office",
        defaults={"name": "조달청", "language": "ko", "kind": "ministry", "country": country},
    )
    made = Practice.objects.create(
        code=code,
        country=country,
        owner=owner,
        agency="조달청",
        theme=more.pop("theme", "procurement"),
        track="institutional and economic reform",
        changed_at=AT,
    )
    return PracticeVersion.objects.create(
        practice=made,
        number=1,
        language="en",
        name=more.pop("name", "나라장터"),
        name_language="ko",
        titles={"en": title},
        status=more.pop("status", "operating"),
        problem=problem,
        does=does,
        recorded_at=AT,
        **more,
    )


@pytest.fixture
def two(country) -> None:
    practice(
        country,
        "kor-koneps",
        "KONEPS – electronic procurement",
        "Public tendering was on paper.",
        "One window for bidding, contracting and payment.",
    )
    practice(
        country,
        "kor-clinic",
        "Village clinic",
        "Far from a doctor.",
        "A nurse visits patients at home.",
        theme="health",
        status="stopped",
        name="마을 진료소",
        preconditions=[{"kind": "capacity", "text": "nurses"}],
    )


def test_indexing_twice_changes_nothing_the_second_time(two, model) -> None:
    first = index(at=AT, model=model)
    before = list(Passage.objects.values_list("pk", "digest", "vector", "changed_at"))
    second = index(at=LATER, model=model)

    assert first.written == first.passages == len(before)
    assert first.embedded == Passage.objects.filter(has_meaning=True).count()
    assert (second.written, second.removed, second.embedded) == (0, 0, 0)
    assert list(Passage.objects.values_list("pk", "digest", "vector", "changed_at")) == before


def test_what_was_killed_is_gone_on_with(two, model, monkeypatch) -> None:
    monkeypatch.setattr(services, "BATCH", 1)

    def kill(done: int, of: int) -> None:
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        index(at=AT, model=model, progress=kill)
    assert Passage.objects.filter(vector__isnull=False).count() == 2

    meaning = Passage.objects.filter(has_meaning=True).count()
    assert index(at=AT, model=model).embedded == meaning - 2
    assert queries.ready() == (Passage.objects.count(), 0)


def test_what_is_told_to_stop_does_so_after_a_passage_and_is_gone_on_with(two, model) -> None:
    looks = iter([False, True, True])

    stopped = index(at=AT, model=model, stopped=lambda: next(looks))

    meaning = Passage.objects.filter(has_meaning=True).count()
    assert (stopped.embedded, stopped.waiting) == (1, meaning - 1)
    assert Passage.objects.filter(vector__isnull=False).count() == 1
    assert index(at=AT, model=model).embedded == meaning - 1


def test_a_text_that_changed_has_a_new_vector_and_one_that_went_has_none(two, model) -> None:
    index(at=AT, model=model)
    PracticeVersion.objects.filter(practice="kor-clinic").update(does="A bus brings patients.")
    Practice.objects.get(pk="kor-koneps").delete()
    done = index(at=LATER, model=model)

    assert done.embedded == 1
    assert done.removed == Passage.objects.filter(code="kor-clinic").count() == 2
    assert "bus" in Passage.objects.get(code="kor-clinic", part="1").text


def test_vectors_of_another_model_are_made_anew(two, model) -> None:
    index(at=AT, model=model)
    Passage.objects.filter(code="kor-clinic", has_meaning=True).update(model_id="other/1")

    assert index(at=LATER, model=model).embedded == 1
    assert set(Passage.objects.filter(has_meaning=True).values_list("model_id", flat=True)) == {
        identity(model)
    }


def test_without_a_model_the_words_are_indexed_and_what_waits_is_said(two) -> None:
    done = index(at=AT, model=None)

    assert (done.embedded, done.waiting) == (0, Passage.objects.filter(has_meaning=True).count())
    assert queries.ready()[1] == done.waiting


def test_a_question_in_indonesian_finds_the_korean_practice_and_says_why(two, model) -> None:
    index(at=AT, model=model)
    answer = queries.search("perawat mengunjungi pasien di rumah", "id")

    assert (answer.hits[0].kind, answer.hits[0].source) == ("practice", "kor-clinic")
    assert [reason.how for reason in answer.hits[0].reasons] == ["meaning"]
    assert queries.search("나라장터", "ko").hits[0].source == "kor-koneps"
    assert queries.search("진료소", "ko").hits[0].source == "kor-clinic"


def test_an_organisation_is_found_by_its_words(two, model) -> None:
    services.index(at=AT, model=model, kinds={"practice", "organisation"})
    found = queries.search("조달청", "ko").hits

    assert ("organisation", "kor-office") in [(one.kind, one.source) for one in found]
    found = queries.search("home visits by a nurse", "en").hits
    assert ("organisation", "kor-office") not in [(one.kind, one.source) for one in found]


def test_filters_leave_only_what_they_name(two, model) -> None:
    index(at=AT, model=model)

    def found(**filters) -> set[str]:
        kinds = frozenset({"practice"})
        return {
            one.source
            for one in queries.search("public service", "en", filters=Filters(kinds=kinds, **filters)).hits
        }

    assert found() == {"kor-koneps", "kor-clinic"}
    assert (
        found(theme="health") == found(status="stopped") == found(precondition="capacity") == {"kor-clinic"}
    )
    assert found(country="KOR", theme="procurement") == {"kor-koneps"}
    assert found(country="IDN") == found(evidence="audit") == set()


def test_a_practice_is_filtered_by_its_newest_version_and_its_own_figures(two) -> None:
    before = PracticeVersion.objects.get(practice="kor-clinic")
    before.pk, before.number, before.preconditions = None, 2, [{"kind": "legal", "text": "a licence"}]
    before.save()
    adoption = Adoption.objects.create(
        code="kor-clinic-idn", adopter="Indonesia", name="Klinik", language="id", changed_at=AT
    )
    measure = Claim.objects.create(
        practice_id="kor-clinic", code="c1", statement="visits", language="en", level="output"
    ).measures.create(code="m1", name="visits")
    figure = {"value": "1", "unit": "visits", "nature": "result", "recorded_at": AT}
    for kind, more in (("news", {}), ("audit", {"adoption": adoption, "moment": "after"})):
        measure.observations.create(**figure, **more).evidence.create(type=kind, title="a source")
    index(at=AT, model=None)

    def found(**filters) -> set[str]:
        return {one.source for one in queries.search("nurse clinic", filters=Filters(**filters)).hits}

    assert found(precondition="legal") == found(evidence="news") == {"kor-clinic"}
    assert found(precondition="capacity") == found(evidence="audit") == set()


def test_what_changes_is_found_by_the_next_question(two, model) -> None:
    index(at=AT, model=model)
    assert queries.search("KONEPS").hits[0].source == "kor-koneps"
    Practice.objects.get(pk="kor-koneps").delete()
    index(at=AT, model=model)

    assert "kor-koneps" not in {one.source for one in queries.search("KONEPS").hits}


def test_the_number_of_queries_does_not_grow_with_what_is_found(
    two, model, django_assert_num_queries
) -> None:
    index(at=AT, model=model)
    queries.search("clinic", "en")
    with django_assert_num_queries(2):  # whether anything changed, and all words at once
        queries.search("a nurse of the village clinic visits patients at home", "en")


def of_database() -> tuple[queries.PostgresWords, WordsInMemory]:
    rows = Passage.objects.exclude(part="title")
    passages = [
        library.Passage(
            source=one.code,
            kind=one.kind,
            language=one.language,
            text=one.text,
            titles=one.titles,
            theme=one.theme,
        )
        for one in rows
    ]
    titles = Passage.objects.filter(part="title").values_list("pk", "kind", "code")
    return queries.PostgresWords([one.pk for one in rows], passages, titles), WordsInMemory(passages)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("nurse visits the clinic", "en"),
        ("마을 진료소", "ko"),
        ("진료 전자조달", "ko"),
        ("pengadaan daring", "id"),
        ("visitsclinic", "en"),
        ("tendering ringtend", "en"),  # the pairs of "tendering" in another order are not the word
        ("?", "en"),
        ("word " * 5_000, "en"),
    ],
)
def test_the_database_finds_the_words_that_memory_finds(question: str, language: str, two) -> None:
    index(at=AT, model=None)
    stored, memory = of_database()

    assert stored.shares(question, language).tolist() == pytest.approx(
        memory.shares(question, language).tolist()
    )


def test_a_question_of_any_length_is_one_query_for_words(two, django_assert_num_queries) -> None:
    index(at=AT, model=None)
    stored, _ = of_database()
    short = " ".join(f"{number:02}" for number in range(100))
    with django_assert_num_queries(1):
        assert stored.shares(f"{short} bidding", "en").max() > 0


def test_a_word_that_nearly_everything_has_says_nothing(two, monkeypatch) -> None:
    index(at=AT, model=None)
    stored, _ = of_database()
    assert stored.shares("bidding", "en").max() == 1
    assert stored.shares("bidding in", "en").min() > 0  # "in" stands in both: bidding, clinic
    monkeypatch.setattr(queries, "COMMON", 1)
    assert stored.shares("bidding in", "en").tolist() == stored.shares("bidding", "en").tolist()
    monkeypatch.setattr(queries, "COMMON", 0)
    assert stored.shares("bidding", "en").max() == 0


def test_a_word_of_the_subject_finds_a_practice_whose_text_is_in_another_language(two, model) -> None:
    index(at=AT, model=model)
    first = queries.search("pengadaan daring", "id").hits[0]

    assert first.source == "kor-koneps"
    assert ("subject", "pengadaan") in [(reason.how, reason.what) for reason in first.reasons]


def test_an_empty_question_is_refused_before_the_model_is_asked(db) -> None:
    with pytest.raises(NoQuestion, match="Type a word"):
        queries.search(" ")


def test_the_database_refuses_a_vector_without_its_model(db) -> None:
    fields = {
        "kind": "practice",
        "code": "x",
        "part": "1",
        "language": "en",
        "text": "x",
        "digest": "0" * 64,
        "tokens": "",
        "has_meaning": True,
        "changed_at": AT,
    }
    for wrong in (
        {"vector": b"x"},
        {"model_id": "m"},
        {"kind": "song"},
        {"vector": b"x", "model_id": "m", "has_meaning": False},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Passage.objects.create(**{**fields, **wrong})


def test_everything_that_ships_is_indexed_and_found(published, model) -> None:
    done = services.index(at=AT, model=None)
    kinds = set(Passage.objects.values_list("kind", flat=True))

    assert {"instrument", "organisation", "edition"} <= kinds
    assert done.passages == Passage.objects.count()


def test_the_worker_and_the_command_do_the_same(two, monkeypatch) -> None:
    from teladan.config import search, tasks
    from teladan.search.model import embedder

    monkeypatch.setenv("TELADAN_EMBEDDER", "none")
    embedder.cache_clear()
    try:
        done, missing = search.run()
        tasks.search(SimpleNamespace(should_abort=lambda: False), timestamp=0)
    finally:
        embedder.cache_clear()

    assert missing.startswith("Search by meaning is turned off")
    assert (done.embedded, done.waiting) == (0, Passage.objects.filter(has_meaning=True).count())
    assert {"practice", "instrument"} <= set(Passage.objects.values_list("kind", flat=True))
