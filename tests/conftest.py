"""What the tests of all folders share: the sample firm's shop, whole and small."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import sample_shops
from hypothesis import HealthCheck, settings

# a busy machine is no reason to fail: what is asserted is the answer, not its time
calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", calm, max_examples=30)
settings.register_profile("thorough", calm, max_examples=100)  # make test-all
settings.load_profile("quick")

#: The hostile files of the reader's tests also serve the example pages.
sys.path.append(str(Path(__file__).parent / "excel"))


@pytest.fixture(scope="session")
def demo_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample firm's shop after one night; only to be read."""
    return sample_shops.once(tmp_path_factory, "demo", sample_shops.demo)


@pytest.fixture(scope="session")
def small_firm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same shop with one item of each family, on which a plan takes a second."""
    return sample_shops.once(tmp_path_factory, "firm", sample_shops.small_firm)


@pytest.fixture
def demo_copy(demo_shop: Path, tmp_path: Path) -> Path:
    """A private copy of the demo shop, to do with as one likes."""
    return shutil.copytree(demo_shop, tmp_path / "shop")
