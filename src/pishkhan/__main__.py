"""`python -m pishkhan` is the `pishkhan` command."""

import sys

from pishkhan.node.cli import main

if __name__ == "__main__":
    sys.exit(main())
