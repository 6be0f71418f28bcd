"""What every test lane shares: each lane proves that it runs on the engine it says."""

import os

import pytest
from django.db import connection

from tests import emptying

VENDOR = os.environ.get("PISHKHAN_TEST_VENDOR", "")


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
