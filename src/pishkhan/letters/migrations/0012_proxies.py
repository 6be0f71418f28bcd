"""What a proxy showed when an answer was handed to him, and why the applicant did not come."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("letters", "0011_recall_and_reminders"),)

    operations = (
        migrations.AddField(
            "answer", "handed_paper", models.CharField(blank=True, default="", max_length=10)
        ),
        migrations.AddField(
            "answer", "handed_reason", models.CharField(blank=True, default="", max_length=300)
        ),
    )
