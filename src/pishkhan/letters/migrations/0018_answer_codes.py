"""One-time codes for the text of an answer."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("letters", "0017_days"),)

    operations = (
        migrations.CreateModel(
            name="AnswerCode",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("letter_id", models.UUIDField(unique=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("sent_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("since", models.DateTimeField(db_index=True)),
                ("sends", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
    )
