"""The forms of the desk, their fields and rows: every error names its field and the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import CharField, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from teladan.exchange import labels
from teladan.exchange.content import LONGEST_TEXT
from teladan.registry.refusals import Reason, Refused

MORE = "more"  # the button that only asks for further rows
MOST_ROWS = 60
MORE_ROWS = 3
CHOOSE = gettext_lazy("Choose …")
NOT_SAID = gettext_lazy("Not said")
# Rules that refuse the whole page, whatever is typed: who asks may not do it.
WHOLE = frozenset(
    {
        *("role-exchange", "carried", "appraiser-apart", "two-persons-reply", "nobody-to-ask"),
        *("replied", "answered", "checked-in", "appraised", "request-closed", "not-yours", "consented"),
        *("handed-over", "decided-already"),
    }
)


class DeskForm(forms.Form):
    """A form at whose fields refusals are shown. One that is about no field refuses the whole page."""

    use_required_attribute = False

    def say(self, error: Refused, fields: Mapping[str, str]) -> None:
        """Put a refusal at the field that it is about, by `fields`, {rule: field}, or by its own word."""
        field = self._field(error.reason, fields)
        if field is None:
            raise error
        self.add_error(field, error.reason.said())

    def _field(self, reason: Reason, fields: Mapping[str, str]) -> str | None:
        name = fields.get(reason.rule, str(reason.values.get("field", "")))
        return name if name in self.fields else None


class ExchangeForm(DeskForm):
    """A form whose errors say which field is meant; what is about no field is shown above it.

    Where rows stand below it (`has_rows`), nothing is judged while further ones are asked for: what was typed
    is shown as it is.
    """

    has_rows: ClassVar[bool] = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        prefix: str | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        if self.has_rows and data is not None and MORE in data:
            initial = {name: data.get(name, "") for name in self.base_fields}
            data = None
        super().__init__(data, prefix=prefix, initial=dict(initial or {}))
        for field in self.fields.values():
            field.error_messages |= _messages(field)

    def say(self, error: Refused, fields: Mapping[str, str]) -> None:
        """Put a refusal at its field, or above the form; what is typed stays."""
        if error.rule in WHOLE:
            raise error
        self.tell(error.reason, fields)

    def tell(self, reason: Reason, fields: Mapping[str, str]) -> None:
        """Put a reason at its field, above the form where there is none."""
        self.add_error(self._field(reason, fields), reason.said())


class Lines(forms.CharField):
    """Several lines of text; their ends are one character, as we keep them, whatever the browser sends."""

    def to_python(self, value: Any) -> str:
        """Return the text."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")


def length(model: type[Model], name: str) -> int:
    """Return how long the text can be that a field of a model keeps."""
    field = model._meta.get_field(name)  # noqa: SLF001  (it is public)
    assert isinstance(field, CharField)
    assert field.max_length is not None
    return field.max_length


def line(label: Any, most: int, *, required: bool = True) -> forms.CharField:
    """Return one line of text."""
    return forms.CharField(label=label, max_length=most, required=required, strip=True)


def area(label: Any, *, required: bool = True) -> Lines:
    """Return several lines of text."""
    return Lines(label=label, max_length=LONGEST_TEXT, required=required, strip=True, widget=forms.Textarea)


def day(label: Any, *, required: bool = True) -> forms.DateField:
    """Return a day, written as 2027-03-31."""
    box = forms.DateInput(attrs={"maxlength": len("2027-03-31")})
    return forms.DateField(label=label, required=required, input_formats=["%Y-%m-%d"], widget=box)


Options = Callable[[], Iterable[tuple[str, Any]]]


def choice(
    label: Any, of: Mapping[str, str] | Options | None = None, *, blank: Any = CHOOSE, required: bool = True
) -> forms.ChoiceField:
    """Return one of a list: words by their codes, or options that are made when they are shown.

    `blank` stands first for no choice, nothing where it is None. A form that knows its options only when it
    is made gives them with `offer`.
    """

    def options() -> list[tuple[str, Any]]:
        known = of() if callable(of) else labels.words(of or {})
        return [*([("", blank)] if blank is not None else []), *known]

    return forms.ChoiceField(label=label, required=required, choices=options)


def offer(form: forms.Form, name: str, options: Iterable[tuple[str, Any]], *, blank: Any = CHOOSE) -> None:
    """Fill a list to choose from; `blank` stands first for no choice, nothing where it is None."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*([("", blank)] if blank is not None else []), *options]


def languages(known: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return the languages to choose from, and those that are in use already."""
    own = labels.LANGUAGES
    return [*own.items(), *((code, code) for code in sorted(set(known) - own.keys()) if code)]


def require(form: forms.Form, *names: str) -> dict[str, Any]:
    """Refuse each of some fields that is left empty; the others of the form are as they are."""
    given = form.cleaned_data
    for name in names:
        if not given.get(name) and name not in form.errors:
            form.add_error(name, form.fields[name].error_messages["required"])
    return given


class Rows:
    """Rows of a small form below each other, as many as were sent and some blank ones.

    A row in which nothing is written is none. Asked for more, `blank` further ones follow what was typed.
    `options` are given to each row.
    """

    def __init__(
        self,
        kind: type[ExchangeForm],
        prefix: str,
        data: Mapping[str, Any] | None = None,
        *,
        initial: Sequence[Mapping[str, Any]] = (),
        blank: int = MORE_ROWS,
        **options: Any,
    ) -> None:
        self.prefix = prefix
        more = data is not None and MORE in data
        typed = range(_count(data, prefix)) if data is not None else range(0)
        if data is not None and not more:
            # A row in which nothing is written is shown again as it was: nothing is wrong with it.
            sent = [kind(data, prefix=f"{prefix}-{n}", **options) for n in typed]
            self.forms = [form if _written(form) else kind(prefix=form.prefix, **options) for form in sent]
        else:
            # With further rows nothing is judged yet: what was typed is shown as it is.
            given = initial if data is None else [_typed(kind, data, f"{prefix}-{n}-") for n in typed]
            self.forms = [kind(prefix=f"{prefix}-{n}", initial=row, **options) for n, row in enumerate(given)]
        blank = blank if more or data is None else 0
        start = len(self.forms)
        end = min(start + blank, MOST_ROWS)
        self.forms += [kind(prefix=f"{prefix}-{n}", **options) for n in range(start, end)]

    @property
    def sent(self) -> list[ExchangeForm]:
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
    shown: list[forms.Form] = []
    for part in parts:
        shown += part.sent if isinstance(part, Rows) else [part]
    return [error for form in shown if form.is_bound for error in _errors(form)]


def _typed(kind: type[ExchangeForm], data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name: data.get(prefix + name, "") for name in kind.base_fields}


def _errors(form: forms.Form) -> list[tuple[str, str]]:
    first = next(iter(form)).auto_id
    return [(first, str(text)) for text in form.non_field_errors()] + [
        (field.auto_id, str(text)) for field in form for text in field.errors
    ]


def _written(form: ExchangeForm) -> bool:
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
