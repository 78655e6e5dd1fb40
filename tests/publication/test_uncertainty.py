"""The uncertainty of a publication: its bytes, what may vary under its instrument, and where it is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from teladan.core import canonical, library
from teladan.core.instrument import Edition, Instrument
from teladan.core.instrument import parse as parse_instrument
from teladan.core.interface.calls import Instrument as Addressed
from teladan.core.interface.calls import rank
from teladan.publication.documents.rows import rows_of
from teladan.publication.documents.source import PublicationFile, read
from teladan.publication.documents.uncertainty import uncertainty_document
from teladan.publication.models import Preparation, Publication, Result
from teladan.publication.queries.audit_rows import projection_differences
from teladan.publication.queries.uncertainty import Standing, ranking, standing
from teladan.publication.services import draft, prepare, release
from teladan.publication.services.drafting import document
from teladan.record import objects
from teladan.record.models import Commitment, Outbox
from teladan.registry.services import load_registry
from tests.conftest import ROOT
from tests.publication.conftest import AT, make_persons
from tests.publication.sample import GOOD, OFF_SCALE, SPBE, publish
from tests.publication.test_documents import SCORES, golden

ON_THE_EDGE = "smp-a,Sample A,regency,smp,,,,,2.60,\nsmp-b,Sample B,city,smp,,,,,2.60,\n"  # of either band
NEAR = "smp-b,Sample B,city,smp,3.00,3.30,2.18,3.54,3.19,Baik\n"
BOTH = SCORES + "".join(f"smp-b,I{i},{4 if i == 3 else 3}\n" for i in range(1, 48))
OF_GTMI = "smp-a,A,,,0.5,0.5,0.5,0.5,0.5,B\nsmp-b,B,,,0.4,0.4,0.4,0.4,0.4,C\n"
GTMI = "organisation,name,kind,region,CGSI,PSDI,DCEI,GTEI,index,band\n"


def method(source: PublicationFile) -> tuple[Instrument | None, Edition | None]:
    instrument = library.find(source.instrument) if source.instrument else None
    return instrument, instrument.edition(source.edition) if instrument else None


def document_of(source: PublicationFile) -> dict[str, Any]:
    instrument, edition = method(source)
    return uncertainty_document(source, instrument, edition, list(rows_of(source, edition)))


def shipped(folder: str) -> tuple[PublicationFile, dict[str, Any]]:
    source = read(ROOT / "published" / folder)
    return source, document_of(source)


def codes(made: dict[str, Any]) -> list[str]:
    return [each["code"] for each in made["assumptions"]]


def as_kept(made: dict[str, Any]) -> bytes:
    """Return the bytes with the version that the golden file was made under."""
    return canonical.encode(made | {"engine": "teladan 0.1.0"})


# --- the bytes --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_bytes_of_an_uncertainty(root: Path) -> None:
    load_registry(root / "organisations")

    made = document(read(publish(root, SPBE + ON_THE_EDGE)))

    assert objects.get(made.uncertainty_sha256) == canonical.encode(made.uncertainty)
    assert as_kept(made.uncertainty) == golden("uncertainty-1.json")


def test_the_bytes_of_an_uncertainty_without_draws(root: Path) -> None:
    made = document_of(read(publish(root, scores=SCORES, kind="computed")))

    assert as_kept(made) == golden("uncertainty-1-reason.json")


@pytest.mark.parametrize("folder", ["spbe/2024", "egdi/2003", "egdi/2024", "gtmi/2025", "oecd-dgi/2023"])
def test_the_same_publication_has_the_same_bytes_and_a_row_for_each_of_its_rows(folder: str) -> None:
    source, made = shipped(folder)

    assert canonical.encode(made) == canonical.encode(document_of(source))
    names = [row["organisation"] for row in made["rows"]]
    assert names == ([] if made["reason"] else [row.organisation for row in source.printed])
    for row in made["rows"]:
        total = sum(Decimal(share) for share in row["bands"].values())
        assert not row["bands"] or abs(total - 1) <= Decimal("0.003")
        if row["rank"]:
            p5, median, p95 = (Decimal(row["rank"][key]) for key in ("p5", "median", "p95"))
            assert 1 <= p5 <= median <= p95 <= len(names)


def test_who_is_like_another_is_so_both_ways() -> None:
    _source, made = shipped("egdi/2024")
    alike = {row["organisation"]: set(row["not_distinguishable"]) for row in made["rows"]}

    assert all(one in alike[other] for one, others in alike.items() for other in others)
    assert all(one not in others for one, others in alike.items())


# --- what may vary, by instrument --------------------------------------------------------------


def test_of_spbe_only_the_rounding_is_uncertain_and_raters_are_not_measured() -> None:
    _source, made = shipped("spbe/2024")

    assert (made["kind"], made["ranked"], made["draws"], made["seed"]) == ("rounding of print", True, 1000, 1)
    assert codes(made) == ["rounding-of-print", "raters-not-measured"]


def test_a_row_that_cannot_come_from_the_method_is_named() -> None:
    _source, made = shipped("spbe/2023")

    (said,) = [each for each in made["assumptions"] if each["code"] == "rows-impossible"]
    assert (said["count"], len(said["organisations"])) == (1, 1)


def test_of_egdi_it_is_a_what_if_from_the_printed_parts_with_the_rank_of_print() -> None:
    source, made = shipped("egdi/2024")

    assert (made["kind"], made["ranked"], made["reason"]) == ("what if", True, None)
    assert codes(made) == ["weights", "normalise", "aggregate", "from-printed-parts", "nominal-of-print"]
    assert made["assumptions"][0]["shares"] == {"1": "0.25"}
    nominal = {row["organisation"]: row["rank"]["nominal"] for row in made["rows"]}
    apart = [row.organisation for row in source.printed if nominal[row.organisation] != int(row.rank)]
    ties = {row.index for row in source.printed if sum(row.index == o.index for o in source.printed) > 1}
    assert all(row.index in ties for row in source.printed if row.organisation in apart)


def test_what_cannot_be_drawn_is_left_out_and_named() -> None:
    _source, made = shipped("egdi/2003")

    (off,) = [each for each in made["assumptions"] if each["code"] == "parts-off-scale"]
    assert off["organisations"] == ["FSM"]
    assert off["problems"] == {"FSM": "HCI: 1.422 is not between 0 and 1"}
    (unscored,) = [each for each in made["assumptions"] if each["code"] == "not-scored"]
    rows = {row["organisation"]: row for row in made["rows"]}
    assert unscored["count"] == len(unscored["organisations"]) == 20
    for name in ("FSM", *unscored["organisations"]):
        assert (rows[name]["rank"], rows[name]["bands"], rows[name]["not_distinguishable"]) == (
            None,
            {},
            None,
        )


@pytest.mark.parametrize("folder", ["gtmi/2020", "gtmi/2022", "gtmi/2025"])
def test_gtmi_has_groups_and_no_ranks(folder: str) -> None:
    _source, made = shipped(folder)

    assert (made["kind"], made["ranked"]) == ("what if", False)
    assert "no-ranking" in codes(made)
    assert "nominal-of-print" not in codes(made)
    assert {(row["rank"], row["not_distinguishable"]) for row in made["rows"]} == {(None, None)}
    assert any(len(row["bands"]) > 1 for row in made["rows"])


@pytest.mark.parametrize(
    ("folder", "kind", "code"),
    [
        ("spbe/2021-denpasar", "computed", "one-organisation"),
        ("pemdi/2026-aceh-tengah", "computed", "one-organisation"),
        ("oecd-dgi/2023", None, "no-method"),
    ],
)
def test_why_nothing_is_drawn_is_said(folder: str, kind: str | None, code: str) -> None:
    _source, made = shipped(folder)

    assert (made["kind"], made["draws"], made["rows"], made["assumptions"]) == (kind, 0, [], [])
    assert made["reason"]["code"] == code
    assert made["reason"]["text"]


def test_of_computed_figures_nothing_varies_and_raters_are_not_measured(root: Path) -> None:
    made = document_of(read(publish(root, scores=BOTH, kind="computed")))

    assert (made["kind"], codes(made)) == ("computed", ["nothing-varies", "raters-not-measured"])
    assert [row["rank"] for row in made["rows"]] == [
        {"nominal": 1, "p5": "1", "median": "1", "p95": "1"},
        {"nominal": 2, "p5": "2", "median": "2", "p95": "2"},
    ]
    assert made["rows"][0]["bands"] == {"Baik": "1.000"}


def test_fewer_than_two_with_an_index_have_no_ranking(root: Path) -> None:
    source = read(publish(root, SPBE + GOOD + NEAR))
    one, two = source.printed
    made = document_of(replace(source, printed=[one, replace(two, index="")]))

    assert made["reason"]["code"] == "too-few-scored"
    assert made["reason"]["values"] == {"scored": 1, "listed": 2}


def test_an_index_of_research_without_its_parts_says_so(root: Path) -> None:
    rows = "smp-a,A,,,0.5,,,,0.5,\nsmp-b,B,,,,0.4,,,0.4,\n"
    made = document_of(read(publish(root, GTMI + rows, instrument="gtmi@1", edition="2022")))

    assert made["reason"]["code"] == "parts-not-printed"
    assert made["reason"]["values"] == {"whole": 0, "listed": 2}


def test_what_no_pipeline_can_say_is_a_reason_with_its_problem(root: Path) -> None:
    source = read(publish(root, GTMI + OF_GTMI, instrument="gtmi@1", edition="2022"))
    text = (ROOT / "instruments" / "gtmi" / "1" / "instrument.yaml").read_text("utf-8")
    sums = text.replace("aggregation: weighted arithmetic", "aggregation: sum to weight")
    assert sums != text
    instrument = parse_instrument(sums, "instrument.yaml")
    edition = instrument.edition("2022")
    made = uncertainty_document(source, instrument, edition, list(rows_of(source, edition)))

    assert made["reason"]["code"] == "cannot-be-drawn"
    assert "sum to weight cannot vary as a mean" in made["reason"]["values"]["problem"]
    assert made["reason"]["values"]["problem"] in made["reason"]["text"]


def test_the_published_intervals_are_those_of_the_command() -> None:
    source, made = shipped("spbe/2024")
    table = {
        "organisation": [row.organisation for row in source.printed],
        "index": [row.index for row in source.printed],
        "band": [row.band for row in source.printed],
        "kind": [row.kind for row in source.printed],
        **{
            code: [row.elements.get(code, "") for row in source.printed]
            for code in source.printed[0].elements
        },
    }
    report = rank(Addressed(source.instrument, source.edition), table, draws=1000, seed=1).as_json()

    for published, drawn in zip(made["rows"], report["results"], strict=True):
        assert published["organisation"] == drawn["organisation"]
        assert published["not_distinguishable"] == drawn["not_distinguishable"]
        assert published["rank"]["nominal"] == drawn["rank"]["nominal"]
        for key in ("p5", "median", "p95"):
            assert float(published["rank"][key]) == pytest.approx(drawn["rank"][key], abs=5e-4)
        assert {c: float(s) for c, s in published["bands"].items()} == pytest.approx(drawn["bands"], abs=5e-4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.lists(
        st.lists(st.integers(1, 1000), min_size=4, max_size=4), min_size=2, max_size=6, unique_by=tuple
    )
)
def test_any_publication_of_research_has_canonical_bytes(root: Path, parts: list[list[int]]) -> None:
    lines = [
        f"smp-{i},N,,,{','.join(f'{each / 1000:.3f}' for each in row)},{sum(row) / 4000:.3f},\n"
        for i, row in enumerate(parts)
    ]
    made = document_of(read(publish(root, GTMI + "".join(lines), instrument="gtmi@1", edition="2022")))

    assert made["reason"] is None
    assert [row["organisation"] for row in json.loads(canonical.encode(made))["rows"]] == [
        f"smp-{i}" for i in range(len(parts))
    ]


# --- where it is kept ---------------------------------------------------------------------------


def test_the_digest_is_prepared_released_and_served(
    node: Callable[[], None], root: Path, client: Client
) -> None:
    load_registry(root / "organisations")
    persons = make_persons()
    source = read(publish(root, SPBE + GOOD + NEAR))
    made = draft(by=persons.publisher, source=source, at=AT)
    address = f"/record/object/{made.uncertainty_sha256}"
    assert client.get(address).status_code == 404

    prepared = prepare(by=persons.publisher, preparation=made, at=AT)
    content = Commitment.objects.get(act=prepared.prepared_act).content
    assert json.loads(content)["uncertainty"] == made.uncertainty_sha256
    assert client.get(address).status_code == 404
    node()
    published = release(by=persons.second, preparation=prepared, at=AT)
    body = json.loads(bytes(Outbox.objects.get(act=published.act).body))
    assert body["uncertainty"] == made.uncertainty_sha256 == published.uncertainty_sha256
    node()

    served = client.get(address)
    assert (served.status_code, served.content) == (200, objects.get(made.uncertainty_sha256))
    (listed,) = client.get("/record/publication/smp-2024.json").json()["publications"]
    assert listed["uncertainty"] == made.uncertainty_sha256


def test_a_correction_has_an_uncertainty_of_its_own(
    node: Callable[[], None], root: Path, client: Client
) -> None:
    load_registry(root / "organisations")
    persons = make_persons()
    published = {}
    for number, row in enumerate((NEAR, NEAR.replace("3.19", "3.20").replace("3.54", "3.56")), 1):
        source = read(publish(root, SPBE + GOOD + row))
        made = draft(by=persons.publisher, source=source, at=AT, reason="A digit was wrong.")
        node()
        prepared = prepare(by=persons.publisher, preparation=made, at=AT)
        node()
        published[number] = release(by=persons.second, preparation=prepared, at=AT)
        node()

    listed = client.get("/record/publication/smp-2024.json").json()["publications"]
    assert [each["uncertainty"] for each in listed] == [
        published[1].uncertainty_sha256,
        published[2].uncertainty_sha256,
    ]
    assert listed[0]["uncertainty"] != listed[1]["uncertainty"]
    assert all(client.get(f"/record/object/{each['uncertainty']}").status_code == 200 for each in listed)
    first = Result.objects.get(publication="smp-2024", organisation="smp-b")
    assert first.standing["rank"]["nominal"] == 1


def test_pages_read_what_was_published(published: None, django_assert_num_queries: Any) -> None:
    publication = Publication.objects.get(code="egdi-2024")
    told = json.loads(objects.get(publication.uncertainty_sha256))
    with django_assert_num_queries(1):
        found = ranking(publication)

    assert found is not None
    assert (found.kind, found.ranked, found.draws, found.seed) == ("what if", True, 1000, 1)
    assert found.reason is None
    assert list(found.assumptions) == told["assumptions"]
    assert list(found.standings) == [row["organisation"] for row in told["rows"]]
    (korea,) = [row for row in told["rows"] if row["organisation"] == "KOR"]
    expected = Standing(
        organisation="KOR",
        nominal=korea["rank"]["nominal"],
        p5=Decimal(korea["rank"]["p5"]),
        median=Decimal(korea["rank"]["median"]),
        p95=Decimal(korea["rank"]["p95"]),
        bands={},
        alike=tuple(korea["not_distinguishable"]),
    )
    assert found.standings["KOR"] == standing(publication, "KOR") == expected


def test_pages_read_why_there_are_no_ranks(published: None) -> None:
    denpasar = Publication.objects.get(code="spbe-2021-denpasar")
    found = ranking(denpasar)

    assert found is not None
    assert found.reason is not None
    assert (found.reason.code, found.draws, dict(found.standings)) == ("one-organisation", 0, {})
    assert standing(denpasar, "idn-kota-denpasar") is None
    gtmi = ranking(Publication.objects.get(code="gtmi-2025"))
    assert gtmi is not None
    assert not gtmi.ranked
    assert {(each.nominal, each.p5, each.alike) for each in gtmi.standings.values()} == {(None, None, None)}


def test_what_was_published_before_there_was_one_has_none(published: None) -> None:
    Publication.objects.filter(code="egdi-2024").update(uncertainty=None, uncertainty_sha256="")
    Preparation.objects.filter(code="egdi-2024").update(uncertainty_sha256="")
    Result.objects.filter(publication="egdi-2024").update(standing=None)

    assert ranking(Publication.objects.get(code="egdi-2024")) is None
    assert list(projection_differences()) == []


def test_a_changed_digit_of_an_interval_is_named(published: None) -> None:
    row = Result.objects.get(publication="egdi-2024", organisation="KOR")
    was = row.standing["rank"]["p95"]
    row.standing["rank"]["p95"] = "99"
    row.save()
    publication = Publication.objects.get(code="egdi-2024")
    publication.uncertainty["draws"] = 10
    publication.save()

    (first, about_all), (second, about_one) = projection_differences()

    assert first == "table publication_publication, egdi-2024, uncertainty.draws"
    assert about_all == "holds 10, the published document says 1000"
    assert second == "table publication_result, egdi-2024, KOR, standing.rank.p95"
    assert about_one == f"holds '99', the published document says {was!r}"


def test_a_face_carries_seed_draws_assumptions_and_every_interval(published: None, client: Client) -> None:
    value = client.get("/api/v1/publications/egdi-2024").json()
    told = json.loads(objects.get(value["uncertainty_sha256"]))

    about = value["uncertainty"]
    assert about == {key: told[key] for key in about}
    assert set(about) == {"kind", "ranked", "draws", "seed", "assumptions", "reason"}
    rows = {row["organisation"]: row["uncertainty"] for row in value["rows"]}
    assert [{"organisation": name, **standing} for name, standing in rows.items()] == told["rows"]


def test_an_off_scale_row_is_no_reason_to_draw_nothing(root: Path) -> None:
    made = document_of(read(publish(root, SPBE + GOOD + OFF_SCALE)))

    assert made["reason"] is None
    assert made["rows"][1]["rank"] == {"nominal": 2, "p5": "2", "median": "2", "p95": "2"}
