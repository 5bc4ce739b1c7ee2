"""`python -m preo.runtime` is the command `preo`."""

from preo.runtime.cli import main

main()
