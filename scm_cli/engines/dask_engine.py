"""Planning on a running dask cluster, extra `dask`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scm_cli.engines.extra import required
from scm_cli.errors import ScmError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Self

    from scm_cli.engines.protocol import Made, Part

SECONDS = 10  # to answer


class Dask:
    """A client of the scheduler at `address`."""

    def __init__(self, address: str) -> None:
        distributed = required("distributed", "dask")
        try:
            self._client: Any = distributed.Client(address, timeout=SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise ScmError(
                "the scheduler {address} does not answer",
                hint="Start it with `dask scheduler`, and look at its address.",
                address=address,
            ) from error
        self.workers = sum(self._client.nthreads().values())
        if not self.workers:
            self._client.close()
            raise ScmError("the scheduler {address} has no workers", address=address)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def map(self, function: Callable[[Part], Made], parts: Sequence[Part]) -> list[Made]:
        shared = self._client.scatter(function, broadcast=True, hash=False)
        there = self._client.scatter(list(parts), hash=False)
        tasks = [self._client.submit(_applied, shared, part, pure=False) for part in there]
        made: list[Made] = self._client.gather(tasks)
        return made


def _applied(function: Callable[[Part], Made], part: Part) -> Made:
    return function(part)
