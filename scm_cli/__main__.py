"""The program as a process of its own: `scm`, or `python -m scm_cli`."""

import contextlib
import gc
import os
import sys

from scm_cli.app import main


def run() -> None:
    """Run one command and end.

    A command makes hardly a cycle that outlives it, and ends soon: looking for them took a tenth
    of the time of a command on one document, and freed nothing that mattered in a night. When it
    has ended, its files and the store are closed and what is left is memory, which the system
    takes back at once; taking it apart object by object was another fourteenth of `scm --help`.
    """
    gc.disable()
    # numpy's algebra library keeps threads that spin between our small products: a tenth of a night
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = 0
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):  # closed, or never open
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
