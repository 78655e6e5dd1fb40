"""A changed digit in the rows that pages read is named, with both values."""

import pytest

from teladan.publication.models import Preparation, Publication, Result
from teladan.publication.queries.audit_rows import projection_differences


def test_what_was_loaded_has_no_difference(published: None) -> None:
    assert list(projection_differences()) == []


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [("index", "3.20", "'3.19'"), ("index_exact", "32/10", "'1277/400'"), ("band", "Memuaskan", "'Baik'")],
)
def test_a_changed_column_is_named(published: None, column: str, value: str, shown: str) -> None:
    Result.objects.filter(publication="spbe-2021-denpasar").update(**{column: value})

    ((place, message),) = projection_differences()

    assert place == f"table publication_result, spbe-2021-denpasar, idn-kota-denpasar, {column}"
    assert message == f"holds {value!r}, the published document says {shown}"


def test_a_changed_digit_inside_a_row_is_named(published: None) -> None:
    row = Result.objects.get(publication="spbe-2021-denpasar")
    printed = row.elements["D1"]["printed"]
    row.elements["D1"]["printed"] = "3.01"
    row.save()

    ((place, message),) = projection_differences()

    assert place.endswith("idn-kota-denpasar, elements.D1.printed")
    assert message == f"holds '3.01', the published document says {printed!r}"


def test_a_part_that_only_one_of_both_has_is_named(published: None) -> None:
    row = Result.objects.get(publication="spbe-2021-denpasar")
    del row.elements["D1"]
    row.save()

    ((place, message),) = projection_differences()

    assert place.endswith("idn-kota-denpasar, elements.D1")
    assert message.startswith("holds nothing, the published document says {")


def test_rows_and_publications_too_many_or_too_few_are_named(published: None) -> None:
    Result.objects.filter(publication="spbe-2024").first().delete()
    Publication.objects.filter(code="pemdi-2026-aceh-tengah").delete()
    Preparation.objects.filter(code="oecd-dgi-2023").delete()

    places = [place for place, _message in projection_differences()]

    assert len(places) == 3
    assert places[:2] == [
        "table publication_publication, pemdi-2026-aceh-tengah",
        "table publication_publication, oecd-dgi-2023",
    ]
    assert places[2].startswith("table publication_result, spbe-2024, idn-")
