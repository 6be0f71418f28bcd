"""`python -m pishkhan_desk`."""

import sys

from pishkhan_desk.cli import main

sys.exit(main())
