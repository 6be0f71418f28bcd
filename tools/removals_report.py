"""A plugin of pytest's for `tools/removals`: writes the names of the tests that failed."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

_failed: set[str] = set()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _failed.add(report.nodeid.split("::")[-1].split("[")[0])


def pytest_sessionfinish() -> None:
    Path(os.environ["REMOVALS_REPORT"]).write_text(json.dumps(sorted(_failed)))
