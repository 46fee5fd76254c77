"""Lets the tests of this folder share their small worlds."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # replenish_cases
