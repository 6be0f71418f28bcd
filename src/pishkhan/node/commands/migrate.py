"""`pishkhan migrate`: makes the tables, or brings them up to date."""

from __future__ import annotations

import argparse
from typing import Any

from pishkhan.node.console import Exit, _, command, emit


def register(subparsers: Any) -> None:
    """Add the command."""
    command(
        subparsers,
        "migrate",
        _("Make the tables of this node, or bring them up to date"),
        run,
        examples="  pishkhan migrate",
    )


def run(args: argparse.Namespace) -> int:
    """Migrate and enter the node in its own directory; harmless when nothing is to be done."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.node import wiring

    done = migrate()
    wiring.introduce()
    directory.add_provinces(SYSTEM)
    emit(args, {"applied": done}, done or [_("Nothing to do.")])
    return Exit.DONE


def migrate() -> list[str]:
    """Apply what is missing; return the names of the applied migrations."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=0)
    if "node_cache" not in connection.introspection.table_names():
        call_command("createcachetable", verbosity=0)
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]
