"""`python -m firstprint` is `firstprint`."""

from firstprint.cli.main import main

main()
