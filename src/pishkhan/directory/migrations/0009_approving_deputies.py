"""A deputy of an agency's head approves secret letters only where his stand-in says so."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("directory", "0008_dehyaris"),)

    operations = (
        migrations.AddField(
            model_name="standin", name="approves", field=models.BooleanField(default=False)
        ),
    )
