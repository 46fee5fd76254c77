"""The fake carriers, once per test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_carriers import Fake, fake_carriers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def fake() -> Iterator[Fake]:
    with fake_carriers() as server:
        yield server
