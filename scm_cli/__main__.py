"""`python -m scm_cli`."""

from scm_cli.app import main

main()
