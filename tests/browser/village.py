"""A counter's own node, set up as `docs/howto/nodes.md` says, with its clerk and its line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.browsing import Errors, People
from tests.browser.desk import until
from tests.browser.node import ROOT, Node, environment, free_port, healthy

USER, PASSWORD = "keeper", "a-sentence-that-nobody-guesses-7"
SEAT = """
import sys, django
django.setup()
from uuid import UUID
from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
user = directory.user_named(sys.argv[1]).id
directory.add_clerk(SYSTEM, user_id=user, counter_id=UUID(sys.argv[2]))
"""


@dataclass
class Village:
    """The node of one counter; `environ` is its operator's shell."""

    home: Path
    port: int
    environ: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def run(self, *arguments: str, given: str = "", code: int = 0) -> Any:
        """Return what a command told in JSON; it must end with this code."""
        return told_by(self.environ, *arguments, given=given, code=code)


def told_by(environ: dict[str, str], *arguments: str, given: str = "", code: int = 0) -> Any:
    """Return what `pishkhan <arguments> --json` told; it must end with this code."""
    done = subprocess.run(
        [sys.executable, "-m", "pishkhan", *arguments, "--json"],
        cwd=ROOT, env=environ, input=given, text=True, timeout=120, check=False,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def found(home: Path, centre: Node) -> Village:
    """Make the node, join it to the centre by two files, and let a clerk in."""
    port = free_port()
    environ = environment(home, port)
    del environ["PISHKHAN_DEMO"], environ["PORT"]
    village = Village(home, port, environ)
    village.run("node", "init", "--role", "counter", "--url", village.address, "--port", str(port))
    files = home.with_suffix(".files")
    files.mkdir()
    request, welcome = str(files / "request.txt"), str(files / "welcome.txt")
    asked = village.run("node", "request", "--name", "کلاته", "--out", request)
    shell = dict(centre.environ)
    counter = told_by(shell, "directory", "counters")["rows"][0]["id"]
    given = told_by(
        shell, "node", "enrol", request, "--counter", counter, "--key", asked["key"],
        "--out", welcome,
    )  # fmt: skip
    village.run("node", "join", welcome, "--key", given["key"])
    village.run("user", "add", USER, "--name", "متصدی کلاته", "--own-password", given=PASSWORD)
    subprocess.run(
        [sys.executable, "-c", SEAT, USER, counter], cwd=ROOT, check=True, timeout=120,
        env=environ | {"DJANGO_SETTINGS_MODULE": "pishkhan.node.settings"},
    )  # fmt: skip
    return village


@contextmanager
def served(village: Village) -> Iterator[Village]:
    """Run the node's two services, as its units of systemd do."""
    with village.home.with_suffix(".log").open("wb") as log:
        services = [
            subprocess.Popen(
                [sys.executable, "-m", "pishkhan", name],
                cwd=ROOT, env=village.environ, stdout=log, stderr=subprocess.STDOUT,
            )
            for name in ("serve", "worker")
        ]  # fmt: skip
        try:
            until(lambda: healthy(village.port), seconds=60)
            yield village
        finally:
            for service in services:
                service.terminate()
            for service in services:
                service.wait(30)


def clerk(browser: Browser, village: Village, errors: Errors, language: str) -> Page:
    """Return a page of the village's clerk, who has signed in."""
    people = People(browser, village.address, errors)
    page = people.page("keeper", language)
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(USER)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    return page
