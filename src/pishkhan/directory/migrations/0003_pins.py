"""PINs of clerks, for taking over at a shared PC."""

from __future__ import annotations

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0002_must_change_password")]

    operations = [
        migrations.CreateModel(
            name="Pin",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="pin",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("hash", models.CharField(max_length=128)),
            ],
        ),
        migrations.CreateModel(
            name="PinTries",
            fields=[
                ("user_id", models.UUIDField(primary_key=True, serialize=False)),
                ("fails", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
    ]
