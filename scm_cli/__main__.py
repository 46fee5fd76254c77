"""The program as a process of its own: `scm`, or `python -m scm_cli`."""

import gc

from scm_cli.app import main


def run() -> None:
    """Run one command and end.

    A command makes hardly a cycle that outlives it, and ends soon: looking for them took a tenth
    of the time of a command on one document, and freed nothing that mattered in a night.
    """
    gc.disable()
    main()


if __name__ == "__main__":
    run()
