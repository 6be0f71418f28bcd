"""The line over an answer that says to whom it goes."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0007_ready_phrases_and_groups"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="recipient",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="draftversion",
            name="recipient",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]
