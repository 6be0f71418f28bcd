"""The word index of letters, on either engine."""

from __future__ import annotations

from typing import Any

from django.db import migrations

from pishkhan.letters.logic import search_engine


def make(_apps: Any, schema_editor: Any) -> None:
    search_engine.create(schema_editor.connection)


def unmake(_apps: Any, schema_editor: Any) -> None:
    search_engine.drop(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_first")]

    operations = [migrations.RunPython(make, unmake)]
