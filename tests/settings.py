"""Settings for tests and for mypy's Django plugin: the node's own, in an environment made here.

`PISHKHAN_DATABASE_URL` alone comes from outside and decides the engine.
"""

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="pishkhan-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
for _name in [n for n in os.environ if n.startswith("PISHKHAN_") or n == "PORT"]:
    if _name not in {"PISHKHAN_DATABASE_URL", "PISHKHAN_TEST_VENDOR"}:
        del os.environ[_name]
os.environ["PISHKHAN_HOME"] = _home
os.environ["PISHKHAN_SECRET_KEY"] = "a secret of the tests and of nothing else"
os.environ["PISHKHAN_HOSTS"] = "testserver"
os.environ["PISHKHAN_LOG_LEVEL"] = "error"

from pishkhan.node.settings import *  # noqa: E402, F403 - the environment above must come first

PASSWORD_HASHERS = ["tests.hashing.Argon2PasswordHasher"]  # the dear one has a test of its own
