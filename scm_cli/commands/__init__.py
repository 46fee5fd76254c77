"""The doors of the shell: parse, call one job, show; one file per group."""
