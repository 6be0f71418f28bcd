"""Each answer has its own hand-over; a page is found by its file."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0004_numbers_at_the_counter"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="submission",
            name="handed_by",
        ),
        migrations.RemoveField(
            model_name="submission",
            name="handed_to",
        ),
        migrations.RemoveField(
            model_name="submission",
            name="handed_to_name",
        ),
        migrations.RemoveField(
            model_name="submission",
            name="handed_to_number",
        ),
        migrations.AddField(
            model_name="answer",
            name="handed_by",
            field=models.CharField(blank=True, default="", max_length=96),
        ),
        migrations.AddField(
            model_name="answer",
            name="handed_over_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="answer",
            name="handed_to",
            field=models.CharField(blank=True, default="", max_length=10),
        ),
        migrations.AddField(
            model_name="answer",
            name="handed_to_name",
            field=models.CharField(blank=True, default="", max_length=160),
        ),
        migrations.AddField(
            model_name="answer",
            name="handed_to_number",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddIndex(
            model_name="pagerow",
            index=models.Index(fields=["digest"], name="letters_page_file"),
        ),
    ]
