"""How far an exchange of post bags with a stick is."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("web", "0004_a_row_for_each_letter")]

    operations = [
        migrations.CreateModel(
            name="Exchange",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("owner", models.CharField(max_length=96)),
                ("place", models.CharField(max_length=255)),
                ("state", models.CharField(default="running", max_length=8)),
                ("stage", models.CharField(default="take", max_length=8)),
                ("done", models.BigIntegerField(default=0)),
                ("of", models.BigIntegerField(default=0)),
                ("code", models.CharField(blank=True, default="", max_length=80)),
                ("said", models.JSONField(default=dict)),
                ("started_at", models.DateTimeField(db_index=True)),
                ("beat_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "running")),
                        fields=("state",),
                        name="web_exchange_once",
                    )
                ]
            },
        ),
    ]
