"""Logins whose password the organisation's directory holds."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0005_logos")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="account",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                condition=models.Q(("account", ""), _negated=True),
                fields=("account",),
                name="user_account_once",
            ),
        ),
    ]
