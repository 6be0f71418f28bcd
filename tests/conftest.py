"""What every test lane shares: each lane proves that it runs on the engine it says."""

import gc
import os
from contextlib import ExitStack

import hypothesis
import pytest
from django.db import connection

from tests import emptying, lanes

# A busy machine proves nothing about a property: how long an example takes is never a failure.
hypothesis.settings.register_profile(
    "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("untimed")

# Modules of the whole suite are in memory: going through them for cycles took a sixth of a run.
gc.set_threshold(50_000, 20, 50)

KEPT = pytest.StashKey[ExitStack]()
VENDOR = os.environ.get("PISHKHAN_TEST_VENDOR", "")


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "leave out the tests that ask no engine anything: another lane has them"
    parser.addoption("--of-the-engine", action="store_true", help=told)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--of-the-engine"):
        config.hook.pytest_deselected(items=[item for item in items if not lanes.asks(item)])
        items[:] = [item for item in items if lanes.asks(item)]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if not lanes.asks(item):
        kept = item.stash[KEPT] = ExitStack()
        kept.enter_context(lanes.kept_from_the_database())


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Let go before the teardown: the run's last test also ends the lane's database."""
    if KEPT in item.stash:
        item.stash[KEPT].close()


def pytest_configure() -> None:
    emptying.install()
    if VENDOR and connection.vendor != VENDOR:
        pytest.exit(f"this lane means {VENDOR} and got {connection.vendor}", returncode=3)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"database: {connection.vendor}")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test proves nothing: the run fails unless its reason begins with "by design: "."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    skipped = [
        report
        for report in reporter.stats.get("skipped", [])
        if "by design: " not in str(report.longrepr)
    ]
    if skipped and session.exitstatus == 0:
        reporter.write_line(f"{len(skipped)} skipped without a reason `by design: …`", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
