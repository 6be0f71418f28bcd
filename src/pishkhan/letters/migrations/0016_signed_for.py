"""For which post an answer was signed, when not the signer's own."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0015_circumstances"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="signed_as",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddField(
            model_name="answer",
            name="signed_for",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
        migrations.AddField(
            model_name="draft",
            name="signed_as",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddField(
            model_name="draft",
            name="signed_for",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
        migrations.AddField(
            model_name="draft",
            name="signed_for_post_id",
            field=models.UUIDField(null=True),
        ),
    ]
