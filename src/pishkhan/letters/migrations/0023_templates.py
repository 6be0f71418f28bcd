"""Texts that stand ready for letters."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0022_terms")]

    operations = [
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("owner_id", models.UUIDField()),
                ("name", models.CharField(max_length=80)),
                ("subject", models.CharField(blank=True, default="", max_length=300)),
                ("body", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["owner_id", "name"], name="letters_template_owner")
                ],
            },
        ),
    ]
