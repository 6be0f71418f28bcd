"""What an operator should know before a node of this directory opens (`pishkhan check`).

Registered for deployment only: they read tables, which need not exist when other commands run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.db.models import Exists, OuterRef, QuerySet
from django.db.utils import DatabaseError
from django.utils.translation import gettext

from pishkhan.directory.contracts import DivisionLevel, Finding, SeatKind
from pishkhan.directory.logic.common import holds_now
from pishkhan.directory.models import Agency, Counter, Division, Holding, Node, Post, Secretariat
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.i18n import N_, Message

PROVINCES = 31


def preflight() -> list[Finding]:
    """Return what is missing or out of date in the directory, the serious first."""
    found = [finding for part in (_node(), _agencies(), _counters()) for finding in part]
    found = [finding for finding in found if finding.count]
    return sorted(found, key=lambda finding: not finding.serious)


def _node() -> Iterator[Finding]:
    yield _finding(
        "node-unknown",
        N_("This node is not registered in its own directory."),
        int(not Node.objects.filter(is_self=True).exists()),
        serious=True,
    )
    yield _finding(
        "no-administrator",
        N_("Nobody keeps the directory: there is no administrator."),
        int(not _held().filter(kind=SeatKind.ADMIN, user__is_active=True).exists()),
        serious=True,
    )
    yield _finding(
        "provinces-missing",
        N_("Provinces missing from the divisions: %(count)s."),
        max(0, PROVINCES - Division.objects.filter(level=DivisionLevel.PROVINCE).count()),
    )


def _agencies() -> Iterator[Finding]:
    now_held = _held()
    posts = Post.objects.filter(active=True)
    yield _finding(
        "agency-unreachable",
        N_("Agencies with posts and no secretariat where letters arrive: %(count)s."),
        Agency.objects.filter(
            Exists(posts.filter(agency=OuterRef("pk"))),
            ~Exists(Secretariat.objects.filter(agency=OuterRef("pk"), is_default=True)),
            active=True,
        ).count(),
    )
    yield _finding(
        "secretariat-unattended",
        N_("Secretariats without a clerk: %(count)s. Letters arrive there and nobody registers."),
        Secretariat.objects.filter(
            ~Exists(
                now_held.filter(
                    post__secretariat=OuterRef("pk"), post__is_clerk=True, post__active=True
                )
            ),
            active=True,
        ).count(),
        serious=True,
    )
    yield _finding(
        "post-vacant",
        N_("Open posts held by nobody: %(count)s. What is referred to them waits."),
        posts.filter(~Exists(now_held.filter(post=OuterRef("pk")))).count(),
    )


def _counters() -> Iterator[Finding]:
    today = clock.current().now().astimezone(TEHRAN).date()
    counters = Counter.objects.filter(active=True)
    yield _finding(
        "counter-unlicensed",
        N_("Open counters without a licence number: %(count)s."),
        counters.filter(licence_number="").count(),
    )
    yield _finding(
        "licence-expired",
        N_("Open counters whose licence has run out: %(count)s."),
        counters.filter(licence_until__lt=today).count(),
    )
    yield _finding(
        "counter-unattended",
        N_("Open counters without a clerk: %(count)s."),
        counters.filter(~Exists(_held().filter(counter=OuterRef("pk")))).count(),
    )


def _held() -> QuerySet[Holding]:
    """Return what is held by somebody at this moment."""
    return Holding.objects.filter(holds_now())


def _finding(code: str, msgid: str, count: int, *, serious: bool = False) -> Finding:
    return Finding(f"directory.{code}", Message(msgid, {"count": count}), count, serious)


@checks.register("directory", deploy=True)
def check_directory(
    app_configs: Sequence[AppConfig] | None, **_kwargs: Any
) -> list[checks.CheckMessage]:
    """Give the findings as Django's check messages, in the language in use."""
    if app_configs is not None and not any(app.label == "directory" for app in app_configs):
        return []
    try:
        found = preflight()
    except DatabaseError:
        return [
            checks.Warning(
                gettext("The tables of the directory cannot be read; run the migrations first."),
                id="directory.no-tables",
            )
        ]
    kinds = {True: checks.Error, False: checks.Warning}
    return [kinds[f.serious](f.message.render(gettext), id=f.code) for f in found]
