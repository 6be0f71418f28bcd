"""An upload is found by its file too, for whoever collects files that nothing names."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0001_first"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="upload",
            name="web_upload_owned",
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(fields=["digest", "owner"], name="web_upload_file"),
        ),
    ]
