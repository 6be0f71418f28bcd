"""A signature covers to whom a letter goes, its copies, links and what lies with it."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0020_prepared_orders")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="covers",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="answer",
            name="covers",
            field=models.JSONField(default=dict),
        ),
    ]
