"""Which text a reader gets: their language before the text's own, a person's before a machine's."""

from hypothesis import given
from hypothesis import strategies as st

from teladan.core.text import Shown, shown

LANGUAGES = ("en", "id", "ko", "km")
TRANSLATIONS = st.lists(
    st.builds(
        Shown,
        text=st.text(max_size=5),
        language=st.sampled_from(LANGUAGES),
        by=st.sampled_from(("person", "machine")),
        model=st.just(""),
    ),
    max_size=6,
)


@given(st.text(max_size=5), st.sampled_from(LANGUAGES), TRANSLATIONS, st.sampled_from(LANGUAGES))
def test_a_reader_gets_their_language_or_the_texts_own_and_never_a_third(text, own, translations, language):
    found = shown(text, own, translations, language)
    assert found.language in {own, language}
    if found.by == "":
        assert (found.text, found.language) == (text, own)
    else:
        assert found in translations
        assert found.text
    usable = [each for each in translations if each.language == language and each.text]
    if language != own and usable:
        assert found.language == language
        assert (found.by == "person") == any(each.by == "person" for each in usable)
