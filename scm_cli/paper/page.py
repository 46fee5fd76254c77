"""HTML pages of ours: one file each, its templates beside this one; all begin with `head.html`."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def template(name: str) -> Any:  # noqa: ANN401 -- jinja2's template
    """A template by its file's name; texts are escaped, and a name without a value is an error."""
    environment = Environment(
        loader=PackageLoader("scm_cli.paper", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
