"""The table of entries, and the engine's refusal to change or remove one."""

from typing import Any

from django.db import migrations, models

from pishkhan.journal import triggers


def create_triggers(_apps: Any, schema_editor: Any) -> None:
    triggers.create(schema_editor.connection)


def drop_triggers(_apps: Any, schema_editor: Any) -> None:
    triggers.drop(schema_editor.connection)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("id", models.UUIDField(unique=True)),
                ("version", models.PositiveSmallIntegerField()),
                ("node", models.UUIDField()),
                ("kind", models.CharField(max_length=64)),
                ("subject", models.UUIDField(db_index=True)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=160)),
                ("fields", models.TextField()),
                ("salts", models.BinaryField()),
                ("commit", models.BinaryField()),
                ("erased", models.TextField(default="")),
                ("index", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("index__isnull", False)),
                        fields=("index",),
                        name="journal_entry_one_place",
                    )
                ],
            },
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
