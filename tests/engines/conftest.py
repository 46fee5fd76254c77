"""Lets these tests use the small worlds of the planner's."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "core" / "replenish"))  # replenish_cases
