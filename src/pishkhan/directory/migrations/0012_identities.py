"""An agency's e-mail address and national ID, for the identifier on its letters."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directory", "0011_stand_in_kinds")]

    operations = [
        migrations.CreateModel(
            name="AgencyIdentity",
            fields=[
                (
                    "agency",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="directory.agency",
                    ),
                ),
                ("email", models.CharField(blank=True, default="", max_length=100)),
                ("national_id", models.CharField(blank=True, default="", max_length=11)),
            ],
        ),
    ]
