"""Fields and rows of the exchange's forms: every error names its field and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from teladan.exchange.labels import LANGUAGES
from teladan.registry.refusals import Reason, Refused

MOST_ROWS = 60
MORE_ROWS = 3
LONG = 20_000
# Rules that refuse the whole page, whatever is typed: who asks may not do it.
WHOLE = frozenset(
    {
        *("role-exchange", "carried", "appraiser-apart", "two-persons-reply", "nobody-to-ask"),
        *("replied", "answered", "checked-in", "appraised", "request-closed", "not-yours", "consented"),
        *("handed-over", "decided-already"),
    }
)


class Given(forms.Form):
    """A form whose errors say which field is meant; `say` puts a refusal at its field."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages |= _messages(field)

    def say(self, error: Refused, fields: Mapping[str, str] | None = None) -> None:
        """Put a refusal at the field that it is about, above the form where none is; let out those of a rule.

        `fields` are {rule: field}; a reason that names a field itself needs none. What is typed stays.
        """
        if error.rule in WHOLE:
            raise error
        self.tell(error.reason, fields)

    def tell(self, reason: Reason, fields: Mapping[str, str] | None = None) -> None:
        """Put a reason at its field, above the form where there is none."""
        named = (fields or {}).get(reason.rule, str(reason.values.get("field", "")))
        self.add_error(named if named in self.fields else None, reason.said())


class Lines(forms.CharField):
    """Several lines of text; their ends are one character, as we keep them, whatever the browser sends."""

    def to_python(self, value: Any) -> str:
        """Return the text."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


def line(label: Any, most: int = 250, *, required: bool = True) -> forms.CharField:
    """Return one line of text."""
    return forms.CharField(label=label, max_length=most, required=required, strip=True)


def area(label: Any, *, required: bool = True) -> Lines:
    """Return several lines of text."""
    return Lines(label=label, max_length=LONG, required=required, strip=True, widget=forms.Textarea)


def day(label: Any, *, required: bool = True) -> forms.DateField:
    """Return a day, written as 2027-03-31."""
    box = forms.DateInput(attrs={"maxlength": len("2027-03-31")})
    return forms.DateField(label=label, required=required, input_formats=["%Y-%m-%d"], widget=box)


def choice(label: Any, *, required: bool = True) -> forms.ChoiceField:
    """Return one of a list, which the form fills with `offer`."""
    return forms.ChoiceField(label=label, required=required)


def offer(
    form: forms.Form, name: str, options: Iterable[tuple[str, str]], *, blank: str | None = None
) -> None:
    """Fill a list to choose from; `blank` is what stands first for no choice."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*([("", blank)] if blank is not None else []), *options]


def languages(known: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the languages to choose from, and those that are in use already."""
    return [*LANGUAGES.items(), *((code, code) for code in sorted(set(known) - LANGUAGES.keys()) if code)]


def whole(form: Given, *names: str) -> dict[str, Any]:
    """Refuse each of some fields that is left empty; the others of the form are as they are."""
    given = form.cleaned_data
    for name in names:
        if not given.get(name) and name not in form.errors:
            form.add_error(name, form.fields[name].error_messages["required"])
    return given


class Rows:
    """Rows of a small form below each other, as many as were sent and some blank ones.

    A row in which nothing is written is none. `more` gives `blank` further rows to what was typed.
    """

    def __init__(
        self,
        kind: type[Given],
        prefix: str,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Sequence[Mapping[str, Any]] = (),
        more: bool = False,
        blank: int = MORE_ROWS,
    ) -> None:
        self.prefix = prefix
        typed = range(_count(data, prefix)) if data is not None else range(0)
        if data is not None and not more:
            # A row in which nothing is written is shown again as it was: nothing is wrong with it.
            sent = [kind(data, prefix=f"{prefix}-{n}") for n in typed]
            self.forms = [form if _written(form) else kind(prefix=form.prefix) for form in sent]
        else:
            # With further rows nothing is judged yet: what was typed is shown as it is.
            given = initial if data is None else [_typed(kind, data, f"{prefix}-{n}-") for n in typed]
            self.forms = [kind(prefix=f"{prefix}-{n}", initial=each) for n, each in enumerate(given)]
        blank = blank if more or data is None else 0
        start = len(self.forms)
        self.forms += [kind(prefix=f"{prefix}-{n}") for n in range(start, min(start + blank, MOST_ROWS))]

    @property
    def sent(self) -> list[Given]:
        """Return the rows in which something is written."""
        return [form for form in self.forms if form.is_bound]

    @property
    def cleaned(self) -> list[dict[str, Any]]:
        """Return what the rows hold; call it once they are valid."""
        return [form.cleaned_data for form in self.sent]

    def is_valid(self) -> bool:
        """Say whether every row in which something is written is right."""
        right = [form.is_valid() for form in self.sent]  # each of them is looked at: all errors are said
        return all(right)


def errors_of(*parts: forms.Form | Rows) -> list[tuple[str, str]]:
    """Return every error in the order of the page: [(id of the field that it leads to, text)]."""
    found: list[tuple[str, str]] = []
    for part in parts:
        for form in part.sent if isinstance(part, Rows) else [part]:
            if form.is_bound:
                found += _errors(form)
    return found


def _typed(kind: type[Given], data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name: data.get(prefix + name, "") for name in kind.base_fields}


def _errors(form: forms.Form) -> list[tuple[str, str]]:
    first = next(iter(form)).auto_id
    return [(first, str(text)) for text in form.non_field_errors()] + [
        (field.auto_id, str(text)) for field in form for text in field.errors
    ]


def _written(form: Given) -> bool:
    """Say whether anything is written in a row; what is only chosen for it beforehand does not count."""
    return any(
        str(form[name].value() or "").strip()
        for name, field in form.fields.items()
        if not isinstance(field.widget, forms.HiddenInput)
    )


def _count(data: Mapping[str, Any], prefix: str) -> int:
    text = str(data.get(f"{prefix}-count", "0"))
    return min(int(text), MOST_ROWS) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _messages(field: forms.Field) -> dict[str, str]:
    """Return our words for what may be wrong with a field."""
    name = {"field": field.label, "most": getattr(field, "max_length", None)}
    if isinstance(field, forms.ChoiceField):
        choose = _("‘%(field)s’: choose one of the list.") % name
        return {"required": choose, "invalid_choice": choose}
    empty = _("‘%(field)s’ is empty: fill it in.") % name
    broken = _("‘%(field)s’ holds a character that cannot be kept: write it again.") % name
    said = {"required": empty, "null_characters_not_allowed": broken}
    if isinstance(field, forms.DateField):
        said["invalid"] = _("‘%(field)s’ is no day: write it as 2027-03-31.") % name
    if isinstance(field, forms.CharField):
        said["max_length"] = _("‘%(field)s’ is too long: at most %(most)s characters.") % name
    return said
