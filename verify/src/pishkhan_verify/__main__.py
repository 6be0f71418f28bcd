"""`python -m pishkhan_verify`."""

import sys

from pishkhan_verify.cli import main

sys.exit(main())
