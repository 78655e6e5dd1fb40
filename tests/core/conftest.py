"""Random cases in samples: `make test` looks at one, `make test-more` at thirty."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", params=[0, *(pytest.param(n, marks=pytest.mark.more) for n in range(1, 30))])
def sample(request: pytest.FixtureRequest) -> int:
    """Number the samples; a test that takes long for a case uses this."""
    number: int = request.param
    return number
