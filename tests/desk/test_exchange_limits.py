"""Every line to write in says how much fits, as the database has room for; the server says it too."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from teladan.desk.adoptions import forms as adopting
from teladan.desk.practices import forms
from teladan.desk.practices import forms as forms_
from teladan.desk.requests import forms as asking
from teladan.exchange import models
from teladan.exchange.content import LONGEST_TEXT
from teladan.registry.models import Organisation
from tests.desk.exchange_people import begun, come
from tests.desk.reading import page_of
from tests.desk.test_exchange import DESK, OBSERVATION, ONE, PRACTICE, errors_of
from tests.exchange.conftest import registry, sample  # noqa: F401

AT = datetime(2026, 11, 24, tzinfo=UTC)
KEPT_IN = [  # form, field, model, its field
    *((forms.PracticeForm, name, models.Practice, name) for name in ("code", "agency")),
    *((forms.PracticeForm, name, models.PracticeVersion, name) for name in ("name", "since", "source")),
    *(
        (forms.FigureForm, name, models.Observation, name)
        for name in ("value", "unit", "period", "population", "baseline", "target", "target_by")
    ),
    *((forms.EvidenceForm, name, models.Evidence, name) for name in ("title", "address", "seen")),
    (forms.TranslationForm, "model", models.Translation, "model"),
    (forms.CoreRow, "code", models.CoreElement, "code"),
    *((adopting.BeginForm, name, models.Adoption, name) for name in ("name", "funder", "source")),
    (adopting.BeginForm, "organisation", Organisation, "name"),
    (adopting.ParentRow, "share", models.AdoptionParent, "share"),
    (adopting.MoveForm, "date", models.AdoptionStage, "date"),
    (adopting.ModifyForm, "decided_by", models.Modification, "decided_by"),
    (forms_.FocalForm, "office", models.FocalPoint, "office"),
]


@pytest.mark.parametrize(("form", "field", "model", "name"), KEPT_IN)
def test_a_line_is_as_long_as_what_it_is_kept_in(form, field, model, name):
    assert form.base_fields[field].max_length == model._meta.get_field(name).max_length


def test_what_is_kept_in_a_text_has_one_limit():
    for module in (forms, adopting, asking):
        for form in vars(module).values():
            for name, field in getattr(form, "base_fields", {}).items():
                if field.widget.__class__.__name__ == "Textarea":
                    assert field.max_length == LONGEST_TEXT, (form, name)


@pytest.fixture
def people(registry):  # noqa: F811
    return come("officer", "owner-kor", "adopter-idn", "appraiser")


@pytest.fixture
def adoption(people):
    return begun(people)


OF_THE_ADOPTION = f"{DESK}/adoptions/smp-window-idn"
PAGES = {
    "officer": (f"{DESK}/practices/", f"{DESK}/practices/new"),
    "owner-kor": tuple(
        f"{ONE}/{page}" for page in ("revise", "observe", "check-in", "translate/problem", "focal-point")
    ),
    "adopter-idn": (
        f"{DESK}/requests/new",
        f"{DESK}/adoptions/new",
        f"{ONE}/ask",
        OF_THE_ADOPTION,
        *(f"{OF_THE_ADOPTION}/{page}" for page in ("weigh", "modify", "outcome")),
    ),
    "appraiser": (f"{OF_THE_ADOPTION}/appraise",),
}


@pytest.mark.parametrize("who", PAGES)
def test_every_line_says_how_much_fits(who, adoption, client_of):
    for address in PAGES[who]:
        page = page_of(client_of(who).get(address))
        boxes = [
            box
            for box in re.findall(r"<(?:input|textarea)[^>]*>", page)
            if not re.search(r'type="(hidden|checkbox|radio|submit)"', box)
        ]
        assert boxes, address
        assert [box for box in boxes if not re.search(r'maxlength="[1-9]', box)] == [], address


@pytest.mark.parametrize(
    ("address", "form", "field", "most"),
    [
        (f"{DESK}/practices/new", PRACTICE, "agency", 250),
        (f"{DESK}/practices/new", PRACTICE, "code", 60),
        (f"{ONE}/observe", OBSERVATION, "value", 200),
        (f"{ONE}/observe", OBSERVATION, "unit", 100),
        (f"{ONE}/observe", OBSERVATION, "evidence-title", 300),
        (f"{ONE}/observe", OBSERVATION, "evidence-address", 500),
    ],
)
def test_the_server_says_which_limit(address, form, field, most, adoption, client_of):
    answer = client_of("officer").post(address, form | {field: "x" * (most + 1)})
    assert answer.status_code == 400
    assert [text for place, text in errors_of(answer) if place == f"id_{field}"] == [
        text for _place, text in errors_of(answer) if f"is too long: at most {most} characters." in text
    ]
    assert errors_of(answer)


def test_the_search_of_practices_says_how_much_fits(adoption, client_of):
    answer = client_of("officer").get(f"{DESK}/practices/", {"q": "x" * 201})
    assert answer.status_code == 400
    assert errors_of(answer) == [("id_q", "‘Words of a practice’ is too long: at most 200 characters.")]
    assert client_of("officer").get(f"{DESK}/practices/", {"q": "x" * 200}).status_code == 200
