"""A deputy may be one for some kinds of letters only."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("directory", "0010_accounts_at_a_provider"),)

    operations = (
        migrations.AddField(
            model_name="standin", name="kinds", field=models.JSONField(default=list)
        ),
    )
